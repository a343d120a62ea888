"""A new room as a decision."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.new_room import MAX_PARTS, CreateRoom, new_room
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room import Room
from litehq_core.domain.room_changes import MAX_RULES_BYTES
from tests.domain import samples
from tests.domain.samples import NOW


def _wish(**fields: Any) -> CreateRoom:
    return CreateRoom(**{"location_id": "loc_1", "name": "Spree", "capacity": 6, **fields})


def _made(wish: CreateRoom, *parts: Room) -> Room:
    by_id = {part.id: part for part in parts}
    return new_room(wish, samples.location(), by_id, room_id="rm_new", now=NOW)[0]


def _fields(wish: CreateRoom, *parts: Room) -> list[str]:
    with pytest.raises(ValidationFailed) as refused:
        _made(wish, *parts)
    return [error.field for error in refused.value.errors]


def test_a_wish_that_names_what_it_must_gets_the_defaults() -> None:
    assert _made(_wish()) == Room(
        id="rm_new",
        workspace_id="ws_1",
        location=samples.location(),
        name="Spree",
        capacity=6,
        created_at=NOW,
        updated_at=NOW,
    )


def test_everything_that_is_named_is_kept_and_told_by_the_event() -> None:
    hours = OpeningHours.every_day(0, 600)
    wish = _wish(
        slot_minutes=15,
        buffer_minutes=10,
        rules={"min_minutes": 45},
        opening_hours=hours,
        active=False,
        shared=True,
    )
    room, event = new_room(wish, samples.location(), {}, room_id="rm_new", now=NOW)
    assert (room.slot_minutes, room.buffer_minutes, room.seats) == (15, 10, 6)
    assert (room.rules, room.opening_hours, room.active) == (
        BookingRules(min_minutes=45),
        hours,
        False,
    )
    assert (event.type, event.subject_id, event.sequence) == ("room.created", "rm_new", 1)
    assert (event.room_id, event.previous, event.object["name"]) == ("rm_new", None, "Spree")


def test_parts_of_parts_take_their_place() -> None:
    left, right = samples.room(id="rm_l"), samples.room(id="rm_r")
    half = samples.room(id="rm_half", parts=frozenset({"rm_l", "rm_r"}))
    other = samples.room(id="rm_o")
    room = _made(_wish(parts=frozenset({"rm_half", "rm_o"})), half, other, left, right)
    assert room.parts == {"rm_l", "rm_r", "rm_o"}


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    wish = _wish(
        name="",
        capacity=0,
        slot_minutes=50,
        buffer_minutes=7,
        rules={"min_minutes": 7, "of": 1},
        parts=frozenset({"rm_never"}),
        shared=True,
    )
    assert _fields(wish) == [
        *("name", "capacity", "slot_minutes", "buffer_minutes", "rules.of", "shared", "parts"),
    ]


def test_parts_and_rules_have_bounds() -> None:
    many = frozenset(f"rm_{n}" for n in range(MAX_PARTS + 1))
    rooms = [samples.room(id=part_id) for part_id in sorted(many)]
    assert _fields(_wish(parts=many), *rooms) == ["parts"]
    assert len(_made(_wish(parts=many - {"rm_0"}), *rooms).parts) == MAX_PARTS
    assert _fields(_wish(rules={"allowed_tiers": ["x" * MAX_RULES_BYTES]})) == ["rules"]
    assert _fields(_wish(rules={"allowed_tiers": ["\ud800"]})) == ["rules"]
