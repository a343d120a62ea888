"""Revoke an API token."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litehq_core.domain.api_key import Actor, ApiKey, Scope
from litehq_core.domain.errors import NotFound, VersionConflict
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.records import api_token_record, snapshot
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiToken:
    """A wish to end a key at once."""

    token_id: str
    expected_version: int | None = None


async def revoke_api_token(
    ports: Ports, actor: Actor, command: RevokeApiToken, once: Once | None = None
) -> ApiKey:
    """The key, which opens nothing from now on. Revoking twice gives the revoked key.

    Raises:
        AuthScopeInsufficient: needs ``auth:write``.
        NotFound: no such token within reach.
        VersionConflict: the token is at another version.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.AUTH_WRITE)

    async def execute(tx: Transaction) -> ApiKey:
        key = await tx.api_keys.get(command.token_id, lock=True)
        if key is None or not actor.covers(key):
            raise NotFound("API token")
        if key.revoked_at is not None:
            return key
        if command.expected_version not in (None, key.version):
            raise VersionConflict(current_version=key.version)
        revoked = replace(key, revoked_at=tx.now, version=key.version + 1)
        await tx.api_keys.save(revoked)
        tx.emit(
            EventDraft(
                type=EventType.API_TOKEN_REVOKED,
                subject_id=key.id,
                sequence=revoked.version,
                object=snapshot(api_token_record(revoked)),
                previous={"revoked_at": None},
            )
        )
        return revoked

    return await run_once(ports, actor, once, command, execute)
