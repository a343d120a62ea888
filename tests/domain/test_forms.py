"""Formed rows: what each kind of value is said as, and what no form can say."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.forms import (
    FormConstant,
    FormLeaf,
    LeafKind,
    Misfit,
    PageForm,
    RowForm,
    formed,
)
from tests.domain.samples import utc


def leaf(attribute: str, kind: LeafKind = LeafKind.TEXT, **fields: Any) -> FormLeaf:
    return FormLeaf(attribute=attribute, kind=kind, **{"required": False, **fields})


MEMBER = RowForm(
    fields=(("id", leaf("member_id")), ("name", leaf("member.name", required=True))),
    present="member_id",
    required=False,
)


def form(field: FormLeaf | FormConstant | RowForm) -> RowForm:
    return RowForm(fields=(("x", field),))


@pytest.mark.parametrize(
    ("field", "record", "said"),
    [
        (leaf("notes"), {"notes": 'näher "☂"\n'}, 'näher "☂"\n'),
        (leaf("notes"), {"notes": None}, None),
        (leaf("seats", LeafKind.INT32), {"seats": -(2**31)}, -(2**31)),
        (leaf("seats", LeafKind.INT32), {"seats": 2**31 - 1}, 2**31 - 1),
        (leaf("open", LeafKind.FLAG), {"open": False}, False),
        (leaf("at", LeafKind.INSTANT), {"at": utc("2026-06-01 09:00")}, "2026-06-01T09:00:00Z"),
        (leaf("mode", names=(("a", "A"), ("b", "B"))), {"mode": "b"}, "B"),
        (FormConstant("Room"), {}, "Room"),
        (MEMBER, {"member_id": None, "member.name": None}, None),
        (MEMBER, {"member_id": "mem_1", "member.name": "L"}, {"id": "mem_1", "name": "L"}),
    ],
)
def test_a_row_is_formed(field: Any, record: dict[str, Any], said: Any) -> None:
    assert formed(record, form(field)) == {"x": said}


@pytest.mark.parametrize(
    ("field", "record"),
    [
        (leaf("notes", required=True), {"notes": None}),
        (leaf("notes"), {"notes": ["a"]}),
        (leaf("seats", LeafKind.INT32), {"seats": 2**31}),
        (leaf("seats", LeafKind.INT32), {"seats": True}),
        (leaf("at", LeafKind.INSTANT), {"at": "2026-06-01T09:00:00Z"}),
        (leaf("mode", names=(("a", "A"),)), {"mode": "b"}),
        (MEMBER, {"member_id": "mem_1", "member.name": None}),
        (RowForm(fields=(), present="member_id"), {"member_id": None}),
    ],
)
def test_what_does_not_fit_is_never_said(field: Any, record: dict[str, Any]) -> None:
    with pytest.raises(Misfit):
        formed(record, form(field))


def test_a_form_names_all_that_must_be_read_for_it() -> None:
    whole = RowForm(fields=(("a", leaf("notes")), ("b", FormConstant("t")), ("m", MEMBER)))
    assert whole.attributes == {"notes", "member_id", "member.name"}


def test_a_page_knows_what_must_be_read_for_it() -> None:
    """And is known by itself: two pages of one form are two."""
    row = form(MEMBER)
    page = PageForm(row, keyed=True)
    assert page.attributes == row.attributes
    assert page != PageForm(row, keyed=True)
