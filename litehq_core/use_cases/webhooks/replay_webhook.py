"""Send once more: one delivery, all that were given up, or all that happened since an instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.wall_clock import EARLIEST, utc_instant, whole_second
from litehq_core.domain.webhook import ReplayWindow, WebhookEndpoint
from litehq_core.domain.webhook_delivery import NOUN, Delivery, replayed
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Reads
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.relay_names import WEBHOOKS
from litehq_core.steps.webhook_reach import known_endpoint

# An event bears the instant at which its transaction began, and its place that of its end.
_LONGEST_TRANSACTION = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWebhook:
    """A wish to be told once more.

    Of an endpoint just one of the three is asked for; ``delivery_id`` alone will do by itself.
    """

    webhook_id: str | None = None
    delivery_id: str | None = None
    since: datetime | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReplay:
    """What is being sent once more.

    Attributes:
        queued: how many deliveries that are; None while the log is yet to be gone through.
    """

    webhook_id: str
    delivery_id: str | None = None
    since: datetime | None = None
    failed: bool = False
    queued: int | None = None


async def replay_webhook(
    ports: Ports, actor: Actor, command: ReplayWebhook, once: Once | None = None
) -> WebhookReplay:
    """What is going to be sent again, with the same ids as before.

    Since an instant, everything is sent that the endpoint asks for now, whether or not it was
    sent then.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:write`` of a key that is not bound.
        ValidationFailed: nothing is asked for, or several things, or what lies ahead.
        NotFound: no such endpoint or delivery.
        InvalidTransition: the endpoint is not active.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.WEBHOOKS_WRITE)
    _require_one(command)
    window = None
    if command.since is not None:
        since = utc_instant("since", command.since)
        if not EARLIEST <= since <= ports.clock():
            raise ValidationFailed.of("since", "must lie between 1970 and now")
        since = whole_second(since)
        window = await _window(ports, actor.workspace_id, since)

    async def execute(tx: Transaction) -> WebhookReplay:
        if command.delivery_id is not None:
            return await _replay_one(tx, command.webhook_id, command.delivery_id)
        endpoint = await _active(tx, command.webhook_id or "")
        if window is not None:
            return await _replay_since(tx, endpoint, window)
        queued = await tx.deliveries.requeue_dead(endpoint.id)
        return WebhookReplay(webhook_id=endpoint.id, failed=True, queued=queued)

    return await run_once(ports, actor, once, command, execute)


def _require_one(command: ReplayWebhook) -> None:
    asked = [command.delivery_id is not None, command.since is not None, command.failed]
    if asked.count(True) != 1:
        raise ValidationFailed.of("body", "must name one of delivery_id, since and failed")


async def _active(tx: Transaction, webhook_id: str) -> WebhookEndpoint:
    endpoint = await known_endpoint(tx, webhook_id, lock=True)
    endpoint.require_active("be replayed to")
    return endpoint


async def _replay_one(tx: Transaction, webhook_id: str | None, delivery_id: str) -> WebhookReplay:
    found = _of(webhook_id, await tx.deliveries.get(delivery_id))
    endpoint = await _active(tx, found.webhook_id)
    # Once more, under the lock of its endpoint.
    delivery = _of(endpoint.id, await tx.deliveries.get(delivery_id, lock=True))
    await tx.deliveries.save(replayed(delivery, tx.now))
    return WebhookReplay(webhook_id=endpoint.id, delivery_id=delivery.id, queued=1)


def _of(webhook_id: str | None, delivery: Delivery | None) -> Delivery:
    if delivery is None or webhook_id not in (None, delivery.webhook_id):
        raise NotFound(NOUN)
    return delivery


async def _replay_since(
    tx: Transaction, endpoint: WebhookEndpoint, window: ReplayWindow
) -> WebhookReplay:
    """Widen what is being told once more; the relay goes through it page by page."""
    under_way = endpoint.replay
    if under_way is not None:
        window = ReplayWindow(
            since=min(window.since, under_way.since),
            after=min(window.after, under_way.after),
            until=max(window.until, under_way.until),
        )
    if window.after < window.until:
        await tx.webhooks.save(replace(endpoint, replay=window))
    return WebhookReplay(webhook_id=endpoint.id, since=window.since)


async def _window(ports: Ports, workspace_id: str, since: datetime) -> ReplayWindow:
    """The part of the log that may have what happened since, up to what was relayed.

    What comes after that is told for the first time, and needs no replay.
    """
    until = await ports.reads.webhooks.position(workspace_id, WEBHOOKS) or 0
    after = await _position_before(ports.reads, workspace_id, since - _LONGEST_TRANSACTION, until)
    return ReplayWindow(since=since, after=after, until=until)


async def _position_before(reads: Reads, workspace_id: str, instant: datetime, until: int) -> int:
    """The last position, ``until`` at most, whose event is from before an instant."""
    low, high = 0, until
    while low < high:
        middle = (low + high) // 2
        [*found] = await reads.events_after(workspace_id, middle, 1)
        if found and found[0].occurred_at < instant:
            low = min(found[0].position, until)
        else:
            high = middle
    return low
