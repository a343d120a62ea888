"""Shared rooms: each cell has as many seats as the room, and no more are ever taken."""

from __future__ import annotations

import pytest

from litehq_core.domain.booking import Booking
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Room
from tests.contract.house import House, undone
from tests.domain.samples import pending_change, slot

WHEN = slot("2026-06-01 14:00")
SEATS = 4


@pytest.fixture
async def desks(house: House) -> Room:
    """A room of four seats."""
    room = house.new_room(shared=True, capacity=SEATS)
    await house.add(room)
    return room


async def _party(
    house: House, desks: Room, attendees: int | None, when: Interval = WHEN
) -> Booking | None:
    """A booking that found its seats; None if there were too few."""
    booking = house.new_booking(when, room=desks.summary, attendees=attendees)
    async with house.begin() as tx:
        await tx.rooms.lock([desks.id])
        await tx.bookings.add(booking)
        return booking if await tx.claims.put(booking.id, booking.claims) else None


async def _free(house: House, desks: Room, when: Interval = WHEN) -> int:
    """How many more find a seat there."""
    found = 0
    for attendees in range(1, SEATS + 1):
        probe = house.new_booking(when, room=desks.summary, attendees=attendees)
        async with undone(house.begin()) as tx:
            if await tx.claims.put(probe.id, probe.claims):
                found = attendees
    return found


async def test_seats_are_counted(house: House, desks: Room) -> None:
    """A booking takes as many seats as it has attendees, one if nobody said."""
    assert await _free(house, desks) == 4
    assert await _party(house, desks, None)
    assert await _free(house, desks) == 3
    assert await _party(house, desks, 2)
    assert not await _party(house, desks, 2)
    assert await _party(house, desks, 1)
    assert await _free(house, desks) == 0
    assert await _free(house, desks, slot("2026-06-01 15:00")) == 4


async def test_seats_are_chosen_cell_by_cell(house: House, desks: Room) -> None:
    """It never fails while every cell has enough free seats, whoever sits where."""
    early, late = slot("2026-06-01 14:00"), slot("2026-06-01 15:00")
    whole = slot("2026-06-01 14:00", 120)
    leaving = await _party(house, desks, 1, early)
    assert await _party(house, desks, 3, early)
    assert await _party(house, desks, 1, late)
    assert leaving
    async with house.begin() as tx:
        assert await tx.claims.put(leaving.id, [])
    # Seat 0 is free before three and taken after; every other one is the other way round.
    assert await _party(house, desks, 1, whole)
    assert await _free(house, desks, early) == 0
    assert await _free(house, desks, late) == 2


async def test_a_party_grows_and_shrinks(house: House, desks: Room) -> None:
    party = await _party(house, desks, 2)
    assert party
    assert await _party(house, desks, 1)
    for attendees, fits in ((3, True), (4, False), (1, True), (2, True)):
        wanted = house.new_booking(WHEN, room=desks.summary, attendees=attendees).claims
        if fits:
            async with house.begin() as tx:
                assert await tx.claims.put(party.id, wanted)
            assert await _free(house, desks) == SEATS - 1 - attendees
        else:
            async with undone(house.begin()) as tx:
                assert not await tx.claims.put(party.id, wanted)


async def test_a_change_that_waits_shares_its_bookings_seats(house: House, desks: Room) -> None:
    """Where both lie, the larger of the two counts."""
    change = pending_change(slot("2026-06-01 14:30"), room=desks.summary, attendees=3)
    booking = house.new_booking(WHEN, room=desks.summary, attendees=2, pending_change=change)
    await house.book(booking)
    async with house.begin() as tx:
        assert await tx.claims.put(booking.id, booking.claims)
    halves = ("14:00", 2), ("14:30", 1), ("15:00", 1), ("15:30", 4)
    for start, free in halves:
        assert await _free(house, desks, slot(f"2026-06-01 {start}", 30)) == free
    async with house.begin() as tx:
        (calendar,) = [await tx.rooms.calendar(desks, WHEN)]
    assert {(o.slot, o.seats) for o in calendar.occupied} == {(WHEN, 2), (change.slot, 3)}
    for start, free in halves:
        when = slot(f"2026-06-01 {start}", 30)
        assert calendar.conflict(when, seats=free) is None
        assert (calendar.conflict(when, seats=free + 1) is None) is (free == SEATS)
