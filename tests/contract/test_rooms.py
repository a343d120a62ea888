"""Rooms: the lock, and the calendar that both the lock's holder and the reader see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.evaluation import Booker, Request, evaluate
from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.testing import Clock
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import slot

WINDOW = slot("2026-06-01 14:00", 120)
WEEK = timedelta(days=7)
Look = Callable[[House, Room, Interval], Awaitable[RoomCalendar]]


async def _inside(house: House, room: Room, window: Interval) -> RoomCalendar:
    async with house.begin() as tx:
        await tx.rooms.lock([room.id])
        return await tx.rooms.calendar(room, window)


async def _outside(house: House, room: Room, window: Interval) -> RoomCalendar:
    found = await house.ports.reads.calendars(
        house.workspace.id, [room.id], window, house.ports.clock()
    )
    assert len(found) == 1
    return found[0]


@pytest.fixture(params=[_inside, _outside], ids=["transaction", "reads"])
def look(request: pytest.FixtureRequest) -> Look:
    """The two ways to a room's calendar, which must agree."""
    way: Look = request.param
    return way


def _first(conflict: Occupied | Blackout | None) -> str | None:
    if conflict is None:
        return None
    return conflict.booking_id if isinstance(conflict, Occupied) else conflict.id


async def test_the_lock_answers_with_the_rooms_that_exist(house: House) -> None:
    async with house.begin() as tx:
        wanted = [house.room.id, "rm_none", house.annex.id, house.room.id]
        found = await tx.rooms.lock(wanted)
        assert found == {house.room.id: house.room, house.annex.id: house.annex}
        assert list(found) == sorted(found)
        assert await tx.rooms.lock([]) == {}
        # Locking what one has locked already is no deadlock.
        assert await tx.rooms.lock([house.room.id]) == {house.room.id: house.room}


async def test_an_empty_calendar(house: House, look: Look) -> None:
    calendar = await look(house, house.room, WINDOW)
    assert calendar.room == house.room
    assert list(calendar.occupied) == []
    assert list(calendar.blackouts) == []
    assert calendar.now == house.ports.clock()


async def test_a_confirmed_booking_occupies_its_room(house: House, look: Look) -> None:
    # Whatever became of its hold once, a confirmed booking does not lapse.
    booking = house.new_booking(
        slot("2026-06-01 14:30"), buffer_minutes=15, expires_at=samples.NOW - timedelta(hours=1)
    )
    await house.book(booking)
    calendar = await look(house, house.room, WINDOW)
    assert list(calendar.occupied) == [
        Occupied(
            booking_id=booking.id,
            room_id=house.room.id,
            slot=booking.slot,
            buffer_minutes=15,
            kind=BusyKind.BOOKING,
        )
    ]
    assert list((await look(house, house.annex, WINDOW)).occupied) == []


async def test_a_hold_is_listed_with_the_instant_at_which_it_lapses(
    house: House, look: Look, clock: Clock
) -> None:
    """contract.md: a hold whose ``expires_at`` has passed is free at that instant."""
    hold = house.new_hold(slot("2026-06-01 14:30"))
    await house.book(hold)
    calendar = await look(house, house.room, WINDOW)
    assert [(o.booking_id, o.kind, o.expires_at) for o in calendar.occupied] == [
        (hold.id, BusyKind.HOLD, hold.expires_at)
    ]
    assert _first(calendar.conflict(hold.slot)) == hold.id

    assert hold.expires_at is not None
    clock.now = hold.expires_at
    calendar = await look(house, house.room, WINDOW)
    assert [o.booking_id for o in calendar.occupied] == [hold.id]
    assert calendar.now == hold.expires_at
    assert calendar.conflict(hold.slot) is None


@pytest.mark.parametrize(
    "status", [BookingStatus.CANCELLED, BookingStatus.EXPIRED, BookingStatus.COMPLETED]
)
async def test_what_is_over_occupies_nothing(
    house: House, look: Look, status: BookingStatus
) -> None:
    change = samples.pending_change(WINDOW, room=house.room.summary)
    over = house.new_booking(WINDOW, status=status, pending_change=change)
    await house.book(over)
    assert list((await look(house, house.room, WINDOW)).occupied) == []


async def test_a_pending_change_holds_its_new_room_and_slot(house: House, look: Look) -> None:
    """contract.md, Edit: ``pending_change``: the extra cells are held meanwhile."""
    change = samples.pending_change(
        slot("2026-06-01 15:00", 30), room=house.annex.summary, buffer_minutes=10
    )
    booking = house.new_booking(slot("2026-06-01 14:00"), pending_change=change)
    await house.book(booking)
    assert list((await look(house, house.annex, WINDOW)).occupied) == [
        Occupied(
            booking_id=booking.id,
            room_id=house.annex.id,
            slot=change.slot,
            buffer_minutes=10,
            kind=BusyKind.HOLD,
            expires_at=change.expires_at,
            seats=3,
        )
    ]
    here = await look(house, house.room, WINDOW)
    assert [(o.slot, o.kind) for o in here.occupied] == [(booking.slot, BusyKind.BOOKING)]


