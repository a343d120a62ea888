"""Lists as a whole, and those of several things, in one statement each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from litehq_core.domain.attributes import Noun
from litehq_core.domain.booking import Booking
from litehq_core.domain.query import Condition, Op, PageQuery
from litehq_core.domain.room import Blackout
from litehq_core.ports.list_reads import ListReads
from tests.contract.house import House
from tests.contract.reading import BY_AGE, page
from tests.domain import samples

FIELDS = frozenset({"id", "room_id", "reason", "start_at"})


def lists(house: House) -> ListReads:
    """What is tested."""
    return house.ports.reads.lists


def newest(noun: Noun, limit: int = 50, *where: Condition, descending: bool = True) -> PageQuery:
    """The page of a list without a cursor."""
    return PageQuery(
        noun=noun, where=where, order=BY_AGE, descending=descending, after=None, limit=limit
    )


@pytest.fixture
async def closures(house: House) -> list[Blackout]:
    """Three blackouts of the room, one after another, and one of the annex."""
    later = [samples.NOW + timedelta(minutes=n) for n in range(4)]
    found = [house.new_blackout(created_at=at) for at in later[:3]]
    found.append(house.new_blackout(room_id=house.annex.id, created_at=later[3]))
    await house.add(*found)
    return found


async def test_a_count_is_as_long_as_the_list(house: House, week: list[Booking]) -> None:
    mine = house.workspace.id
    since = Condition("start_at", Op.AT_LEAST, week[3].start_at)
    some = Condition("id", Op.IN, [week[0].id, week[4].id, "bk_none"])
    for where in ((), (since,), (some,), (since, some), (Condition("id", Op.EQUAL, "no"),)):
        rows = await page(house, where=where, limit=200)
        assert await lists(house).count(mine, Noun.BOOKING, where) == len(rows)
    assert await lists(house).count(mine, Noun.BOOKING, ()) == len(week)
    # Neither what no column can hold, nor what a relation must have and has not.
    for name, value in (("id", "\0"), ("member.company_id", "co_none")):
        where = (Condition(name, Op.EQUAL, value),)
        assert await lists(house).count(mine, Noun.BOOKING, where) == 0


@pytest.mark.parametrize("noun", list(Noun))
async def test_every_noun_can_be_counted(house: House, noun: Noun) -> None:
    """And where a noun does not have all rows of its table, those of the others are left out."""
    order = ("position",) if noun in (Noun.TOKEN_TRANSACTION, Noun.EVENT) else BY_AGE
    rows = await page(house, noun=noun, order=order)
    assert await lists(house).count(house.workspace.id, noun, ()) == len(rows)


async def test_counts_apart(house: House, closures: list[Blackout]) -> None:
    mine, room, annex = house.workspace.id, house.room.id, house.annex.id
    values = [annex, "rm_none", room, "\0"]
    found = await lists(house).count_each(mine, Noun.BLACKOUT, (), "room_id", values)
    assert found == {annex: 1, "rm_none": 0, room: 3, "\0": 0}
    where = (Condition("id", Op.IN, [closures[1].id, closures[3].id]),)
    found = await lists(house).count_each(mine, Noun.BLACKOUT, where, "room_id", [room])
    assert found == {room: 1}
    assert await lists(house).count_each(mine, Noun.BLACKOUT, (), "room_id", []) == {}


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 9])
async def test_pages_apart_are_the_pages_of_each(
    house: House, closures: list[Blackout], limit: int, *, descending: bool
) -> None:
    query = newest(Noun.BLACKOUT, limit, descending=descending)
    values = [house.room.id, "rm_none", house.annex.id, "\0"]
    found = await lists(house).page_each(
        house.workspace.id, query, "room_id", values, FIELDS | {"created_at"}
    )
    assert list(found) == values
    for value, rows in found.items():
        where = (Condition("room_id", Op.EQUAL, value),)
        alone = await page(
            house,
            FIELDS | {"created_at"},
            noun=Noun.BLACKOUT,
            where=where,
            limit=limit,
            descending=descending,
        )
        assert rows == alone
    assert len(found[house.room.id]) == min(limit, 3)


async def test_pages_apart_keep_conditions_and_relations(house: House, week: list[Booking]) -> None:
    """By an attribute of a relation, and with one in each row."""
    query = PageQuery(
        noun=Noun.BOOKING,
        where=(Condition("start_at", Op.BELOW, week[2].start_at),),
        order=("start_at", "id"),
        descending=False,
        after=None,
        limit=9,
    )
    name, fields = house.room.name, frozenset({"room.name", "start_at"})
    found = await lists(house).page_each(
        house.workspace.id, query, "room.name", [name, "other"], fields
    )
    rows = [{"room.name": name, "start_at": one.start_at} for one in week[:2]]
    assert found == {name: rows, "other": []}


async def test_nothing_of_a_strangers_is_counted_or_listed(
    house: House, other: House, week: list[Booking]
) -> None:
    """contract.md, Ids: what belongs to another workspace answers like an id never used."""
    theirs, room = other.workspace.id, house.room.id
    assert await lists(house).count(theirs, Noun.BOOKING, ()) == 0
    for workspace_id, count in ((house.workspace.id, len(week)), (theirs, 0)):
        found = await lists(house).count_each(workspace_id, Noun.BOOKING, (), "room_id", [room])
        assert found == {room: count}
        pages = await lists(house).page_each(
            workspace_id, newest(Noun.BOOKING), "room_id", [room], frozenset({"id"})
        )
        assert len(pages[room]) == count
