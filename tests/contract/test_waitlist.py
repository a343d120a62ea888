"""The waitlist's rows: lines, places in them, and what an offer occupies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.attributes import Noun
from litehq_core.domain.booking import Guest
from litehq_core.domain.claims import Claim
from litehq_core.domain.interval import Interval
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.room_calendar import BusyKind, Occupied
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from tests.contract.house import House
from tests.domain.samples import NOW, slot

SLOT = slot("2026-06-01 14:00")
GUEST = Guest(email="ada@example.com", name="Ada G")


async def _line(house: House, window: Interval = SLOT, limit: int = 9) -> list[str]:
    async with house.begin() as tx:
        line = await tx.waitlist.line(house.location.id, [house.room.id], window, limit)
    return [entry.id for entry in line]


async def test_an_entry_is_kept_in_full(house: House) -> None:
    booking = house.new_booking()
    await house.book(booking)
    entries = [
        house.new_entry(
            company_id=house.company.id,
            attendees=3,
            billing_mode=BillingMode.TOKENS,
            notes="bring chairs",
        ),
        house.new_entry(room_id=None, member_id=None, guest=GUEST),
        house.new_offered(buffer_minutes=15),
        house.new_entry(status=WaitlistStatus.BOOKED, booking_id=booking.id, version=3),
    ]
    await house.wait(*entries)
    async with house.begin() as tx:
        assert [await tx.waitlist.get(entry.id) for entry in entries] == entries
        assert await tx.waitlist.get("wl_none") is None
        offered = replace(entries[2], offer=None, status=WaitlistStatus.CANCELLED, version=2)
        await tx.waitlist.save(offered)
        assert await tx.waitlist.get(offered.id) == offered


async def test_a_booking_may_be_written_after_the_entry_that_became_it(house: House) -> None:
    """The entry lets its cells go first, and then the booking takes them."""
    entry, booking = house.new_offered(SLOT), house.new_booking(SLOT)
    await house.wait(entry)
    async with house.begin() as tx:
        assert await tx.claims.put(entry.id, [Claim(house.room.id, SLOT)])
        assert not await tx.claims.put(booking.id, booking.claims)
        booked = replace(
            entry, status=WaitlistStatus.BOOKED, offer=None, booking_id=booking.id, version=2
        )
        await tx.waitlist.save(booked)
        assert await tx.claims.put(entry.id, ())
        await tx.bookings.add(booking)
        assert await tx.claims.put(booking.id, booking.claims)


async def test_a_line_is_in_order_of_joining(house: House) -> None:
    """Issue 3, 8: the first in order, by ``created_at`` and id."""
    second, third = house.new_entry(), house.new_entry()
    first = house.new_entry(created_at=NOW - timedelta(minutes=1))
    await house.wait(third, first, second)
    assert await _line(house) == [first.id, second.id, third.id]
    assert await _line(house, limit=2) == [first.id, second.id]


async def test_who_stands_in_a_rooms_line(house: House) -> None:
    own = house.new_entry()
    anywhere = house.new_entry(room_id=None)
    elsewhere = house.new_entry(room_id=house.annex.id)
    ended = [house.new_entry(status=status) for status in ("expired", "cancelled")]
    await house.wait(own, anywhere, elsewhere, house.new_offered(), *ended)
    assert await _line(house) == [own.id, anywhere.id]


@pytest.mark.parametrize(
    ("window", "waits"),
    [
        (slot("2026-06-01 14:30", 5), True),
        (slot("2026-06-01 10:00", 600), True),
        (slot("2026-06-01 13:00"), False),
        (slot("2026-06-01 15:00"), False),
    ],
)
async def test_a_line_is_of_those_whose_window_overlaps(
    house: House, window: Interval, *, waits: bool
) -> None:
    entry = house.new_entry(SLOT)
    await house.wait(entry)
    assert await _line(house, window) == ([entry.id] if waits else [])


async def test_whether_anybody_waits(house: House) -> None:
    async with house.begin() as tx:
        assert not await tx.waitlist.anybody_waits()
        await tx.waitlist.add(house.new_offered())
        assert not await tx.waitlist.anybody_waits()
        await tx.waitlist.lock_line(house.location.id)
        await tx.waitlist.add(house.new_entry())
        assert await tx.waitlist.anybody_waits()


async def test_the_place_in_line_counts_those_who_could_take_the_slot(house: House) -> None:
    """Both ways of reading it agree."""
    hour = timedelta(hours=1)
    line: list[tuple[WaitlistEntry, int | None]] = [
        (house.new_entry(SLOT), 1),
        (house.new_entry(SLOT, room_id=house.annex.id), 1),
        # Either room will do, so both are ahead.
        (house.new_entry(SLOT, room_id=None), 3),
        (house.new_entry(Interval(SLOT.end, SLOT.end + hour)), 1),
        (house.new_offered(SLOT), None),
        (house.new_entry(SLOT, status=WaitlistStatus.CANCELLED), None),
        (house.new_entry(Interval(SLOT.start, SLOT.end + hour)), 4),
        (house.new_entry(SLOT, created_at=NOW - hour), 1),
    ]
    await house.wait(*(entry for entry, _ in line[:-1]))
    async with house.begin() as tx:
        found = [await tx.waitlist.position(entry) for entry, _ in line[:-1]]
    assert found == [position for _, position in line[:-1]]
    # Who came before all of them moves them back by one.
    await house.wait(line[-1][0])
    moved = {0: 2, 2: 4, 6: 5}
    wanted = {entry.id: moved.get(n, position) for n, (entry, position) in enumerate(line)}
    rows = await house.ports.reads.by_ids(
        house.workspace.id, Noun.WAITLIST_ENTRY, list(wanted), frozenset({"position"})
    )
    assert {entry_id: row["position"] for entry_id, row in rows.items()} == wanted


async def test_what_is_offered_is_occupied(house: House) -> None:
    """An offer looks like a hold, lapsed or not; whether it counts is the domain's judgement."""
    entry = house.new_offered(SLOT, buffer_minutes=15)
    guests = house.new_offered(slot("2026-06-01 16:00"), expires_at=NOW)
    guests = replace(guests, member_id=None, guest=GUEST)
    ended = house.new_entry(SLOT, status=WaitlistStatus.EXPIRED)
    await house.wait(entry, guests, ended)
    wanted = [
        Occupied(
            booking_id=None,
            entry_id=one.id,
            offered_to=one.member_id,
            room_id=house.room.id,
            slot=one.offer.slot,
            buffer_minutes=one.offer.buffer_minutes,
            kind=BusyKind.HOLD,
            expires_at=one.offer.expires_at,
        )
        for one in (entry, guests)
        if one.offer
    ]
    (read,) = await house.ports.reads.calendars(
        house.workspace.id, [house.room.id], slot("2026-06-01 10:00", 600), NOW
    )
    async with house.begin() as tx:
        seen = await tx.rooms.calendar(house.room, slot("2026-06-01 10:00", 600))
    assert list(seen.occupied) == list(read.occupied) == wanted
    assert [o.holder_id for o in read.live()] == [entry.id]


async def test_the_rooms_that_are_made_of_others(house: House) -> None:
    hall = house.new_room(parts=frozenset({house.room.id, house.annex.id}))
    pair = house.new_room(parts=frozenset({house.annex.id}))
    await house.add(hall, pair)
    async with house.begin() as tx:
        assert list(await tx.rooms.wholes([house.room.id])) == [hall.id]
        wholes = await tx.rooms.wholes([house.annex.id, house.room.id])
        assert list(wholes) == sorted([hall.id, pair.id])
        assert list(await tx.rooms.wholes([hall.id])) == []


async def test_the_rooms_at_a_location(house: House) -> None:
    async with house.begin() as tx:
        rooms = await tx.rooms.at(house.location.id)
        assert list(rooms) == sorted([house.room.id, house.annex.id])
        assert list(await tx.rooms.at("loc_none")) == []
