"""The one evaluator: every reason, at its bound and one step beyond."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.evaluation import (
    GUEST,
    Booker,
    Request,
    RuleContext,
    edit_closes_at,
    evaluate,
)
from litehq_core.domain.interval import Interval
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.reasons import MEANINGS, Reason
from tests.domain import samples
from tests.domain.samples import slot, utc
from tests.domain.strategies import cells

NOW = utc("2026-06-01 09:00")
OPEN = Interval(utc("2026-06-01 06:00"), utc("2026-06-01 21:00"))
TOMORROW = slot("2026-06-02 06:00", 900)
FLEX_ONLY = {"allowed_tiers": frozenset({"flex"})}
PLAIN = Request(slot=slot("2026-06-01 14:00"))
FLEX, DAY = Booker(tier="flex"), Booker(tier="day")


def _context(booker: Booker = GUEST, **fields: Any) -> RuleContext:
    plain = RuleContext(
        rules=BookingRules(),
        booker=booker,
        capacity=8,
        zone=ZoneInfo("Europe/London"),
        open_intervals=[OPEN, TOMORROW],
        now=NOW,
    )
    return replace(plain, **fields)


def _reasons(
    request: Request, booker: Booker = GUEST, capacity: int = 8, **rules: Any
) -> list[tuple[str, int | None]]:
    context = _context(booker, rules=BookingRules(**rules), capacity=capacity)
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
    ],
)
def test_each_reason_at_its_bound(
    request_: Request, rules: dict[str, Any], wanted: list[tuple[str, int | None]]
) -> None:
    assert _reasons(request_, **rules) == wanted


@pytest.mark.parametrize(
    ("booker", "rules", "wanted"),
    [
        (FLEX, FLEX_ONLY, []),
        (DAY, FLEX_ONLY, ["tier_not_allowed"]),
        # "None means everyone, guests included": a guest has no tier.
        (GUEST, FLEX_ONLY, ["tier_not_allowed"]),
        (GUEST, {}, []),
        (FLEX, {"allowed_tiers": frozenset()}, ["tier_not_allowed"]),
        (Booker(tier="flex", is_active=False), FLEX_ONLY, ["member_not_active"]),
    ],
)
def test_who_may_book(booker: Booker, rules: dict[str, Any], wanted: list[str]) -> None:
    assert [reason for reason, _ in _reasons(PLAIN, booker, **rules)] == wanted


def test_an_inactive_room_takes_no_bookings() -> None:
    assert [v.reason for v in evaluate(PLAIN, _context(room_active=False))] == ["room_inactive"]


def test_a_booker_is_made_of_a_member() -> None:
    """architecture: only an active member books."""
    assert Booker.of(None) == GUEST
    member = samples.member(tier="flex")
    assert Booker.of(member) == Booker(tier="flex", member_id="mem_1")
    for status in (MemberStatus.INVITED, MemberStatus.SUSPENDED):
        assert not Booker.of(replace(member, status=status)).is_active


def test_edits_close_so_long_before_the_start() -> None:
    """contract.md: until 60 min before start by default; a room's rules may change that."""
    start = utc("2026-06-01 14:00")
    assert edit_closes_at(start, BookingRules()) == utc("2026-06-01 13:00")
    assert edit_closes_at(start, BookingRules(edit_window_minutes=0)) == start
    late = BookingRules(tiers={"flex": RuleOverride(edit_window_minutes=5)})
    assert edit_closes_at(start, late.rules_for("flex")) == utc("2026-06-01 13:55")


def test_all_violations_are_listed() -> None:
    """contract.md: ``booking_rule_violated``: all violations listed."""
    request = Request(slot=slot("2026-06-01 08:00", 5), attendees=3)
    found = _reasons(request, DAY, capacity=2, allowed_tiers=frozenset())
    assert [reason for reason, _ in found] == [
        "in_the_past",
        "too_short",
        "over_capacity",
        "tier_not_allowed",
    ]
    request = Request(slot=slot("2026-06-05 22:00", 24 * 60), attendees=None)
    assert [reason for reason, _ in _reasons(request, horizon_days=2)] == [
        "horizon",
        "outside_opening_hours",
        "too_long",
    ]


def test_two_openings_that_only_touch_the_slot_together_do_not_hold_it() -> None:
    context = _context(open_intervals=[slot("2026-06-01 13:00", 90), slot("2026-06-01 14:35")])
    assert [v.reason for v in evaluate(PLAIN, context)] == ["outside_opening_hours"]


# The room is open 06:00–21:00 and taken 12:00–13:00; five more minutes belong to the buffer.
_FREE = (
    Interval(OPEN.start, utc("2026-06-01 11:55")),
    Interval(utc("2026-06-01 13:05"), OPEN.end),
    TOMORROW,
)


