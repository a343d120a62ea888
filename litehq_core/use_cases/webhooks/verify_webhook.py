"""Verify a webhook endpoint: send the signed challenge, and begin once it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.events import EventType
from litehq_core.domain.idempotency import Once
from litehq_core.domain.webhook import (
    ShownWebhook,
    WebhookEndpoint,
    WebhookMove,
    WebhookUnverified,
    move_endpoint,
)
from litehq_core.domain.webhook_words import next_version
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import LaterPhases, run_once
from litehq_core.steps.webhook_reach import known_endpoint, shown
from litehq_core.steps.webhook_requests import challenge


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyWebhook:
    """A wish that the endpoint be challenged."""

    webhook_id: str
    expected_version: int | None = None


async def verify_webhook(
    ports: Ports, actor: Actor, command: VerifyWebhook, once: Once | None = None
) -> ShownWebhook:
    """The endpoint, active once the challenge got a 2xx. One that is active already is left so.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound.
        NotFound: no such endpoint.
        VersionConflict: the endpoint is at another version.
        WebhookUnverified: no 2xx came in time, or the URL was changed meanwhile.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)

    async def execute(tx: Transaction) -> ShownWebhook:
        endpoint = await known_endpoint(tx, command.webhook_id)
        endpoint.require_version(command.expected_version)
        return await shown(tx, endpoint)

    async def load(tx: Transaction, webhook_id: str) -> ShownWebhook:
        return await shown(tx, await known_endpoint(tx, webhook_id))

    async def run(
        found: ShownWebhook, store: Callable[[Transaction, ShownWebhook], Awaitable[None]]
    ) -> ShownWebhook:
        endpoint = found.endpoint
        # Asked again: what may be sent to is a setting, which may have changed.
        ports.webhook_sender.require_allowed(endpoint.url)
        await challenge(ports, endpoint)
        async with ports.begin(actor) as tx:
            current = await known_endpoint(tx, endpoint.id, lock=True)
            if current.url != endpoint.url:
                raise WebhookUnverified(status=None, reason="url_changed")
            verified = await shown(tx, await _verified(tx, current))
            await store(tx, verified)
        return verified

    async def give_up(found: ShownWebhook, store: Callable[[Transaction], Awaitable[None]]) -> None:
        async with ports.begin(actor) as tx:
            await store(tx)

    phases = LaterPhases(subject=_waiting, load=load, run=run, give_up=give_up)
    return await run_once(ports, actor, once, command, execute, phases)


def _waiting(found: ShownWebhook) -> str | None:
    return None if found.endpoint.is_active else found.endpoint.id


async def _verified(tx: Transaction, current: WebhookEndpoint) -> WebhookEndpoint:
    if current.is_active:
        return current
    active = move_endpoint(current, WebhookMove.VERIFY, tx.now)
    active, event = next_version(EventType.ENDPOINT_UPDATED, active, current, tx.now)
    await tx.webhooks.save(active)
    tx.emit(event)
    return active
