"""Sending deliveries: leased, sent outside any transaction, settled.

Each endpoint has a lane of its own, in which a few deliveries are under way at once, so that one
that hangs delays nobody but itself. While one process tries a delivery no other does; whoever dies
meanwhile is followed by another after the lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.events import EventType
from litehq_core.domain.webhook import (
    DisabledReason,
    WebhookEndpoint,
    WebhookMove,
    move_endpoint,
    note_failure,
    note_success,
)
from litehq_core.domain.webhook_delivery import (
    RETENTION,
    TRY_SECONDS,
    Delivery,
    DeliveryStatus,
    Outcome,
    begin_attempt,
    settled,
    waiting_for,
)
from litehq_core.domain.webhook_words import disabled_mail, next_version
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.ports.webhooks import EndpointKey
from litehq_core.steps.webhook_requests import sent, signed_request

LANES = 100
# Of one endpoint; of one that fails a single one, to see whether it has come back.
AT_ONCE = 4
PRUNED_AT_ONCE = 500

# Told of the delivery that could not be dealt with on our side, and why.
DeliveryFailed = Callable[[str, Exception], None]


async def deliver_webhooks(ports: Ports, failed: DeliveryFailed, *, limit: int = LANES) -> int:
    """Try what is due, a few for each endpoint, all endpoints at once; how many were tried.

    A worker that must not wait for the slowest runs the lanes by itself.
    """
    due = await ports.reads.webhooks.due(ports.clock(), limit)
    return sum(await asyncio.gather(*(deliver_to(ports, key, failed) for key in due)))


async def deliver_to(ports: Ports, key: EndpointKey, failed: DeliveryFailed) -> int:
    """Try a few deliveries that are due for one endpoint; how many were tried.

    Args:
        failed: told of each that could not be dealt with on our side. It stays due, and comes
            back after its lease.
    """
    endpoint, claimed = await _claim(ports, key)
    if endpoint is None:
        return 0

    async def attempt(delivery: Delivery) -> None:
        try:
            await _deliver(ports, endpoint, delivery)
        except Exception as error:
            failed(delivery.id, error)

    await asyncio.gather(*(attempt(delivery) for delivery in claimed))
    return len(claimed)


async def _claim(ports: Ports, key: EndpointKey) -> tuple[WebhookEndpoint | None, list[Delivery]]:
    """What is due for an endpoint, under leases."""
    claimed: list[Delivery] = []
    async with ports.begin(system_actor(key.workspace_id)) as tx:
        endpoint = await tx.webhooks.get(key.webhook_id)
        if endpoint is None or not endpoint.is_active:
            return None, claimed
        limit = AT_ONCE if endpoint.health.failing_since is None else 1
        for delivery in await tx.deliveries.claimable(endpoint.id, limit):
            former = await tx.deliveries.former(delivery) if endpoint.ordered else None
            if former is not None:
                await tx.deliveries.save(waiting_for(delivery, former, tx.now))
                continue
            begun = begin_attempt(delivery, tx.now)
            if begun is not None:
                await tx.deliveries.save(begun)
                claimed.append(begun)
    return endpoint, claimed


async def _deliver(ports: Ports, endpoint: WebhookEndpoint, delivery: Delivery) -> None:
    at = ports.clock().replace(microsecond=0)
    request = signed_request(
        ports, endpoint, message_id=delivery.event_id, at=at, body=delivery.body
    )
    outcome = await sent(ports, request, at, timeout_seconds=TRY_SECONDS)
    async with ports.begin(system_actor(endpoint.workspace_id)) as tx:
        await _settle(tx, endpoint, delivery, outcome)


async def _settle(
    tx: Transaction, asked: WebhookEndpoint, tried: Delivery, outcome: Outcome
) -> None:
    """Write what came of a try. The endpoint's lock comes first, here as everywhere."""
    endpoint = await tx.webhooks.get(asked.id, lock=True)
    current = await tx.deliveries.get(tried.id, lock=True)
    if endpoint is None or current is None:
        return
    after = settled(current, tried, outcome, tx.now)
    await tx.deliveries.save(after)
    if endpoint.ordered and after.status is not DeliveryStatus.PENDING:
        await tx.deliveries.wake_next(after)
    # What another URL answered says nothing about this one, nor does it of one that was disabled.
    if endpoint.url == asked.url and endpoint.is_active:
        await _note(tx, endpoint, outcome)


async def _note(tx: Transaction, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Keep the endpoint's health, and disable it if it is gone or has failed for too long."""
    error = outcome.attempt.error
    if error is None:
        await tx.webhooks.save(note_success(endpoint, tx.now))
        return
    failing, too_long = note_failure(endpoint, error, tx.now)
    if not (outcome.is_gone or too_long):
        await tx.webhooks.save(failing)
        return
    reason = DisabledReason.GONE if outcome.is_gone else DisabledReason.FAILING
    disabled, event = next_version(
        EventType.ENDPOINT_DISABLED,
        move_endpoint(failing, WebhookMove.DISABLE, tx.now, reason=reason),
        endpoint,
        tx.now,
    )
    await tx.webhooks.save(disabled)
    await tx.deliveries.bury(endpoint.id)
    mail = disabled_mail(disabled)
    if mail is not None:
        await tx.mails.add(mail)
    tx.emit(event)


async def prune_deliveries(ports: Ports, *, limit: int = LANES) -> int:
    """Take away deliveries that came to their end ``RETENTION`` ago; how many."""
    before, pruned = ports.clock() - RETENTION, 0
    for key in await ports.reads.webhooks.prunable(before, limit):
        async with ports.begin(system_actor(key.workspace_id)) as tx:
            if await tx.webhooks.get(key.webhook_id, lock=True) is not None:
                pruned += await tx.deliveries.prune(key.webhook_id, before, PRUNED_AT_ONCE)
    return pruned
