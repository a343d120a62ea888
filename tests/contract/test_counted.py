"""What counts towards quotas: the right bookings of the right people, and no others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from tests.contract.house import House
from tests.domain import samples
from tests.domain.samples import slot

SPAN = slot("2026-06-01 00:00", 24 * 60)
Count = Callable[[House, Mapping[QuotaHolder, str], Interval], Awaitable[list[CountedSlot]]]


async def _inside(
    house: House, holders: Mapping[QuotaHolder, str], span: Interval
) -> list[CountedSlot]:
    async with house.begin() as tx:
        await tx.catalogue.lock_holders(holders)
        return list(await tx.bookings.counted(holders, span))


async def _outside(
    house: House, holders: Mapping[QuotaHolder, str], span: Interval
) -> list[CountedSlot]:
    return list(await house.ports.reads.counted(house.workspace.id, holders, span))


@pytest.fixture(params=[_inside, _outside], ids=["transaction", "reads"])
def count(request: pytest.FixtureRequest) -> Count:
    """The two ways to what counts, which must agree."""
    way: Count = request.param
    return way


def _of(booking: Booking, **fields: Any) -> CountedSlot:
    plain = {
        "booking_id": booking.id,
        "room_id": booking.room.id,
        "member_id": booking.member_id,
        "company_id": booking.company_id,
        "slot": booking.slot,
    }
    return CountedSlot(**{**plain, **fields})


def _sorted(found: list[CountedSlot]) -> list[CountedSlot]:
    return sorted(found, key=lambda one: (one.slot, one.booking_id))


async def test_by_status(house: House, count: Count) -> None:
    """Held, confirmed and completed count; cancelled and expired do not."""
    bookings = [
        house.new_booking(
            slot(f"2026-06-01 1{n}:00"),
            status=status,
            expires_at=samples.hold().expires_at
            if status is BookingStatus.PENDING_PAYMENT
            else None,
        )
        for n, status in enumerate(BookingStatus)
    ]
    await house.book(*bookings)
    found = await count(house, {QuotaHolder.MEMBER: house.member.id}, SPAN)
    gone = (BookingStatus.CANCELLED, BookingStatus.EXPIRED)
    wanted = [
        _of(booking, expires_at=booking.expires_at)
        for booking in bookings
        if booking.status not in gone
    ]
    assert _sorted(found) == _sorted(wanted)


async def test_by_holder(house: House, count: Count) -> None:
    colleague = house.new_member(company_id=house.company.id)
    await house.add(colleague)
    mine = house.new_booking(slot("2026-06-01 10:00"))
    ours = house.new_booking(slot("2026-06-01 11:00"), company_id=house.company.id)
    theirs = house.new_booking(
        slot("2026-06-01 12:00"), member_id=colleague.id, company_id=house.company.id
    )
    nobodys = house.new_hold(slot("2026-06-01 13:00"))
    await house.book(mine, ours, theirs, nobodys)
    member, company = (
        {QuotaHolder.MEMBER: house.member.id},
        {QuotaHolder.COMPANY: house.company.id},
    )
    assert _sorted(await count(house, member, SPAN)) == [_of(mine), _of(ours)]
    assert _sorted(await count(house, company, SPAN)) == [_of(ours), _of(theirs)]
    # A booking that counts for both is listed once.
    assert _sorted(await count(house, member | company, SPAN)) == [
        _of(mine),
        _of(ours),
        _of(theirs),
    ]
    assert await count(house, {QuotaHolder.MEMBER: "mem_none"}, SPAN) == []


async def test_by_time(house: House, count: Count) -> None:
    """What overlaps the span, however long it is; touching ends do not."""
    inside = [
        house.new_booking(slot("2026-05-31 23:00", 61)),
        house.new_booking(slot("2026-06-01 23:59", 60)),
        house.new_booking(slot("2026-05-20 10:00", 20 * 24 * 60), room=house.annex.summary),
    ]
    outside = [
        house.new_booking(slot("2026-05-31 22:00")),
        house.new_booking(slot("2026-06-02 01:00")),
        house.new_booking(Interval(SPAN.end, SPAN.end.replace(hour=1)), room=house.annex.summary),
    ]
    await house.book(*inside, *outside)
    found = await count(house, {QuotaHolder.MEMBER: house.member.id}, SPAN)
    assert {one.booking_id for one in found} == {booking.id for booking in inside}


async def test_a_pending_change_counts_beside_its_booking(house: House, count: Count) -> None:
    change = samples.pending_change(slot("2026-06-01 16:00", 120), room=house.annex.summary)
    away = house.new_booking(slot("2026-07-01 14:00"), pending_change=change)
    over = house.new_booking(
        slot("2026-06-01 14:00"), pending_change=change, status=BookingStatus.CANCELLED
    )
    await house.book(away, over)
    holders = {QuotaHolder.MEMBER: house.member.id}
    changed = _of(away, room_id=house.annex.id, slot=change.slot, expires_at=change.expires_at)
    assert await count(house, holders, SPAN) == [changed]
    both = await count(house, holders, Interval(SPAN.start, away.end_at))
    assert _sorted(both) == [changed, _of(away)]


async def test_what_belongs_to_another_workspace_never_counts(
    house: House, other: House, count: Count
) -> None:
    await other.book(other.new_booking(slot("2026-06-01 10:00")))
    assert await count(house, {QuotaHolder.MEMBER: other.member.id}, SPAN) == []


async def test_what_this_transaction_has_booked_counts(house: House) -> None:
    booking = house.new_booking(slot("2026-06-01 10:00"))
    async with house.begin() as tx:
        await tx.bookings.add(booking)
        found = await tx.bookings.counted({QuotaHolder.MEMBER: house.member.id}, SPAN)
    assert list(found) == [_of(booking)]
