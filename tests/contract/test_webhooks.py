"""Webhook endpoints, deliveries and relay positions in every store."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.webhook import (
    DisabledReason,
    ReplayWindow,
    WebhookEndpoint,
    WebhookHealth,
    WebhookStatus,
)
from litehq_core.domain.webhook_delivery import Attempt, Delivery, DeliveryStatus
from litehq_core.ports import webhooks
from litehq_core.ports.transaction import Transaction
from litehq_core.ports.webhooks import EndpointKey
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import NOW

NAME = "webhooks"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


async def registered(house: House, **fields: object) -> WebhookEndpoint:
    """An endpoint that is stored."""
    endpoint = house.new_webhook(**fields)
    async with house.begin() as tx:
        await tx.webhooks.add(endpoint)
    return endpoint


async def made(house: House, *deliveries: Delivery) -> None:
    """Store deliveries."""
    async with house.begin() as tx:
        await tx.deliveries.add(deliveries)


async def stored(house: House, delivery: Delivery) -> Delivery:
    """A delivery as it is now."""
    async with house.begin() as tx:
        found = await tx.deliveries.get(delivery.id)
    assert found is not None
    return found


def key_of(endpoint: WebhookEndpoint) -> EndpointKey:
    """The endpoint's own."""
    return EndpointKey(endpoint.workspace_id, endpoint.id)


async def test_every_field_of_an_endpoint_comes_back(house: House) -> None:
    plain = house.new_webhook(
        status=WebhookStatus.UNVERIFIED, verified_at=None, active_since=None, created_by="system"
    )
    full = house.new_webhook(
        status=WebhookStatus.DISABLED,
        version=4,
        description="ü",
        events=("booking.*", "room.created"),
        ordered=True,
        contact_email="ops@example.com",
        old_secret_sealed=b"\0old",
        old_secret_until=NOW,
        disabled_reason=DisabledReason.GONE,
        health=WebhookHealth(
            last_success_at=NOW, last_failure_at=NOW, last_error="timeout", failing_since=NOW
        ),
        replay=ReplayWindow(since=NOW, after=3, until=9),
    )
    async with house.begin() as tx:
        await tx.webhooks.add(plain)
        await tx.webhooks.add(full)
    reads = house.ports.reads.webhooks
    async with house.begin() as tx:
        assert await tx.webhooks.get(plain.id, lock=True) == plain
        assert await tx.webhooks.get(full.id) == full
        assert await tx.webhooks.get("whk_none") is None
        assert await tx.webhooks.count() == 2
        assert list(await tx.webhooks.listening()) == []
        saved = replace(full, id=plain.id, status=WebhookStatus.ACTIVE)
        await tx.webhooks.save(saved)
        assert list(await tx.webhooks.listening()) == [saved]
    assert await reads.endpoint(house.workspace.id, plain.id) == saved
    assert await reads.endpoint(house.workspace.id, "whk_none") is None


async def test_every_field_of_a_delivery_comes_back(house: House) -> None:
    endpoint = await registered(house)
    attempt = Attempt(at=NOW, status=None, error="timeout", latency_ms=15_000, excerpt="é")
    full = house.new_delivery(
        endpoint,
        body=b"\0\xff",
        status=DeliveryStatus.DELIVERED,
        tries=3,
        lease=7,
        attempts=(attempt, replace(attempt, status=200, error=None)),
        delivered_at=NOW,
    )
    await made(house, full)
    async with house.begin() as tx:
        assert await tx.deliveries.get(full.id, lock=True) == full
        assert await tx.deliveries.get("whd_none") is None
        saved = replace(full, status=DeliveryStatus.DEAD, attempts=(), delivered_at=None)
        await tx.deliveries.save(saved)
        assert await tx.deliveries.get(full.id) == saved


