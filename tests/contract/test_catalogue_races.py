"""Changes of the catalogue against bookings made at the same moment, on the real engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from litehq_core.domain.blackouts import CreateBlackout
from litehq_core.domain.booking import Booking, Guest
from litehq_core.domain.claims import Claim
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.errors import (
    BookingRuleViolated,
    NotFound,
    Refusal,
    SlotUnavailable,
    ValidationFailed,
)
from litehq_core.domain.interval import Interval
from litehq_core.domain.location_changes import UpdateLocation
from litehq_core.domain.new_room import CreateRoom
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.lock_places import lock_location, lock_places
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.locations.update_location import update_location
from litehq_core.use_cases.rooms.create_room import create_room
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests import stores
from tests.contract.house import House, furnished
from tests.domain.samples import slot

SLOT = slot("2026-06-01 14:00")
HOUR = timedelta(hours=1)
GUEST = Guest(email="ada@example.com", name="Ada G")


@pytest.fixture(params=stores.ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A furnished workspace on a real engine; all but the store comes from memory."""
    clock = Clock()
    async with stores.sql_store(request.param, tmp_path, clock=clock) as store:
        ports = replace(
            memory_ports(clock=clock),
            begin=store.begin,
            reads=store.reads,
            new_id=stores.new_test_id,
        )
        yield await furnished(ports)


async def _book(house: House, room_id: str, when: Interval = SLOT) -> Booking | Refusal:
    wish = CreateBooking(room_id=room_id, start_at=when.start, end_at=when.end, guest=GUEST)
    try:
        return await create_booking(house.ports, house.actor, wish)
    except Refusal as refusal:
        return refusal


async def _meanwhile(
    house: House,
    change: Callable[[Transaction], Awaitable[None]],
    others: Callable[[], Awaitable[Any]],
) -> Any:
    """What ``others`` come to that begin while ``change`` is done but not committed."""
    changed = asyncio.Event()

    async def then() -> Any:
        await changed.wait()
        return await others()

    # Made out here, for inside it would be a part of the transaction.
    waiting = asyncio.create_task(then())
    async with house.begin() as tx:
        await change(tx)
        changed.set()
        # Whoever is slower than this to get to the lock finds what was committed anyway.
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert not done
    return await waiting


@pytest.mark.parametrize("whole", [False, True], ids=["room", "location"])
async def test_no_booking_is_made_into_a_blackout_that_was_there_first(
    house: House, whole: bool
) -> None:
    """Whoever waits for the room sees what closed it meanwhile."""
    place = {"location_id": house.location.id} if whole else {"room_id": house.room.id}

    async def close(tx: Transaction) -> None:
        if whole:
            await lock_location(tx, house.location.id)
        else:
            await lock_places(tx, rooms=[house.room.id])
        await tx.catalogue.add(house.new_blackout(interval=SLOT, **place))

    refused = await _meanwhile(house, close, lambda: _book(house, house.room.id))
    assert isinstance(refused, SlotUnavailable)
    assert refused.conflicting_booking_id is None


@pytest.mark.parametrize("whole", [False, True], ids=["room", "location"])
async def test_a_blackout_waits_for_whoever_is_booking_and_names_him(
    house: House, whole: bool
) -> None:
    """Without the rooms' locks it would be there first, and not know of the booking behind it."""
    booking = house.new_booking(SLOT, room=house.room.summary)
    place = {"location_id": house.location.id} if whole else {"room_id": house.room.id}
    wish = CreateBlackout(**place, start_at=SLOT.start, end_at=SLOT.end)

    async def book(tx: Transaction) -> None:
        await tx.rooms.lock([house.room.id])
        await tx.bookings.add(booking)
        await tx.claims.put(booking.id, [Claim(house.room.id, booking.claim)])

    made = await _meanwhile(house, book, lambda: create_blackout(house.ports, house.actor, wish))
    assert (made.conflicting_booking_ids, made.conflicting_count) == ((booking.id,), 1)


async def test_a_blackout_of_a_location_knows_the_room_that_is_added_meanwhile(
    house: House,
) -> None:
    """It locks the room as well, and so names what was booked there at once."""
    room = house.new_room(name="New")
    booking = house.new_booking(SLOT, room=room.summary)
    wish = CreateBlackout(location_id=house.location.id, start_at=SLOT.start, end_at=SLOT.end)

    async def add(tx: Transaction) -> None:
        await lock_places(tx, locations=[house.location.id])
        await tx.catalogue.add(room)
        await tx.bookings.add(booking)
        await tx.claims.put(booking.id, [Claim(room.id, booking.claim)])

    made = await _meanwhile(house, add, lambda: create_blackout(house.ports, house.actor, wish))
    assert made.conflicting_booking_ids == (booking.id,)


