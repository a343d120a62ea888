"""Change a webhook endpoint: where to, what of, and whether at all."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.editing import Unset
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.webhook import ShownWebhook, WebhookStatus
from litehq_core.domain.webhook_wishes import UpdateWebhook, changed_endpoint, require_change
from litehq_core.domain.webhook_words import next_version
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.webhook_reach import known_endpoint, lent_scopes, require_lent, shown

__all__ = ["UpdateWebhook", "update_webhook"]


async def update_webhook(
    ports: Ports, actor: Actor, command: UpdateWebhook, once: Once | None = None
) -> ShownWebhook:
    """The endpoint after the change. Another URL has to be verified; a disabled one may be enabled.

    What is pending waits while it is unverified, and is dead once it is disabled.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound; for another URL
            or other events also the right to read what the endpoint is told of.
        ValidationFailed: nothing is named, a field is wrong, or the URL can never be sent to.
        NotFound: no such endpoint.
        VersionConflict, InvalidTransition: stale, or it was never verified.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)
    require_change(command)
    if not isinstance(command.url, Unset):
        ports.webhook_sender.require_allowed(command.url)
    patterns = command.events
    scopes = None if isinstance(patterns, Unset) else lent_scopes(actor, patterns)

    async def execute(tx: Transaction) -> ShownWebhook:
        endpoint = await known_endpoint(tx, command.webhook_id, lock=True)
        if command.redirects:
            require_lent(actor, endpoint)
        changed = changed_endpoint(endpoint, command, tx.now)
        changed = changed if scopes is None else replace(changed, scopes=scopes)
        if changed == endpoint:
            return await shown(tx, endpoint)
        is_disabled = changed.status is WebhookStatus.DISABLED
        if is_disabled and endpoint.status is not WebhookStatus.DISABLED:
            await tx.deliveries.bury(endpoint.id)
            kind = EventType.ENDPOINT_DISABLED
        else:
            kind = EventType.ENDPOINT_UPDATED
        changed, event = next_version(kind, changed, endpoint, tx.now)
        await tx.webhooks.save(changed)
        tx.emit(event)
        return await shown(tx, changed)

    return await run_once(ports, actor, once, command, execute)
