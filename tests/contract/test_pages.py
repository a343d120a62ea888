"""Pages: conditions, and keyset order in both directions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.attributes import Noun
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.query import Condition, Op
from tests.contract.house import House
from tests.contract.reading import BY_START, ID, page
from tests.domain import samples
from tests.domain.samples import slot


async def _ids(house: House, *where: Condition, **fields: Any) -> list[str]:
    return [row["id"] for row in await page(house, where=where, **fields)]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
async def test_a_walk_meets_every_row_once_in_order(
    house: House, week: list[Booking], limit: int, *, descending: bool
) -> None:
    """contract.md, Lists: no row twice or skipped; bookings ordered by ``(start_at, id)``."""
    met: list[str] = []
    after: tuple[Any, ...] | None = None
    while rows := await page(
        house, frozenset(BY_START), after=after, limit=limit, descending=descending
    ):
        assert len(rows) <= limit
        met.extend(row["id"] for row in rows)
        after = tuple(rows[-1][name] for name in BY_START)
    wanted = [booking.id for booking in week]
    assert met == (wanted[::-1] if descending else wanted)


async def test_rows_inserted_during_a_walk_neither_repeat_nor_hide_others(
    house: House, week: list[Booking]
) -> None:
    """contract.md, Lists: no row twice or skipped while others are inserted."""
    first = await page(house, frozenset(BY_START), limit=3)
    await house.book(
        house.new_booking(slot("2026-05-30 14:00")), house.new_booking(slot("2026-06-02 14:00"))
    )
    after = tuple(first[-1][name] for name in BY_START)
    rest = [row["id"] for row in await page(house, frozenset(BY_START), after=after)]
    known = [booking.id for booking in week]
    assert [row["id"] for row in first] + [i for i in rest if i in known] == known
    assert len(rest) == 5


async def test_the_key_of_a_row_that_is_gone_still_holds_its_place(
    house: House, week: list[Booking]
) -> None:
    between = (week[2].start_at + timedelta(minutes=1), "bk_zzz")
    assert await _ids(house, after=between) == [booking.id for booking in week[3:]]
    down = await _ids(house, after=between, descending=True)
    assert down == [booking.id for booking in week[2::-1]]


async def test_newest_first(house: House) -> None:
    """contract.md, Lists: newest first, bookings by start."""
    young = house.new_member(created_at=samples.NOW + timedelta(days=1))
    old = house.new_member(created_at=samples.NOW - timedelta(days=1))
    await house.add(young, old)
    found = await _ids(house, noun=Noun.MEMBER, descending=True)
    assert found == [young.id, house.member.id, old.id]


async def test_ids_are_ordered_by_code_point(house: House) -> None:
    """Whatever the collation of a database, imported ids come in one order in every store."""
    ids = ["bk_1", "bk_A", "bk_B", "bk_Z_1", "bk_Za", "bk__", "bk_a", "bk_a-1", "bk_a_1", "bk_aB"]
    assert ids != sorted(ids)
    await house.book(*(house.new_booking(id=i) for i in ids))
    assert await _ids(house) == sorted(ids)
    key = (house.new_booking().start_at, "bk__")
    assert await _ids(house, after=key) == [i for i in sorted(ids) if i > "bk__"]


async def test_each_condition_alone(house: House, week: list[Booking]) -> None:
    ids = [booking.id for booking in week]
    third = week[3]

    async def where(attribute: str, op: Op, value: Any) -> list[str]:
        return await _ids(house, Condition(attribute, op, value))

    assert await where("id", Op.EQUAL, third.id) == [third.id]
    assert await where("id", Op.IN, [ids[5], ids[1], "bk_none"]) == [ids[1], ids[5]]
    assert await where("id", Op.IN, [ids[4]]) == [ids[4]]
    assert await where("id", Op.IN, []) == []
    assert await where("start_at", Op.AT_LEAST, third.start_at) == ids[3:]
    assert await where("start_at", Op.BELOW, third.start_at) == ids[:3]
    assert await where("start_at", Op.EQUAL, third.start_at) == [third.id]
    assert await where("id", Op.EQUAL, "") == []


async def test_conditions_are_joined_by_and(house: House, week: list[Booking]) -> None:
    found = await _ids(
        house,
        Condition("start_at", Op.AT_LEAST, week[2].start_at),
        Condition("start_at", Op.BELOW, week[5].start_at),
        Condition("id", Op.IN, [week[0].id, week[3].id, week[4].id]),
        limit=1,
    )
    assert found == [week[3].id]


async def test_conditions_on_every_filter_of_the_booking_list(house: House) -> None:
    """contract.md, List: ``status``, ``room_id``, ``member_id``, ``company_id``."""
    plain = house.new_booking()
    elsewhere = house.new_booking(room=house.annex.summary)
    of_company = house.new_booking(company_id=house.company.id)
    hold = house.new_hold()
    over = house.new_booking(status=BookingStatus.CANCELLED)
    await house.book(plain, elsewhere, of_company, hold, over)

    async def where(attribute: str, value: str) -> set[str]:
        return set(await _ids(house, Condition(attribute, Op.EQUAL, value)))

    assert await where("status", "pending_payment") == {hold.id}
    assert await where("status", "cancelled") == {over.id}
    assert await where("status", "no such status") == set()
    assert await where("room_id", house.annex.id) == {elsewhere.id}
    # What has no member is nobody's, and no condition finds it.
    assert await where("member_id", house.member.id) == {
        plain.id,
        elsewhere.id,
        of_company.id,
        over.id,
    }
    assert await where("company_id", house.company.id) == {of_company.id}
    statuses = Condition("status", Op.IN, ["cancelled", "pending_payment"])
    assert set(await _ids(house, statuses)) == {hold.id, over.id}


async def test_a_hostile_value_is_only_a_value(house: House, week: list[Booking]) -> None:
    reads, workspace_id = house.ports.reads, house.workspace.id
    for value in ("' OR 1=1 --", "%", "\\", "bk_\0", "bk_\ud800", "\U0001f3e2" * 40):
        assert await _ids(house, Condition("id", Op.EQUAL, value)) == []
        assert await _ids(house, Condition("id", Op.IN, [value, week[0].id])) == [week[0].id]
        found = await reads.by_ids(workspace_id, Noun.BOOKING, [value, week[0].id], ID)
        assert set(found) == {week[0].id}
        assert await reads.member(workspace_id, value) is None
        assert await reads.calendars(workspace_id, [value], week[0].slot, samples.NOW) == []
        async with house.begin() as tx:
            assert await tx.bookings.get(value, lock=True) is None
            assert await tx.catalogue.member(value) is None
            assert await tx.rooms.lock([value, house.room.id]) == {house.room.id: house.room}