@pytest.mark.parametrize(
    ("start", "minutes", "leaves_a_gap"),
    [
        # After the slot: its own buffer of five minutes, then what is left.
        ("2026-06-01 10:55", 60, False),  # nothing but the buffer of the next
        ("2026-06-01 10:50", 60, False),  # nothing: the two buffers touch
        ("2026-06-01 10:45", 60, True),  # five minutes
        ("2026-06-01 10:25", 60, True),  # 25
        ("2026-06-01 10:20", 60, False),  # 30
        # Before the slot.
        ("2026-06-01 13:05", 60, False),
        ("2026-06-01 13:10", 60, False),
        ("2026-06-01 13:15", 60, True),
        ("2026-06-01 13:35", 60, True),
        ("2026-06-01 13:40", 60, False),
        # The closing time ends it as a booking does; the buffer may run past it.
        ("2026-06-01 20:00", 60, False),
        ("2026-06-01 19:55", 60, False),
        ("2026-06-01 19:50", 60, True),
        ("2026-06-01 19:25", 60, False),
        # The opening time: tomorrow, for today's has passed.
        ("2026-06-02 06:00", 60, False),
        ("2026-06-02 06:20", 60, True),
        ("2026-06-02 06:35", 60, False),
        # Both sides at once are one violation.
        ("2026-06-01 13:30", 430, True),
        # Whatever is no free time has other faults.
        ("2026-06-01 11:30", 60, False),
    ],
)
def test_no_unsellable_remainder(start: str, minutes: int, *, leaves_a_gap: bool) -> None:
    """Nothing is left beside a slot, or at least so much."""
    context = _context(rules=BookingRules(min_gap_minutes=30), buffer_minutes=5, free=_FREE)
    found = [(v.reason, v.limit) for v in evaluate(Request(slot=slot(start, minutes)), context)]
    assert found == ([("unsellable_gap", 30)] if leaves_a_gap else [])
    off = replace(context, rules=BookingRules())
    assert (context.needs_each_slot, off.needs_each_slot) == (True, False)
    assert evaluate(Request(slot=slot(start, minutes)), off) == []


@pytest.mark.parametrize(("lead_minutes", "judged"), [(0, True), (5, True), (10, False)])
def test_time_too_close_to_be_booked_is_no_gap(lead_minutes: int, *, judged: bool) -> None:
    """Or the clock alone would make a slot unbookable."""
    context = _context(
        rules=BookingRules(min_gap_minutes=30, lead_minutes=lead_minutes),
        free=_FREE,
        now=utc("2026-06-01 13:00"),
    )
    found = evaluate(Request(slot=slot("2026-06-01 13:20")), context)
    assert [v.reason for v in found] == (["unsellable_gap"] if judged else [])


@given(
    st.builds(
        BookingRules,
        min_minutes=st.sampled_from((5, 60)),
        max_minutes=st.sampled_from((60, 120, 1440)),
        lead_minutes=st.sampled_from((0, 30)),
        horizon_days=st.sampled_from((0, 1, 90)),
        allowed_tiers=st.sampled_from((None, frozenset[str](), frozenset({"flex"}))),
    ),
    st.sampled_from((GUEST, FLEX, DAY, Booker(tier="flex", is_active=False))),
    cells(first=utc("2026-06-01 05:00"), most=500),
    st.none() | st.integers(1, 12),
    st.booleans(),
)
def test_the_evaluator_says_what_a_naive_reading_of_each_rule_says(
    rules: BookingRules,
    booker: Booker,
    wish: Interval,
    attendees: int | None,
    room_active: bool,
) -> None:
    """Each rule by itself, minute by minute where time is concerned."""
    context = _context(booker, rules=rules, room_active=room_active)
    length = (wish.end - wish.start) // timedelta(minutes=1)
    ahead = (wish.start - NOW) // timedelta(minutes=1)
    minutes = [wish.start + timedelta(minutes=n) for n in range(length)]
    open_together = any(all(o.start <= m < o.end for m in minutes) for o in (OPEN, TOMORROW))
    broken = {
        "in_the_past": ahead < 0,
        "lead_time": 0 <= ahead < rules.lead_minutes,
        "horizon": ahead > rules.horizon_days * 24 * 60,
        "outside_opening_hours": not open_together,
        "too_short": length < rules.min_minutes,
        "too_long": length > rules.max_minutes,
        "over_capacity": (attendees or 0) > 8,
        "tier_not_allowed": rules.allowed_tiers is not None
        and booker.tier not in rules.allowed_tiers,
        "room_inactive": not room_active,
        "member_not_active": not booker.is_active,
    }
    found = evaluate(Request(slot=wish, attendees=attendees), context)
    assert [v.reason for v in found] == [reason for reason, is_so in broken.items() if is_so]


def test_reasons_are_listed_in_their_order_and_each_has_a_meaning() -> None:
    assert list(MEANINGS) == list(Reason)


def test_the_page_about_rules_has_every_reason() -> None:
    """The reason codes are public: the page is written from the table, and stays so."""
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
    reasons = page.partition("## Reasons")[2].partition("\n## ")[0]
    rows = [
        f"| `{reason}` | {meaning} | {limit or ''} |".replace("|  |", "| |")
        for reason, (meaning, limit) in MEANINGS.items()
    ]
    assert [line for line in reasons.splitlines() if line.startswith("| `")] == rows
