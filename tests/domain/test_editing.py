"""The slot that an edit asks for (contract.md, Edit)."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.editing import EditBooking
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from tests.domain import samples
from tests.domain.samples import slot, utc

BOOKED = samples.booking(slot("2026-06-01 14:00"))
NOON, TWO, THREE, FOUR = (utc(f"2026-06-01 {hour}:00") for hour in (12, 14, 15, 16))


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ({}, TWO, THREE),
        # "`start` alone keeps the duration; `start_at` alone keeps `end_at`;"
        ({"shift_to": NOON}, NOON, utc("2026-06-01 13:00")),
        ({"start_at": NOON}, NOON, THREE),
        # "`duration_minutes` alone keeps the start."
        ({"duration_minutes": 120}, TWO, FOUR),
        ({"end_at": FOUR}, TWO, FOUR),
        ({"start_at": NOON, "end_at": TWO}, NOON, TWO),
        ({"shift_to": NOON, "end_at": THREE}, NOON, THREE),
        ({"shift_to": NOON, "duration_minutes": 120}, NOON, TWO),
        ({"start_at": NOON, "duration_minutes": 120}, NOON, TWO),
        ({"shift_to": NOON, "start_at": NOON}, NOON, utc("2026-06-01 13:00")),
        ({"duration_minutes": 120, "end_at": FOUR}, TWO, FOUR),
    ],
)
def test_what_is_not_named_stays(fields: dict[str, Any], start: Any, end: Any) -> None:
    assert EditBooking(booking_id="bk_1", **fields).slot_of(BOOKED) == Interval(start, end)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"duration_minutes": 90, "end_at": FOUR}, "duration_minutes"),
        ({"end_at": TWO}, "end_at"),
        ({"end_at": NOON}, "end_at"),
        ({"start_at": THREE}, "end_at"),
        ({"start_at": FOUR, "end_at": THREE}, "end_at"),
    ],
)
def test_what_contradicts_itself_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        EditBooking(booking_id="bk_1", **fields).slot_of(BOOKED)
    assert [error.field for error in refusal.value.errors] == [field]


@pytest.mark.parametrize(
    ("fields", "moves"),
    [
        ({"start_at": TWO}, True),
        ({"end_at": THREE}, True),
        ({"shift_to": TWO}, True),
        ({"duration_minutes": 60}, True),
        ({"room_id": "rm_1"}, True),
        ({"billing_mode": BOOKED.billing_mode}, True),
        ({"attendees": None}, False),
        ({"notes": None}, False),
        ({"metadata": {}}, False),
        ({"expected_version": 1}, False),
    ],
)
def test_an_edit_moves_if_it_says_when_where_or_how_it_is_paid(
    fields: dict[str, Any], *, moves: bool
) -> None:
    """None is a value of its own; only what is not named at all stays."""
    wish = EditBooking(booking_id="bk_1", **fields)
    assert wish.moves is moves
    assert wish.changes_nothing is (fields.keys() <= {"expected_version"})
