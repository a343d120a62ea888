"""Combined and shared rooms under many writers at once, on the stores that can get it wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from litehq_app.sql import SqlStore
from litehq_core.domain.booking import Booking, Guest
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.editing import EditBooking
from litehq_core.domain.errors import SlotUnavailable
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Room
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.bookings.update_booking import update_booking
from tests import stores
from tests.contract.house import House, furnished
from tests.domain.samples import slot

SLOT = slot("2026-06-01 14:00")
HOUR = timedelta(hours=1)
GUEST = Guest(email="ada@example.com", name="Ada G")


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock()


@pytest.fixture(params=stores.ENGINES)
async def house(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path
) -> AsyncIterator[House]:
    """A furnished workspace on a real engine; all but the store comes from memory."""
    async with stores.sql_store(request.param, tmp_path, clock=clock) as store:
        yield await _furnish(store, clock)


async def _furnish(store: SqlStore, clock: Clock) -> House:
    ports = replace(
        memory_ports(clock=clock),
        begin=store.begin,
        reads=store.reads,
        new_id=stores.new_test_id,
    )
    return await furnished(ports)


async def _hall(house: House) -> tuple[Room, Room, Room]:
    """Two rooms, and the hall that they make together; all are free of charge."""
    left, right = house.new_room(name="Left"), house.new_room(name="Right")
    hall = house.new_room(name="Hall", parts=frozenset({left.id, right.id}))
    await house.add(left, right, hall)
    return left, right, hall


async def _create(
    house: House, room: Room, when: Interval = SLOT, attendees: int | None = None
) -> Booking | None:
    """A guest's booking; None if the slot was taken."""
    wish = CreateBooking(
        room_id=room.id, start_at=when.start, end_at=when.end, guest=GUEST, attendees=attendees
    )
    try:
        return await create_booking(house.ports, house.actor, wish)
    except SlotUnavailable as refusal:
        # Nameless is what the key refuses behind the lock's back.
        if refusal.conflicting_booking_id is None:
            raise
        return None


async def _claims_agree(house: House, bookings: Sequence[Booking | None], room: Room) -> None:
    """Nobody overlaps, and what is in the calendar is what was booked."""
    made = [booking for booking in bookings if booking]
    async with house.begin() as tx:
        calendar = await tx.rooms.calendar(room, SLOT.widened(before=HOUR, after=HOUR))
    assert sorted(o.holder_id for o in calendar.occupied) == sorted(b.id for b in made)
    seats: Counter[tuple[str, int]] = Counter()
    for booking in made:
        for claim in booking.claims:
            for minute in range(0, claim.interval.minutes, 5):
                at = claim.interval.start + timedelta(minutes=minute)
                seats[claim.room_id, int(at.timestamp())] += claim.seats
    most = room.seats or 1
    assert max(seats.values()) <= most


@pytest.mark.parametrize("attempt", range(3))
async def test_of_a_parent_and_its_parts_created_at_once_one_side_wins(
    house: House, attempt: int
) -> None:
    """Exactly the parent, or else both parts; never one over the other."""
    left, right, hall = await _hall(house)
    rooms = [left, hall, right]
    won = await asyncio.gather(*(_create(house, r) for r in rooms[attempt:] + rooms[:attempt]))
    ids = {booking.room.id for booking in won if booking}
    assert ids in ({hall.id}, {left.id, right.id})
    await _claims_agree(house, won, hall)


async def test_of_many_parents_and_parts_exactly_one_wins(house: House) -> None:
    left, right, hall = await _hall(house)
    other = house.new_room(name="Other hall", parts=frozenset({left.id, house.annex.id}))
    await house.add(other)
    # All of them need the left room.
    rooms = [left, hall, other] * 8
    won = await asyncio.gather(*(_create(house, room) for room in rooms))
    assert sum(booking is not None for booking in won) == 1
    assert await house.ports.reads.head(house.workspace.id) == 2
    assert right.id not in {booking.room.id for booking in won if booking}


async def test_moves_between_parent_and_parts_neither_deadlock_nor_overlap(house: House) -> None:
    left, right, hall = await _hall(house)
    slots = [Interval(SLOT.start + n * HOUR, SLOT.end + n * HOUR) for n in range(4)]
    bookings = [await _create(house, room, when) for when in slots for room in (left, right)]

    async def move(booking: Booking, room: Room) -> None:
        wish = EditBooking(booking_id=booking.id, room_id=room.id)
        try:
            await update_booking(house.ports, house.actor, wish)
        except SlotUnavailable as refusal:
            if refusal.conflicting_booking_id in (None, booking.id):
                raise

    for rooms in ((hall, left), (right, hall), (left, right), (hall, right)):
        pairs = [(booking, rooms[number % 2]) for number, booking in enumerate(bookings) if booking]
        await asyncio.gather(*(move(*pair) for pair in pairs))
    async with house.begin() as tx:
        kept = [await tx.bookings.get(booking.id) for booking in bookings if booking]
    day = slot("2026-06-01 00:00", 24 * 60)
    (calendar,) = await house.ports.reads.calendars(
        house.workspace.id, [hall.id], day, house.ports.clock()
    )
    assert len(calendar.occupied) == len(bookings)
    cells = Counter((c.room_id, c.interval) for b in kept if b for c in b.claims)
    assert set(cells.values()) == {1}


async def test_whoever_expires_a_parents_hold_from_either_side_does_it_once(
    house: House, clock: Clock
) -> None:
    """A lapsed hold of the hall is in the way in both rooms, and nobody locks them both."""
    left, right, hall = await _hall(house)
    holds = [
        house.new_hold(
            Interval(SLOT.start + n * HOUR / 4, SLOT.start + (n + 1) * HOUR / 4),
            room=hall.summary,
            expires_at=clock.now + HOUR,
        )
        for n in range(4)
    ]
    await house.book(*holds)
    async with house.begin() as tx:
        for hold in holds:
            assert await tx.claims.put(hold.id, hold.claims)
    clock.advance(hours=2)
    won = await asyncio.gather(*(_create(house, room) for room in (left, right) * 4))
    assert sorted(b.room.id for b in won if b) == sorted([left.id, right.id])
    events = await house.ports.reads.events_after(house.workspace.id, 0, 100)
    expired = [e.subject_id for e in events if e.type == "booking.expired"]
    assert sorted(expired) == sorted(hold.id for hold in holds)


async def test_of_32_creators_of_8_seats_exactly_8_win(house: House) -> None:
    desks = house.new_room(shared=True, capacity=8)
    await house.add(desks)
    won = await asyncio.gather(*(_create(house, desks) for _ in range(32)))
    assert sum(booking is not None for booking in won) == 8
    await _claims_agree(house, won, desks)
    assert await house.ports.reads.head(house.workspace.id) == 16


async def test_parties_of_every_size_never_take_more_seats_than_there_are(house: House) -> None:
    desks = house.new_room(shared=True, capacity=8)
    await house.add(desks)
    half = timedelta(minutes=30)
    wishes = [
        (Interval(SLOT.start + (n % 3) * half, SLOT.end + (n % 3) * half), 1 + n % 4)
        for n in range(24)
    ]
    won = await asyncio.gather(*(_create(house, desks, *wish) for wish in wishes))
    await _claims_agree(house, won, desks)
    # Whoever was refused would not fit now either: nothing was refused that had a place.
    for booking, (when, attendees) in zip(won, wishes, strict=True):
        if booking is None:
            assert await _create(house, desks, when, attendees) is None
