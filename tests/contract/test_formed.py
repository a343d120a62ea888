"""Formed pages: every store says what ``formed`` makes of the records, or declines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.forms import FormConstant, FormLeaf, LeafKind, PageForm, RowForm, formed
from litehq_core.domain.query import Condition, Op, PageQuery
from tests.contract.house import House
from tests.contract.reading import BY_AGE, BY_START
from tests.domain import samples
from tests.domain.samples import slot

HOSTILE = [
    'quotes " and \\ and / and \' and {"a": [1]}',
    "breaks \n\r\t\b\f\x0b and controls \x01\x1e\x1f\x7f\x85",
    "näher ☂ 𝄞 \u2028\u2029 \u202e right to left \ufeff",
    "%s ? :x $1 ' OR 1=1 --",
    "",
]


def leaf(attribute: str, kind: LeafKind = LeafKind.TEXT, **fields: Any) -> FormLeaf:
    return FormLeaf(attribute=attribute, kind=kind, **{"required": False, **fields})


STATUSES = tuple((str(status), status.name) for status in BookingStatus)
MEMBER = RowForm(
    fields=(("id", leaf("member_id", required=True)), ("called", leaf("member.name"))),
    present="member_id",
    required=False,
)
ROOM = RowForm(
    fields=(
        ("id", leaf("room_id", required=True)),
        ("name", leaf("room.name", required=True)),
        ("capacity", leaf("room.capacity", LeafKind.INT32, required=True)),
        ("timezone", leaf("room.timezone")),
        ("__typename", FormConstant('Ro"om')),
    ),
    present="room_id",
)
WHOLE = RowForm(
    fields=(
        ("id", leaf("id", required=True)),
        ("status", leaf("status", required=True, names=STATUSES)),
        ("same", leaf("status", required=True)),
        ("starts", leaf("start_at", LeafKind.INSTANT, required=True)),
        ("ends_at", leaf("expires_at", LeafKind.INSTANT)),
        ("noShow", leaf("no_show", LeafKind.FLAG, required=True)),
        ("attendees", leaf("attendees", LeafKind.INT32)),
        ("notes", leaf("notes")),
        ("room", ROOM),
        ("member", MEMBER),
    )
)
ONLY_ID = RowForm(fields=(("id", leaf("id", required=True)),))


async def rows(house: House, form: RowForm, **fields: Any) -> list[Any] | None:
    """The rows of a page of bookings; the keys beside them must be those of the records."""
    query = _query(**fields)
    found = await house.ports.reads.formed(house.workspace.id, query, PageForm(form, keyed=True))
    plain = await house.ports.reads.formed(house.workspace.id, query, PageForm(form, keyed=False))
    if found is None:
        assert plain is None
        return None
    records = await _records(house, query, frozenset(query.order))
    assert list(found.keys) == records
    assert list(found.keys[1:3]) == records[1:3]
    assert plain is not None
    assert (plain.rows, list(plain.keys)) == (found.rows, [])
    return found.rows


def _query(**fields: Any) -> PageQuery:
    plain: dict[str, Any] = {
        "noun": Noun.BOOKING,
        "where": (),
        "order": BY_START,
        "descending": False,
        "after": None,
        "limit": 50,
    }
    return PageQuery(**{**plain, **fields})


async def _records(house: House, query: PageQuery, attributes: frozenset[str]) -> list[Record]:
    return await house.ports.reads.page(house.workspace.id, query, attributes)


async def wanted(house: House, form: RowForm, **fields: Any) -> list[Any]:
    """What they must be, by the records of the same page."""
    query = _query(**fields)
    records = await _records(house, query, form.attributes.union(query.order))
    return [formed(record, form) for record in records]


async def furnish(house: House) -> None:
    """Bookings of every kind, with notes that nobody would wish for."""
    member = house.new_member(name=HOSTILE[1] or "?")
    room = house.new_room(name=HOSTILE[0])
    await house.add(member, room)
    days = iter(range(1, 28))
    booked = [
        house.new_booking(
            slot(f"2026-06-{next(days):02d} 14:00"),
            notes=notes,
            attendees=None if notes else 3,
            member_id=member.id,
            room=room.summary,
        )
        for notes in HOSTILE
    ]
    held = house.new_hold(slot(f"2026-06-{next(days):02d} 14:00"))
    missed = house.new_booking(slot(f"2026-06-{next(days):02d} 14:00"), no_show=True)
    await house.book(*booked, held, missed)


async def test_every_kind_of_value_is_said_as_json(house: House) -> None:
    await furnish(house)
    found = await rows(house, WHOLE)
    assert found is not None
    assert len(found) == len(HOSTILE) + 2
    assert found == await wanted(house, WHOLE)


async def test_it_is_the_page_that_was_asked_for(house: House, week: list[Booking]) -> None:
    """Its conditions, its direction, its place and its limit."""
    third = (week[2].start_at, week[2].id)
    asked: list[dict[str, Any]] = [
        {"limit": 2},
        {"descending": True, "limit": 3},
        {"after": third},
        {"after": third, "descending": True},
        {"where": (Condition("status", Op.EQUAL, "cancelled"),)},
        {"where": (Condition("id", Op.IN, [week[4].id, week[1].id]),)},
        {"where": (Condition("id", Op.EQUAL, "bk_\0"),)},
    ]
    found = [await rows(house, ONLY_ID, **fields) for fields in asked]
    assert found == [await wanted(house, ONLY_ID, **fields) for fields in asked]
    assert [len(page or ()) for page in found] == [2, 3, 4, 2, 0, 2, 0]


async def test_other_nouns_and_orders(house: House) -> None:
    """Newest first, as all other lists are."""
    await house.add(*(house.new_member(name=f"M{n}", tier="flex") for n in range(3)))
    form = RowForm(fields=(("name", leaf("name", required=True)), ("tier", leaf("tier"))))
    asked: dict[str, Any] = {"noun": Noun.MEMBER, "order": BY_AGE, "descending": True}
    found = await rows(house, form, **asked)
    assert found == await wanted(house, form, **asked)
    assert len(found or ()) == 4


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        (leaf("amount_minor", LeafKind.INT32), {"price": samples.price(3_000_000_000)}),
        (leaf("notes", required=True), {"notes": None}),
        (leaf("attendees", LeafKind.INT32, required=True), {"attendees": None}),
        (leaf("status", names=STATUSES[:1]), {"status": BookingStatus.COMPLETED}),
        (replace(MEMBER, required=True), {"member_id": None, "guest": samples.hold().guest}),
        (leaf("metadata"), {"metadata": {"a": 1}}),
        (leaf("start_at"), {}),
        (leaf("notes", LeafKind.INSTANT), {"notes": "x"}),
        (leaf("no_show", LeafKind.INT32), {}),
    ],
)
async def test_a_page_that_does_not_fit_is_declined(
    house: House, field: FormLeaf | RowForm, fields: dict[str, Any]
) -> None:
    """Never a wrong word: whoever asked reads records, and says what is the matter with them."""
    await house.book(house.new_booking(**fields))
    assert await rows(house, RowForm(fields=(("x", field),))) is None


async def test_what_is_absent_need_not_fit(house: House) -> None:
    """Nobody is there who could have no name."""
    await house.book(house.new_hold())
    inner = replace(MEMBER, fields=(("name", leaf("member.name", required=True)),))
    assert await rows(house, RowForm(fields=(("member", inner),))) == [{"member": None}]


async def test_other_workspaces_are_not_told(house: House, week: list[Booking]) -> None:
    found = await house.ports.reads.formed("ws_other", _query(), PageForm(ONLY_ID, keyed=True))
    assert found is not None
    assert (found.rows, list(found.keys)) == ([], [])
    assert week