async def test_a_pending_change_in_the_same_room_is_listed_beside_its_booking(
    house: House, look: Look
) -> None:
    change = samples.pending_change(slot("2026-06-01 14:00", 90), room=house.room.summary)
    booking = house.new_booking(slot("2026-06-01 14:00"), pending_change=change)
    await house.book(booking)
    found = (await look(house, house.room, WINDOW)).occupied
    assert {(o.booking_id, o.slot, o.kind) for o in found} == {
        (booking.id, booking.slot, BusyKind.BOOKING),
        (booking.id, change.slot, BusyKind.HOLD),
    }


@pytest.mark.parametrize(
    ("start", "buffer_minutes", "in_the_way"),
    [
        ("2026-06-01 13:00", 0, False),  # ends where the window begins
        ("2026-06-01 13:00", 5, True),  # its own buffer reaches into the window
        ("2026-06-01 12:55", 5, False),
        ("2026-06-01 16:00", 0, True),  # begins within the room's buffer after the window
        ("2026-06-01 16:10", 0, True),
        ("2026-06-01 16:15", 0, False),
    ],
)
async def test_a_buffer_on_either_side_is_a_conflict(
    house: House, look: Look, start: str, buffer_minutes: int, *, in_the_way: bool
) -> None:
    """contract.md: between two bookings of a room lies at least the room's buffer."""
    room = house.new_room(buffer_minutes=15)
    neighbour = house.new_booking(slot(start), room=room.summary, buffer_minutes=buffer_minutes)
    await house.add(room)
    await house.book(neighbour)
    calendar = await look(house, room, WINDOW)
    assert _first(calendar.conflict(WINDOW)) == (neighbour.id if in_the_way else None)


async def test_what_a_booking_that_begins_in_the_window_could_run_into_is_listed(
    house: House, look: Look
) -> None:
    """contract.md: no other start can be booked: ``starts[]`` looks past the window's end."""
    days = BookingRules(max_minutes=3 * 24 * 60)
    room = house.new_room(buffer_minutes=30, rules=days)
    far = WINDOW.end + timedelta(minutes=room.rules.max_minutes)
    neighbour = house.new_booking(
        Interval(far, far + timedelta(minutes=30)), room=room.summary, buffer_minutes=30
    )
    await house.add(room)
    await house.book(neighbour)
    calendar = await look(house, room, WINDOW)
    assert _first(calendar.conflict(Interval(WINDOW.end - timedelta(minutes=5), far))) == (
        neighbour.id
    )


@pytest.mark.parametrize(
    ("start", "minutes", "leaves_a_gap"),
    [
        # Before the window: what lies there ends with its own buffer of ten minutes.
        ("2026-06-01 11:00", 65, False),  # 105 minutes, of which our buffer takes fifteen
        ("2026-06-01 11:00", 70, True),
        # After the window, behind two buffers.
        ("2026-06-01 17:55", 60, True),
        ("2026-06-01 18:00", 60, False),
    ],
)
async def test_neighbours_as_far_as_the_gap_rule_looks_are_listed(
    house: House, look: Look, start: str, minutes: int, *, leaves_a_gap: bool
) -> None:
    """A gap of 90 minutes, for one tier alone, reaches beyond the window on both sides."""
    rules = BookingRules(tiers={"flex": RuleOverride(min_gap_minutes=90)})
    room = house.new_room(buffer_minutes=15, rules=rules)
    neighbour = house.new_booking(slot(start, minutes), room=room.summary, buffer_minutes=10)
    await house.add(room)
    await house.book(neighbour)
    calendar = await look(house, room, WINDOW)
    context = calendar.rule_context(WINDOW, Booker(tier="flex"))
    reasons = [violation.reason for violation in evaluate(Request(slot=WINDOW), context)]
    assert reasons == (["unsellable_gap"] if leaves_a_gap else [])


async def test_a_saved_room_is_what_the_next_one_locks_and_reads(house: House) -> None:
    hours = OpeningHours.every_day(9 * 60, 26 * 60)
    changed = replace(
        house.room,
        name="Rebuilt",
        capacity=3,
        slot_minutes=45,
        buffer_minutes=20,
        rules=BookingRules(min_minutes=45, tiers={"flex": RuleOverride(lead_minutes=5)}),
        opening_hours=hours,
        active=False,
        version=2,
        updated_at=house.room.updated_at + WEEK,
    )
    async with house.begin() as tx:
        await tx.rooms.lock([house.room.id])
        await tx.rooms.save(changed)
        assert (await tx.rooms.lock([house.room.id]))[house.room.id] == changed
    async with house.begin() as tx:
        assert (await tx.rooms.lock([house.room.id]))[house.room.id] == changed
        await tx.rooms.save(replace(changed, opening_hours=None))
    found = await house.ports.reads.calendars(
        house.workspace.id, [house.room.id, house.annex.id], WINDOW, house.ports.clock()
    )
    assert {c.room.id: c.room for c in found} == {
        house.room.id: replace(changed, opening_hours=None),
        house.annex.id: house.annex,
    }


