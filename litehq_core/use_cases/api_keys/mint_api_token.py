"""Mint an API token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from litehq_core.domain.api_key import (
    Actor,
    ApiKey,
    Scope,
    hash_secret,
    secret_text,
    with_implied,
)
from litehq_core.domain.errors import (
    AuthScopeInsufficient,
    FieldError,
    NotFound,
    ValidationFailed,
)
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.records import api_token_record, snapshot
from litehq_core.domain.text import MAX_NAME, require_text
from litehq_core.domain.wall_clock import instant_text, utc_instant
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import reachable_member
from litehq_core.steps.once import run_once

MAX_COMPANIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MintApiToken:
    """A wish for a key. Scopes and expiry are mandatory; the bounds are not."""

    name: str
    scopes: frozenset[Scope]
    expires_at: datetime
    member_id: str | None = None
    company_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MintedApiToken:
    """A new key and its secret, which is shown this once."""

    key: ApiKey
    secret: str


async def mint_api_token(
    ports: Ports, actor: Actor, command: MintApiToken, once: Once | None = None
) -> MintedApiToken:
    """A new key in the actor's workspace.

    Raises:
        AuthScopeInsufficient: needs ``auth:write``, and every scope that it grants.
        ValidationFailed: no scope, or an expiry that is not ahead or outlives the actor's own key.
        NotFound: a member or company to bind to is not within reach.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.AUTH_WRITE)
    for scope in sorted(command.scopes - with_implied(actor.scopes)):
        raise AuthScopeInsufficient(scope)

    async def execute(tx: Transaction) -> MintedApiToken:
        _require_fields(actor, command, tx.now)
        await _require_bounds(tx, actor, command)
        workspace = await tx.catalogue.workspace()
        secret = secret_text(workspace.mode, ports.new_secret())
        key = ApiKey(
            id=ports.new_id(Prefix.API_TOKEN),
            workspace_id=actor.workspace_id,
            name=command.name,
            scopes=command.scopes,
            secret_hash=hash_secret(secret),
            hint=secret[-4:],
            expires_at=command.expires_at.astimezone(UTC).replace(microsecond=0),
            member_id=command.member_id or actor.member_id,
            company_ids=command.company_ids or actor.company_ids,
            created_at=tx.now,
        )
        await tx.api_keys.add(key)
        tx.emit(
            EventDraft(
                type=EventType.API_TOKEN_CREATED,
                subject_id=key.id,
                sequence=1,
                object=snapshot(api_token_record(key)),
            )
        )
        return MintedApiToken(key=key, secret=secret)

    return await run_once(ports, actor, once, command, execute)


def _require_fields(actor: Actor, command: MintApiToken, now: datetime) -> None:
    require_text("name", command.name, most=MAX_NAME, least=1)
    wrong: list[FieldError] = []
    if not command.scopes:
        wrong.append(FieldError("scopes", "must name at least one scope"))
    expires_at = utc_instant("expires_at", command.expires_at)
    if expires_at <= now:
        wrong.append(FieldError("expires_at", "must lie ahead"))
    if actor.expires_at is not None and expires_at > actor.expires_at:
        # Time, too, is something that the caller lacks; or a key could renew itself for ever.
        reason = f"must not lie behind {instant_text(actor.expires_at)}, when your own key ends"
        wrong.append(FieldError("expires_at", reason))
    if command.member_id is not None and command.company_ids:
        wrong.append(FieldError("company_ids", "a key is bound to a member or to companies"))
    if len(command.company_ids) > MAX_COMPANIES:
        wrong.append(FieldError("company_ids", f"must name {MAX_COMPANIES} companies at most"))
    if wrong:
        raise ValidationFailed(*wrong)


async def _require_bounds(tx: Transaction, actor: Actor, command: MintApiToken) -> None:
    if command.member_id is not None:
        await reachable_member(tx, actor, command.member_id)
    for company_id in sorted(command.company_ids):
        within = not actor.is_bound or company_id in actor.company_ids
        if not within or await tx.catalogue.company(company_id) is None:
            raise NotFound("company")
