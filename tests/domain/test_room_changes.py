"""Changing a room as a decision: versions, events, and what is wrong with a wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.errors import ValidationFailed, VersionConflict
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room_changes import UpdateRoom, change_room
from tests.domain import samples
from tests.domain.samples import NOW

LATER = NOW + timedelta(days=1)


def test_a_change_is_one_version_and_one_event_that_names_what_changed() -> None:
    hours = OpeningHours.every_day(0, 600)
    wish = UpdateRoom(room_id="rm_1", capacity=4, opening_hours=hours, expected_version=1)
    change = change_room(samples.room(), wish, LATER)
    assert change is not None
    room, event = change
    assert room == samples.room(capacity=4, opening_hours=hours, version=2, updated_at=LATER)
    assert (event.type, event.subject_id, event.sequence) == ("room.updated", "rm_1", 2)
    assert event.previous == {"capacity": 8, "opening_hours": None}
    assert (event.object["capacity"], event.object["version"]) == (4, 2)


@pytest.mark.parametrize("wish", [{}, {"capacity": 8}, {"rules": {}}, {"rules": {"quotas": []}}])
def test_nothing_new_is_no_change(wish: dict[str, Any]) -> None:
    assert change_room(samples.room(), UpdateRoom(room_id="rm_1", **wish), LATER) is None
    assert UpdateRoom(room_id="rm_1", expected_version=3).changes_nothing
    assert not UpdateRoom(room_id="rm_1", opening_hours=None).changes_nothing


def test_a_stale_version_is_refused_before_anything_else() -> None:
    wish = UpdateRoom(room_id="rm_1", capacity=-1, expected_version=2)
    with pytest.raises(VersionConflict) as stale:
        change_room(samples.room(), wish, LATER)
    assert stale.value.current_version == 1


def test_every_field_that_is_wrong_is_named() -> None:
    wish = UpdateRoom(
        room_id="rm_1",
        name="",
        capacity=0,
        slot_minutes=50,
        buffer_minutes=-5,
        rules={"min_minutes": "30", "of": 1},
        active=True,
    )
    with pytest.raises(ValidationFailed) as refused:
        change_room(samples.room(), wish, LATER)
    assert [error.field for error in refused.value.errors] == [
        *("name", "capacity", "slot_minutes", "buffer_minutes"),
        *("rules.min_minutes", "rules.of"),
    ]


@pytest.mark.parametrize("rules", [None, [], "x", 1])
def test_rules_that_are_no_object_are_refused(rules: Any) -> None:
    with pytest.raises(ValidationFailed) as refused:
        BookingRules().changed(rules)
    assert [error.field for error in refused.value.errors] == ["rules"]