async def test_an_event_is_delivered_to_an_endpoint_once(house: House) -> None:
    """architecture.md: deliveries have the key (workspace, endpoint, event)."""
    one, other = await registered(house), await registered(house)
    first = house.new_delivery(one)
    await made(house, first)
    again = house.new_delivery(one, event_id=first.event_id, body=b"other")
    elsewhere = house.new_delivery(other, event_id=first.event_id)
    await made(house, again, elsewhere)
    async with house.begin() as tx:
        assert await tx.deliveries.get(first.id) == first
        assert await tx.deliveries.get(again.id) is None
        assert await tx.deliveries.get(elsewhere.id) == elsewhere
        await tx.deliveries.add([])


async def test_a_delivery_is_for_an_endpoint_that_is_there(house: House) -> None:
    with pytest.raises(RuntimeError):
        await made(house, house.new_delivery(house.new_webhook()))


async def test_what_is_due_comes_longest_due_first(house: House) -> None:
    endpoint, other = await registered(house), await registered(house)
    late = house.new_delivery(endpoint, next_attempt_at=NOW - HOUR, position=5)
    first = house.new_delivery(endpoint, next_attempt_at=NOW, position=1)
    second = house.new_delivery(endpoint, next_attempt_at=NOW, position=2)
    ahead = house.new_delivery(endpoint, next_attempt_at=NOW + SECOND)
    dead = house.new_delivery(endpoint, status=DeliveryStatus.DEAD)
    await made(house, second, first, late, ahead, dead, house.new_delivery(other))
    async with house.begin() as tx:
        assert list(await tx.deliveries.claimable(endpoint.id, 9)) == [late, first, second]
        assert list(await tx.deliveries.claimable(endpoint.id, 2)) == [late, first]
        assert await tx.deliveries.tally(endpoint.id) == (4, 1)


async def test_the_former_of_the_same_subject(house: House) -> None:
    endpoint = await registered(house)
    first, second, third = (
        house.new_delivery(endpoint, position=n, next_attempt_at=NOW + HOUR) for n in (1, 2, 3)
    )
    stranger = house.new_delivery(endpoint, position=2, subject_id="bk_2")
    tried = house.new_delivery(endpoint, position=4, tries=1, next_attempt_at=NOW + HOUR)
    await made(house, third, second, first, stranger, tried)
    async with house.begin() as tx:
        assert await tx.deliveries.former(third) == first
        assert await tx.deliveries.former(first) is None
        assert await tx.deliveries.former(stranger) is None
        await tx.deliveries.save(replace(first, status=DeliveryStatus.DEAD))
        assert await tx.deliveries.former(third) == second
        await tx.deliveries.wake_next(first)
        due = [found.id for found in await tx.deliveries.claimable(endpoint.id, 9)]
        assert sorted(due) == sorted([second.id, stranger.id, third.id])
        assert await tx.deliveries.get(tried.id) == tried


async def test_what_is_buried_can_be_dug_out(house: House) -> None:
    endpoint, other = await registered(house), await registered(house)
    waiting = house.new_delivery(endpoint, tries=3, next_attempt_at=NOW + HOUR)
    done = house.new_delivery(endpoint, status=DeliveryStatus.DELIVERED, delivered_at=NOW)
    elsewhere = house.new_delivery(other)
    await made(house, waiting, done, elsewhere)
    async with house.begin() as tx:
        await tx.deliveries.bury(endpoint.id)
        assert await tx.deliveries.tally(endpoint.id) == (0, 1)
    assert (await stored(house, waiting)).status is DeliveryStatus.DEAD
    async with house.begin() as tx:
        assert await tx.deliveries.requeue_dead(endpoint.id) == 1
        assert await tx.deliveries.requeue_dead(endpoint.id) == 0
    assert await stored(house, waiting) == replace(waiting, tries=0, next_attempt_at=NOW)
    assert await stored(house, done) == done
    assert await stored(house, elsewhere) == elsewhere


