"""Take a webhook endpoint away."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.webhook import ShownWebhook
from litehq_core.domain.webhook_words import deleted_event
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.webhook_reach import known_endpoint, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook:
    """A wish to send nothing there any more, and to forget it."""

    webhook_id: str
    expected_version: int | None = None


async def delete_webhook(
    ports: Ports, actor: Actor, command: DeleteWebhook, once: Once | None = None
) -> ShownWebhook:
    """The endpoint as it was. Its deliveries go with it; one that is on its way may still arrive.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound.
        NotFound: no such endpoint.
        VersionConflict: the endpoint is at another version.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)

    async def execute(tx: Transaction) -> ShownWebhook:
        endpoint = await known_endpoint(tx, command.webhook_id, lock=True)
        endpoint.require_version(command.expected_version)
        was = await shown(tx, endpoint)
        await tx.webhooks.remove(endpoint)
        tx.emit(deleted_event(endpoint))
        return was

    return await run_once(ports, actor, once, command, execute)