async def test_what_is_far_away_is_not_listed(house: House, look: Look) -> None:
    days = [timedelta(days=n) for n in (-40, -2, 2, 40)]
    far = [Interval(WINDOW.start + d, WINDOW.end + d) for d in days]
    await house.book(*(house.new_booking(when) for when in far))
    await house.add(*(house.new_blackout(interval=when) for when in far))
    calendar = await look(house, house.room, WINDOW)
    assert (list(calendar.occupied), list(calendar.blackouts)) == ([], [])


async def test_a_booking_that_spans_the_whole_window_is_listed(house: House, look: Look) -> None:
    long = house.new_booking(slot("2026-05-31 10:00", 3 * 24 * 60))
    await house.book(long)
    calendar = await look(house, house.room, WINDOW)
    assert [o.slot for o in calendar.occupied] == [long.slot]


async def test_blackouts_come_first_begun_first(house: House, look: Look) -> None:
    late = house.new_blackout(interval=slot("2026-06-01 15:30"), reason="Painters")
    early = house.new_blackout(interval=slot("2026-06-01 13:30"))
    elsewhere = house.new_blackout(room_id=house.annex.id)
    touching = house.new_blackout(interval=slot("2026-06-01 12:00", 120))
    await house.add(late, early, elsewhere, touching)
    calendar = await look(house, house.room, WINDOW)
    inside = [b for b in calendar.blackouts if b.interval.overlaps(WINDOW)]
    assert inside == [early, late]
    assert elsewhere not in calendar.blackouts
    assert _first(calendar.conflict(WINDOW)) == early.id


async def test_a_blackout_of_the_location_closes_all_its_rooms(house: House, look: Look) -> None:
    elsewhere = samples.location(id="loc_far", workspace_id=house.workspace.id)
    far = house.new_room(location=elsewhere)
    shut = house.new_blackout(location_id=house.location.id, interval=slot("2026-06-01 15:30"))
    own = house.new_blackout(interval=slot("2026-06-01 13:30"))
    before = house.new_blackout(
        location_id=house.location.id, interval=Interval(WINDOW.start - WEEK, WINDOW.start)
    )
    await house.add(elsewhere, far, shut, own, before)
    assert list((await look(house, house.room, WINDOW)).blackouts) == [own, shut]
    annex = await look(house, house.annex, WINDOW)
    assert list(annex.blackouts) == [shut]
    assert _first(annex.conflict(WINDOW)) == shut.id
    assert list((await look(house, far, WINDOW)).blackouts) == []


async def test_calendars_of_all_rooms_come_by_room_id(house: House, clock: Clock) -> None:
    booking = house.new_booking(WINDOW, room=house.annex.summary)
    asleep = house.new_room(active=False)
    await house.add(asleep)
    await house.book(booking)

    async def read(ids: list[str] | None, now: datetime) -> list[RoomCalendar]:
        return await house.ports.reads.calendars(house.workspace.id, ids, WINDOW, now)

    everything = await read(None, clock.now)
    assert [c.room for c in everything] == sorted(
        (house.room, house.annex, asleep), key=lambda room: room.id
    )
    busy = {c.room.id: [o.booking_id for o in c.occupied] for c in everything}
    assert busy == {house.room.id: [], house.annex.id: [booking.id], asleep.id: []}
    some = await read([house.room.id, "rm_none"], clock.now)
    assert [c.room.id for c in some] == [house.room.id]
    assert await read([], clock.now) == []
    # The calendar judges by the instant it was asked for, not by the clock's.
    later = clock.now + timedelta(hours=1)
    assert [c.now for c in await read([house.room.id], later)] == [later]


async def test_a_booking_made_in_this_transaction_is_in_its_calendar(house: House) -> None:
    booking = house.new_booking(WINDOW)
    async with house.begin() as tx:
        await tx.rooms.lock([house.room.id])
        await tx.bookings.add(booking)
        calendar = await tx.rooms.calendar(house.room, WINDOW)
    assert [o.booking_id for o in calendar.occupied] == [booking.id]


async def test_neighbours_are_the_other_rooms_that_could_stand_in(house: House) -> None:
    """``ports.transaction``: active, at the same location, with seats enough; each as it is."""
    big = house.new_room(capacity=20)
    hall = house.new_room(capacity=9, parts=frozenset({house.room.id, big.id}))
    elsewhere = samples.location(id="loc_far", workspace_id=house.workspace.id)
    others = [
        house.new_room(capacity=7),
        house.new_room(capacity=20, active=False),
        house.new_room(capacity=20, location=elsewhere),
    ]
    await house.add(elsewhere, big, hall, *others)
    booking = house.new_booking(WINDOW, room=big.summary)
    await house.book(booking)
    await house.add(house.new_blackout(room_id=house.annex.id, interval=WINDOW))
    async with house.begin() as tx:
        found = await tx.rooms.neighbours(house.room, WINDOW, seats=8)
        assert [c.room for c in found] == sorted([house.annex, big, hall], key=lambda room: room.id)
        for calendar in found:
            assert calendar == await tx.rooms.calendar(calendar.room, WINDOW)
            assert calendar.conflict(WINDOW) is not None
        assert [c.room for c in await tx.rooms.neighbours(big, WINDOW, seats=10)] == []