async def test_a_replay_sends_again_what_was_sent_and_adds_what_was_not(house: House) -> None:
    endpoint = await registered(house)
    done = house.new_delivery(
        endpoint, status=DeliveryStatus.DELIVERED, tries=2, lease=2, delivered_at=NOW
    )
    waiting = house.new_delivery(endpoint, tries=4, next_attempt_at=NOW + HOUR)
    missing = house.new_delivery(endpoint)
    await made(house, done, waiting)
    async with house.begin() as tx:
        twins = [
            house.new_delivery(endpoint, event_id=d.event_id) for d in (done, waiting, missing)
        ]
        await tx.deliveries.replay(twins)
        await tx.deliveries.replay([])
        again = await tx.deliveries.get(done.id)
        added = await tx.deliveries.get(twins[2].id)
    assert added == twins[2]
    assert again == replace(
        done, status=DeliveryStatus.PENDING, tries=0, next_attempt_at=NOW, delivered_at=None
    )
    assert await stored(house, waiting) == waiting


async def test_what_ended_long_ago_is_pruned(house: House) -> None:
    endpoint = await registered(house)
    old = [
        house.new_delivery(endpoint, status=DeliveryStatus.DEAD, updated_at=NOW - HOUR * n)
        for n in (1, 2, 3)
    ]
    pending = house.new_delivery(endpoint, updated_at=NOW - HOUR * 9)
    await made(house, *old, pending)
    reads = house.ports.reads.webhooks
    assert key_of(endpoint) in await reads.prunable(NOW - HOUR, 1_000)
    assert key_of(endpoint) not in await reads.prunable(NOW - HOUR * 3 - SECOND, 1_000)
    async with house.begin() as tx:
        assert await tx.deliveries.prune(endpoint.id, NOW - HOUR * 2, 1) == 1
        assert await tx.deliveries.get(old[2].id) is None
        assert await tx.deliveries.prune(endpoint.id, NOW - HOUR * 2, 9) == 1
        assert await tx.deliveries.prune(endpoint.id, NOW - HOUR * 2, 9) == 0
        assert await tx.deliveries.get(old[0].id) == old[0]
        assert await tx.deliveries.get(pending.id) == pending


async def test_an_endpoint_goes_with_its_deliveries(house: House) -> None:
    endpoint, other = await registered(house), await registered(house)
    mine, theirs = house.new_delivery(endpoint), house.new_delivery(other)
    await made(house, mine, theirs)
    async with house.begin() as tx:
        await tx.webhooks.remove(endpoint)
        assert await tx.webhooks.get(endpoint.id) is None
        assert await tx.deliveries.get(mine.id) is None
        assert await tx.deliveries.get(theirs.id) == theirs


async def test_a_relay_begins_at_the_end_of_the_log(house: House) -> None:
    reads, mine = house.ports.reads.webhooks, house.workspace.id
    assert await reads.position(mine, NAME) is None
    async with house.begin() as tx:
        assert await tx.relays.lock(NAME) is None
        assert await tx.relays.needed_after() is None
        tx.emit(samples.draft())
    async with house.begin() as tx:
        await tx.relays.begin(NAME)
        tx.emit(samples.draft(sequence=2))
    assert await reads.position(mine, NAME) == 1
    assert mine in await reads.behind(NAME, 1_000)
    assert mine not in await reads.behind("others", 1_000)
    async with house.begin() as tx:
        await tx.relays.begin(NAME)
        assert await tx.relays.lock(NAME) == 1
        await tx.relays.move(NAME, 2)
        assert await tx.relays.needed_after() == 2
        await tx.webhooks.add(house.new_webhook(replay=ReplayWindow(since=NOW, after=1, until=2)))
        assert await tx.relays.needed_after() == 1
    assert await reads.position(mine, NAME) == 2
    assert mine not in await reads.behind(NAME, 1_000)


async def test_active_endpoints_are_due_longest_first(house: House) -> None:
    async def due(at: object = NOW) -> list[str]:
        found = await house.ports.reads.webhooks.due(at, 1_000)  # type: ignore[arg-type]
        return [k.webhook_id for k in found if k.workspace_id == house.workspace.id]

    late, soon, idle = [await registered(house) for _ in range(3)]
    unverified = await registered(house, status=WebhookStatus.UNVERIFIED)
    await made(
        house,
        house.new_delivery(soon, next_attempt_at=NOW + SECOND),
        house.new_delivery(late, next_attempt_at=NOW + HOUR),
        house.new_delivery(late, next_attempt_at=NOW),
        house.new_delivery(unverified),
        house.new_delivery(idle, status=DeliveryStatus.DEAD),
    )
    assert await due(NOW - SECOND) == []
    assert await due() == [late.id]
    assert await due(NOW + HOUR) == [late.id, soon.id]


