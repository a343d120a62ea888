"""Give a webhook endpoint another secret."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.webhook import ShownWebhook, rotated
from litehq_core.domain.webhook_signing import new_webhook_secret
from litehq_core.domain.webhook_wishes import RotateWebhookSecret, overlap_of, require_rotation
from litehq_core.domain.webhook_words import next_version
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.webhook_reach import known_endpoint, require_lent, shown

__all__ = ["RotateWebhookSecret", "RotatedWebhook", "rotate_webhook_secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotatedWebhook:
    """An endpoint and its new secret, which is shown this once."""

    webhook: ShownWebhook
    secret: str


async def rotate_webhook_secret(
    ports: Ports, actor: Actor, command: RotateWebhookSecret, once: Once | None = None
) -> RotatedWebhook:
    """The endpoint with a new secret. Until the overlap is over the one before signs as well.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound, and the right
            to read what the endpoint is told of.
        ValidationFailed: the secret is too weak, or the overlap too long.
        NotFound: no such endpoint.
        VersionConflict: the endpoint is at another version.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)
    require_rotation(command)

    async def execute(tx: Transaction) -> RotatedWebhook:
        endpoint = await known_endpoint(tx, command.webhook_id, lock=True)
        require_lent(actor, endpoint)
        endpoint.require_version(command.expected_version)
        secret = command.secret or new_webhook_secret(ports.new_secret())
        sealed = ports.vault.seal(secret.encode())
        changed, event = next_version(
            EventType.ENDPOINT_UPDATED,
            rotated(endpoint, sealed, overlap_of(command), tx.now),
            endpoint,
            tx.now,
        )
        await tx.webhooks.save(changed)
        tx.emit(event)
        return RotatedWebhook(webhook=await shown(tx, changed), secret=secret)

    return await run_once(ports, actor, once, command, execute)
