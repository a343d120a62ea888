"""The one evaluator: every reason, at its bound and one step beyond."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.booking_rules import BookingRules, Request, RuleContext, evaluate
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from tests.domain.samples import slot, utc

NOW = utc("2026-06-01 09:00")
OPEN = Interval(utc("2026-06-01 06:00"), utc("2026-06-01 21:00"))
TOMORROW = slot("2026-06-02 06:00", 900)
FLEX_ONLY = {"allowed_tiers": frozenset({"flex"})}
PLAIN = Request(slot=slot("2026-06-01 14:00"), attendees=None, tier=None)


def _reasons(request: Request, capacity: int = 8, **rules: Any) -> list[tuple[str, int | None]]:
    context = RuleContext(
        rules=BookingRules(**rules),
        capacity=capacity,
        zone=ZoneInfo("Europe/London"),
        open_intervals=[OPEN, TOMORROW],
        now=NOW,
    )
    found = evaluate(request, context)
    assert all(violation.message for violation in found)
    return [(violation.reason, violation.limit) for violation in found]


def _at(start: str, minutes: int = 60) -> Request:
    return replace(PLAIN, slot=slot(start, minutes))


def test_a_request_that_keeps_every_rule_has_no_violations() -> None:
    assert _reasons(PLAIN) == []


@pytest.mark.parametrize(
    ("request_", "rules", "wanted"),
    [
        (_at("2026-06-01 09:00"), {}, []),
        (_at("2026-06-01 08:55"), {}, [("in_the_past", None)]),
        # The past hides the lead time: one reason is enough.
        (_at("2026-06-01 08:55"), {"lead_minutes": 30}, [("in_the_past", None)]),
        (_at("2026-06-01 09:30"), {"lead_minutes": 30}, []),
        (_at("2026-06-01 09:25"), {"lead_minutes": 30}, [("lead_time", 30)]),
        (_at("2026-06-02 09:00"), {"horizon_days": 1}, []),
        (_at("2026-06-02 09:05"), {"horizon_days": 1}, [("horizon", 1)]),
        (_at("2026-06-01 20:00"), {}, []),
        (_at("2026-06-01 20:05"), {}, [("outside_opening_hours", None)]),
        (_at("2026-06-01 22:00"), {}, [("outside_opening_hours", None)]),
        (_at("2026-06-01 14:00", 30), {}, []),
        (_at("2026-06-01 14:00", 25), {}, [("too_short", 30)]),
        (_at("2026-06-01 14:00", 90), {"max_minutes": 90}, []),
        (_at("2026-06-01 14:00", 95), {"max_minutes": 90}, [("too_long", 90)]),
        (replace(PLAIN, attendees=8), {}, []),
        (replace(PLAIN, attendees=9), {}, [("over_capacity", 8)]),
        (replace(PLAIN, tier="flex"), FLEX_ONLY, []),
        (replace(PLAIN, tier="day"), FLEX_ONLY, [("tier_not_allowed", None)]),
        # "None means everyone, guests included": a guest has no tier.
        (PLAIN, FLEX_ONLY, [("tier_not_allowed", None)]),
        (replace(PLAIN, tier="flex"), {"allowed_tiers": frozenset()}, [("tier_not_allowed", None)]),
    ],
)
def test_each_reason_at_its_bound(
    request_: Request, rules: dict[str, Any], wanted: list[tuple[str, int | None]]
) -> None:
    assert _reasons(request_, **rules) == wanted


def test_all_violations_are_listed() -> None:
    """contract.md: ``booking_rule_violated``: all violations listed."""
    request = Request(slot=slot("2026-06-01 08:00", 5), attendees=3, tier="day")
    found = _reasons(request, capacity=2, allowed_tiers=frozenset())
    assert [reason for reason, _ in found] == [
        "in_the_past",
        "too_short",
        "over_capacity",
        "tier_not_allowed",
    ]
    request = Request(slot=slot("2026-06-05 22:00", 24 * 60), attendees=None, tier=None)
    assert [reason for reason, _ in _reasons(request, horizon_days=2)] == [
        "horizon",
        "outside_opening_hours",
        "too_long",
    ]


def test_two_openings_that_only_touch_the_slot_together_do_not_hold_it() -> None:
    context = RuleContext(
        rules=BookingRules(),
        capacity=8,
        zone=ZoneInfo("UTC"),
        open_intervals=[slot("2026-06-01 13:00", 90), slot("2026-06-01 14:35")],
        now=NOW,
    )
    assert [v.reason for v in evaluate(PLAIN, context)] == ["outside_opening_hours"]


@pytest.mark.parametrize(
    "rules",
    [
        {"min_minutes": 0},
        {"min_minutes": 7},
        {"max_minutes": 61},
        {"min_minutes": 90, "max_minutes": 60},
        {"lead_minutes": -1},
        {"horizon_days": -1},
        {"edit_window_minutes": -1},
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: dict[str, Any]) -> None:
    """contract.md: lengths are multiples of five minutes."""
    with pytest.raises(ValidationFailed):
        BookingRules(**rules)


@given(
    st.builds(
        BookingRules,
        min_minutes=st.integers(1, 12).map(lambda n: 5 * n),
        max_minutes=st.integers(12, 99).map(lambda n: 5 * n),
        lead_minutes=st.integers(0, 999),
        horizon_days=st.integers(0, 999),
        edit_window_minutes=st.integers(0, 999),
        allowed_tiers=st.none() | st.frozensets(st.text(max_size=5), max_size=3),
    )
)
def test_json_there_and_back(rules: BookingRules) -> None:
    assert BookingRules.from_json(rules.as_json()) == rules


def test_rules_absent_from_json_take_their_defaults() -> None:
    assert BookingRules.from_json({}) == BookingRules()
    assert BookingRules.from_json({"lead_minutes": 5}) == BookingRules(lead_minutes=5)
    assert timedelta(days=BookingRules().horizon_days) == timedelta(days=90)
