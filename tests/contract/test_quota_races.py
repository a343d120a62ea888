"""Quotas under concurrency: whoever counts has the holder's lock, so nobody books past a quota."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.editing import EditBooking
from litehq_core.domain.errors import BookingRuleViolated
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.recurrence import Frequency, Recurrence
from litehq_core.domain.series import BookedSeries, SeriesScope
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.domain.series_editing import EditSeries
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.bookings.update_booking import update_booking
from litehq_core.use_cases.series.create_series import create_series
from litehq_core.use_cases.series.update_series import update_series
from tests import stores
from tests.contract.house import House, furnished
from tests.domain.samples import slot, utc

CREATORS = 32
LIMIT = 5


@pytest.fixture(params=stores.ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A furnished workspace on a real engine."""
    clock = Clock()
    async with stores.sql_store(request.param, tmp_path, clock=clock) as store:
        ports = replace(
            memory_ports(clock=clock),
            begin=store.begin,
            reads=store.reads,
            new_id=stores.new_test_id,
        )
        yield await furnished(ports)


async def _rooms(house: House, *quotas: Quota) -> list[str]:
    """A room for each creator, all with the same quotas."""
    rules = BookingRules(quotas=quotas)
    rooms = [house.new_room(rules=rules) for _ in range(CREATORS)]
    await house.add(*rooms)
    return [room.id for room in rooms]


async def _book(house: House, room_id: str, member_id: str) -> bool:
    """Whether one more hour could be booked."""
    when = slot("2026-06-01 14:00")
    wish = CreateBooking(room_id=room_id, start_at=when.start, end_at=when.end, member_id=member_id)
    try:
        await create_booking(house.ports, house.actor, wish)
    except BookingRuleViolated:
        return False
    return True


async def test_many_creates_of_one_member_in_different_rooms_never_exceed_the_quota(
    house: House,
) -> None:
    """Their rooms' locks do not meet; the member's does."""
    quota = Quota(
        measure=QuotaMeasure.MINUTES_PER_DAY, limit=LIMIT * 60, scope=QuotaScope.WORKSPACE
    )
    rooms = await _rooms(house, quota)
    won = await asyncio.gather(*(_book(house, room_id, house.member.id) for room_id in rooms))
    assert won.count(True) == LIMIT


async def test_many_members_of_one_company_never_exceed_its_quota(house: House) -> None:
    """The company's lock comes before the members'; nobody waits in a circle."""
    concurrent, everywhere = QuotaMeasure.CONCURRENT, QuotaScope.WORKSPACE
    rooms = await _rooms(
        house,
        Quota(measure=concurrent, limit=1, holder=QuotaHolder.MEMBER, scope=everywhere),
        Quota(measure=concurrent, limit=LIMIT, holder=QuotaHolder.COMPANY, scope=everywhere),
    )
    members = [house.new_member(company_id=house.company.id) for _ in range(8)]
    await house.add(*members)
    tries = [(room, members[n % len(members)].id) for n, room in enumerate(rooms)]
    won = await asyncio.gather(*(_book(house, *one) for one in tries))
    assert won.count(True) == LIMIT
    assert len({member for (_, member), ok in zip(tries, won, strict=True) if ok}) == LIMIT


async def test_moves_and_creates_keep_the_quota_and_do_not_deadlock(house: House) -> None:
    """An edit has locked its booking when it comes to the member; a create has locked none."""
    quota = Quota(measure=QuotaMeasure.MINUTES_PER_DAY, limit=120, scope=QuotaScope.WORKSPACE)
    rooms = await _rooms(house, quota)
    tuesday = [
        await create_booking(
            house.ports,
            house.actor,
            CreateBooking(
                room_id=rooms[n],
                start_at=utc(f"2026-06-0{2 + n} 10:00"),
                end_at=utc(f"2026-06-0{2 + n} 11:00"),
                member_id=house.member.id,
            ),
        )
        for n in range(6)
    ]

    async def move(n: int) -> bool:
        wish = EditBooking(booking_id=tuesday[n].id, shift_to=utc("2026-06-01 10:00"))
        try:
            await update_booking(house.ports, house.actor, wish)
        except BookingRuleViolated:
            return False
        return True

    moves = [move(n) for n in range(6)]
    creates = [_book(house, room_id, house.member.id) for room_id in rooms[6:12]]
    won = await asyncio.gather(*moves, *creates)
    assert won.count(True) == 2


async def test_a_series_through_many_rooms_locks_whose_quotas_count_before_his_wallet(
    house: House,
) -> None:
    """Its first room has no quota, so its wallet is asked for before the second names the member.

    Whoever has locked the member meanwhile, and now wants the wallet, must get it.
    """
    quota = Quota(measure=QuotaMeasure.CONCURRENT, limit=9, scope=QuotaScope.WORKSPACE)
    plain, counted = house.new_room(), house.new_room(rules=BookingRules(quotas=(quota,)))
    await house.add(plain, counted)
    when = slot("2026-06-01 14:00")
    wish = CreateSeries(
        first=CreateBooking(
            room_id=plain.id, start_at=when.start, end_at=when.end, member_id=house.member.id
        ),
        recurrence=Recurrence(frequency=Frequency.DAILY, count=2),
    )
    made = await create_series(house.ports, house.actor, wish)
    second = EditSeries(
        series_id=made.series.id,
        scope=SeriesScope.THIS,
        occurrence=utc("2026-06-02 14:00"),
        room_id=counted.id,
    )
    await update_series(house.ports, house.actor, second)
    locked = asyncio.Event()

    async def has_the_member() -> None:
        async with house.begin() as tx:
            await tx.catalogue.lock_holders({QuotaHolder.MEMBER: house.member.id})
            locked.set()
            await asyncio.sleep(0.3)  # So that the series gets as far as it can.
            await tx.ledger.wallet(house.member.id)

    async def edits() -> BookedSeries:
        await locked.wait()
        longer = EditSeries(series_id=made.series.id, scope=SeriesScope.ALL, duration_minutes=90)
        return await update_series(house.ports, house.actor, longer)

    _, edited = await asyncio.gather(has_the_member(), edits())
    lengths = {b.end_at - b.start_at for b in edited.bookings.values()}
    assert lengths == {timedelta(minutes=90)}