async def test_endpoints_that_are_being_replayed(house: House) -> None:
    endpoint = await registered(house)
    reads = house.ports.reads.webhooks
    assert key_of(endpoint) not in await reads.replaying(1_000)
    async with house.begin() as tx:
        window = ReplayWindow(since=NOW, after=0, until=1)
        await tx.webhooks.save(replace(endpoint, replay=window))
    assert key_of(endpoint) in await reads.replaying(1_000)


Probe = Callable[[Transaction, Delivery], Awaitable[object]]
# Every look-up, with a stranger's ids, and what answers to an id never used.
LOOK_UPS: dict[str, tuple[Probe, object]] = {
    "Webhooks.get": (lambda tx, d: tx.webhooks.get(d.webhook_id, lock=True), None),
    "Webhooks.count": (lambda tx, d: tx.webhooks.count(), 0),
    "Webhooks.listening": (lambda tx, d: tx.webhooks.listening(), []),
    "Deliveries.get": (lambda tx, d: tx.deliveries.get(d.id, lock=True), None),
    "Deliveries.claimable": (lambda tx, d: tx.deliveries.claimable(d.webhook_id, 9), []),
    "Deliveries.former": (lambda tx, d: tx.deliveries.former(replace(d, position=9)), None),
    "Deliveries.wake_next": (lambda tx, d: tx.deliveries.wake_next(replace(d, position=0)), None),
    "Deliveries.bury": (lambda tx, d: tx.deliveries.bury(d.webhook_id), None),
    "Deliveries.requeue_dead": (lambda tx, d: tx.deliveries.requeue_dead(d.webhook_id), 0),
    "Deliveries.tally": (lambda tx, d: tx.deliveries.tally(d.webhook_id), (0, 0)),
    "Deliveries.prune": (lambda tx, d: tx.deliveries.prune(d.webhook_id, NOW + HOUR, 9), 0),
    "Relays.lock": (lambda tx, d: tx.relays.lock(NAME), None),
    "Relays.needed_after": (lambda tx, d: tx.relays.needed_after(), None),
}
# Writes of whole values that carry their own workspace, or of the transaction's own.
OTHERS = {
    *("Webhooks.add", "Webhooks.save", "Webhooks.remove"),
    *("Deliveries.add", "Deliveries.save", "Deliveries.replay"),
    *("Relays.begin", "Relays.move"),
}
READS = {"behind", "position", "due", "replaying", "prunable", "endpoint"}


def test_every_method_is_accounted_for() -> None:
    def methods(cls: type) -> set[str]:
        return {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if name[0] != "_"}

    ports = (webhooks.Webhooks, webhooks.Deliveries, webhooks.Relays)
    assert {f"{c.__name__}.{name}" for c in ports for name in methods(c)} == set(LOOK_UPS) | OTHERS
    assert methods(webhooks.WebhookReads) == READS


async def test_a_stranger_finds_nothing(house: House, other: House) -> None:
    endpoint = await registered(other)
    theirs = other.new_delivery(endpoint, position=5)
    dead = other.new_delivery(endpoint, status=DeliveryStatus.DEAD, updated_at=NOW - HOUR)
    await made(other, theirs, dead)
    async with other.begin() as tx:
        await tx.relays.begin(NAME)
    async with house.begin() as tx:
        for name, (probe, nothing) in LOOK_UPS.items():
            found = await probe(tx, theirs)
            assert (list(found) if isinstance(nothing, list) else found) == nothing, name  # type: ignore[call-overload]
    assert await stored(other, theirs) == theirs
    assert await stored(other, dead) == dead
    reads = house.ports.reads.webhooks
    assert await reads.endpoint(house.workspace.id, endpoint.id) is None
    assert await reads.position(house.workspace.id, NAME) is None
