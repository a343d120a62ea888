"""Rooms and blackouts as values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.errors import ValidationFailed
from tests.domain import samples
from tests.domain.samples import slot


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: samples.blackout(location_id="loc_1"), "room_id"),
        (lambda: samples.blackout(room_id=None), "room_id"),
        (lambda: samples.room(buffer_minutes=-5), "buffer_minutes"),
        (lambda: samples.room(buffer_minutes=7), "buffer_minutes"),
        (lambda: samples.room(buffer_minutes=725), "buffer_minutes"),
        (lambda: samples.room(capacity=0), "capacity"),
        (lambda: samples.room(slot_minutes=50), "slot_minutes"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Any, field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        make()
    assert [error.field for error in refused.value.errors] == [field]


def test_a_blackout_concerns_its_room_or_all_rooms_of_its_location() -> None:
    atrium = samples.room()
    annex = samples.room(id="rm_2")
    far = samples.room(id="rm_3", location=samples.location(id="loc_2"))
    own = samples.blackout()
    whole = samples.blackout(room_id=None, location_id="loc_1")
    assert [own.concerns(room) for room in (atrium, annex, far)] == [True, False, False]
    assert [whole.concerns(room) for room in (atrium, annex, far)] == [True, True, False]


def test_what_can_bear_on_a_slot_is_what_the_longest_booking_and_the_widest_gap_reach() -> None:
    window, minute = slot("2026-06-01 14:00"), timedelta(minutes=1)

    def reach(**fields: Any) -> tuple[int, int]:
        found = samples.room(**fields).reach_around(window)
        return (window.start - found.start) // minute, (found.end - window.end) // minute

    assert reach() == (0, 1440)
    assert reach(buffer_minutes=15) == (0, 1440)
    long = BookingRules(max_minutes=2880, tiers={"x": RuleOverride(max_minutes=4320)})
    assert reach(buffer_minutes=15, rules=long) == (0, 4335)
    gaps = BookingRules(min_gap_minutes=30, tiers={"x": RuleOverride(min_gap_minutes=90)})
    assert reach(buffer_minutes=15, rules=gaps) == (105, 1545)
