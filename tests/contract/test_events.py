"""The event log: dense, in order, complete."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.ports.feed import Signal
from litehq_core.testing import Clock
from tests.contract.house import House, undone
from tests.domain.samples import draft


async def _emit(house: House, *drafts: EventDraft) -> None:
    async with house.begin() as tx:
        for each in drafts:
            tx.emit(each)


async def test_every_field_of_an_event_comes_back(house: House, clock: Clock) -> None:
    full = draft(
        type=EventType.BOOKING_UPDATED,
        sequence=4,
        object={"id": "bk_1", "nested": {"list": [1, None, True, "é"]}, "start_at": "2026Z"},
        previous={"notes": None, "attendees": 2},
        member_id=house.member.id,
        company_id=house.company.id,
        room_id=house.room.id,
    )
    bare = draft("tok_1", type=EventType.API_TOKEN_REVOKED)
    actor = replace(system_actor(house.workspace.id, "tok_9"), request_id="req_7")
    clock.advance(seconds=90.5)
    async with house.ports.begin(actor) as tx:
        tx.emit(full)
        tx.emit(bare)
        now = tx.now
    found = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    assert [event.position for event in found] == [1, 2]
    for event, wanted in zip(found, (full, bare), strict=True):
        for name in EventDraft.__dataclass_fields__:
            assert getattr(event, name) == getattr(wanted, name), name
        assert event.workspace_id == house.workspace.id
        assert (event.actor_id, event.request_id) == ("tok_9", "req_7")
        assert event.occurred_at == now
        assert event.occurred_at.utcoffset() == timedelta(0)
        assert event.id.startswith("evt_")
    assert found[0].id < found[1].id


async def test_a_request_id_may_be_missing(house: House) -> None:
    await _emit(house, draft())
    (event,) = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    assert (event.actor_id, event.request_id) == ("system", None)


async def test_positions_are_dense_over_transactions_good_and_bad(house: House) -> None:
    """``domain.events``: ``position`` is dense within the workspace, from 1."""
    await _emit(house, draft(sequence=1), draft(sequence=2))
    async with undone(house.begin()) as tx:
        tx.emit(draft("bk_lost"))
    await _emit(house)
    await _emit(house, draft(sequence=3))
    events = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    assert [(e.position, e.sequence) for e in events] == [(1, 1), (2, 2), (3, 3)]


async def test_each_workspace_has_positions_of_its_own(house: House, other: House) -> None:
    await _emit(house, draft(), draft())
    await _emit(other, draft())
    await _emit(house, draft())
    reads = house.ports.reads
    assert await reads.head(house.workspace.id) == 3
    assert await reads.head(other.workspace.id) == 1
    assert [e.position for e in await reads.events_after(other.workspace.id, 0, 10)] == [1]


async def test_the_log_is_read_after_a_position_and_up_to_a_limit(house: House) -> None:
    await _emit(house, *(draft(sequence=n) for n in range(1, 8)))

    async def positions(after: int, limit: int) -> list[int]:
        found = await house.ports.reads.events_after(house.workspace.id, after, limit)
        return [event.position for event in found]

    assert await positions(0, 3) == [1, 2, 3]
    assert await positions(3, 3) == [4, 5, 6]
    assert await positions(6, 3) == [7]
    assert await positions(7, 3) == []
    assert await positions(99, 3) == []
    assert await positions(0, 100) == [1, 2, 3, 4, 5, 6, 7]


async def test_the_head_is_the_last_position(house: House, other: House) -> None:
    """``ports.reads``: 0 if the log is empty; several in one statement."""
    reads, ours, theirs = house.ports.reads, house.workspace.id, other.workspace.id
    assert await reads.head(ours) == 0
    assert await reads.head("ws_none") == 0
    await _emit(house, draft(), draft())
    assert await reads.head(ours) == 2
    heads = await reads.heads([ours, theirs])
    # An empty log may be left out or be 0; both read alike.
    assert {ws: heads.get(ws, 0) for ws in (ours, theirs)} == {ours: 2, theirs: 0}
    assert set(heads) <= {ours, theirs}
    assert await reads.heads([]) == {}


async def test_a_snapshot_is_kept_as_it_was_when_emitted(house: House) -> None:
    snapshot = {"id": "bk_1", "nested": {"n": 1}}
    async with house.begin() as tx:
        tx.emit(draft(object=snapshot))
        snapshot["nested"] = {"n": 2}
    (event,) = await house.ports.reads.events_after(house.workspace.id, 0, 1)
    assert event.object == {"id": "bk_1", "nested": {"n": 1}}


LONG = 20.0


async def _returns_at_once(signal: Signal) -> bool:
    """Whether a wait of ``LONG`` comes back in a fraction of it."""
    try:
        await asyncio.wait_for(signal.wait(LONG), 2)
    except TimeoutError:
        return False
    return True


async def test_a_commit_with_events_rings(house: House, other: House) -> None:
    with house.ports.feed.follow(house.workspace.id) as signal:
        await _emit(house, draft())
        # Rung before the wait began: not lost.
        assert await _returns_at_once(signal)
        waiting = asyncio.create_task(_returns_at_once(signal))
        await asyncio.sleep(0)
        await _emit(house, draft())
        assert await waiting


async def test_no_bell_without_events_or_in_another_workspace(house: House, other: House) -> None:
    with house.ports.feed.follow(house.workspace.id) as signal:
        await house.book(house.new_booking())
        await _emit(other, draft())
        async with undone(house.begin()) as tx:
            tx.emit(draft())
        before = asyncio.get_running_loop().time()
        await signal.wait(0.1)
        assert asyncio.get_running_loop().time() - before >= 0.09


async def test_a_bell_rings_when_the_log_can_be_read(house: House) -> None:
    """The wake comes after the commit: who is woken sees the event."""
    with house.ports.feed.follow(house.workspace.id) as signal:
        seen = asyncio.create_task(signal.wait(LONG))
        await asyncio.sleep(0)
        await _emit(house, draft())
        await seen
        assert await house.ports.reads.head(house.workspace.id) == 1