async def test_blackouts_and_bookings_at_once_agree_on_who_was_first(house: House) -> None:
    """Every booking in a blackout's way is named by it; nothing else was booked."""
    slots = [Interval(SLOT.start + n * HOUR, SLOT.end + n * HOUR) for n in range(-2, 2)]
    wishes = [(house.room.id, when) for when in slots] + [(house.annex.id, when) for when in slots]
    close = CreateBlackout(
        location_id=house.location.id, start_at=slots[0].start, end_at=slots[-1].end
    )
    made, booked = await asyncio.gather(
        create_blackout(house.ports, house.actor, close),
        asyncio.gather(*(_book(house, *wish) for wish in wishes)),
    )
    stand = {one.id for one in booked if isinstance(one, Booking)}
    assert stand == set(made.conflicting_booking_ids)
    assert all(isinstance(one, (Booking, SlotUnavailable)) for one in booked)
    events = await house.ports.reads.events_after(house.workspace.id, 0, 100)
    closed_at = next(e.position for e in events if e.type == "blackout.created")
    created = {e.subject_id: e.position for e in events if e.type == "booking.created"}
    assert set(created) == stand
    assert all(position < closed_at for position in created.values())


async def test_who_waited_for_a_room_is_judged_by_its_locations_new_hours(house: House) -> None:
    hours = OpeningHours.every_day(7 * 60, 12 * 60)

    async def shorten(tx: Transaction) -> None:
        location, _ = await lock_location(tx, house.location.id)
        await tx.locations.save(replace(location, opening_hours=hours, version=2))

    refused = await _meanwhile(house, shorten, lambda: _book(house, house.room.id))
    assert isinstance(refused, BookingRuleViolated)
    assert [v.reason for v in refused.violations] == ["outside_opening_hours"]


async def test_the_clock_moves_before_a_booking_or_not_at_all(house: House) -> None:
    """Either nothing was booked ahead when the zone changed, or it stays."""
    move = UpdateLocation(location_id=house.location.id, timezone="Europe/Berlin")

    async def moved() -> bool:
        try:
            await update_location(house.ports, house.actor, move)
        except ValidationFailed:
            return False
        return True

    changed, booked = await asyncio.gather(moved(), _book(house, house.room.id))
    assert isinstance(booked, Booking)
    events = await house.ports.reads.events_after(house.workspace.id, 0, 10)
    order = [e.type for e in events if e.type in ("location.updated", "booking.created")]
    assert order == (["location.updated"] if changed else []) + ["booking.created"]


async def test_a_room_is_added_after_a_blackout_of_its_location_and_closed(house: House) -> None:
    wish = CreateRoom(location_id=house.location.id, name="New", capacity=4)

    async def close(tx: Transaction) -> None:
        await lock_location(tx, house.location.id)
        await tx.catalogue.add(house.new_blackout(location_id=house.location.id, interval=SLOT))

    async def add_and_book() -> Booking | Refusal:
        room = await create_room(house.ports, house.actor, wish)
        return await _book(house, room.id)

    assert isinstance(await _meanwhile(house, close, add_and_book), SlotUnavailable)


async def test_whoever_locks_a_location_has_the_room_that_is_added_meanwhile(house: House) -> None:
    room = house.new_room(name="New")

    async def add(tx: Transaction) -> None:
        await lock_places(tx, locations=[house.location.id])
        await tx.catalogue.add(room)

    async def lock() -> set[str]:
        async with house.begin() as tx:
            _, rooms = await lock_location(tx, house.location.id)
        return {one.id for one in rooms}

    assert await _meanwhile(house, add, lock) == {house.room.id, house.annex.id, room.id}


async def test_changes_of_the_catalogue_and_bookings_never_deadlock(house: House) -> None:
    """All take rooms before the location, as a release does that looks at the waitlist."""
    rooms = [house.new_room(id=f"rm_{n}") for n in range(4)]
    await house.add(*rooms)
    wish = CreateRoom(
        location_id=house.location.id, name="Hall", capacity=4, parts=frozenset({"rm_0", "rm_1"})
    )

    async def bring(n: int) -> None:
        card = replace(
            house.rate_card,
            id=f"rc_new_{n}",
            room_id=f"rm_{n % 4}",
            effective_from=date(2027, 1, 1),
        )
        blackout = house.new_blackout(room_id=f"rm_{3 - n % 4}", interval=SLOT)
        whole = house.new_blackout(location_id=house.location.id, interval=SLOT)
        await import_catalogue(house.ports, house.actor, [blackout, card, whole])

    jobs: list[Awaitable[Any]] = []
    for n in range(4):
        jobs += [
            bring(n),
            create_room(house.ports, house.actor, wish),
            _book(house, f"rm_{n}", Interval(SLOT.end, SLOT.end + HOUR)),
            update_location(
                house.ports,
                house.actor,
                UpdateLocation(location_id=house.location.id, name=f"Soho {n}"),
            ),
        ]
    for one in await asyncio.gather(*jobs):
        assert not isinstance(one, Refusal), one
    with pytest.raises(NotFound):
        await create_room(house.ports, house.actor, replace(wish, location_id="loc_never"))
