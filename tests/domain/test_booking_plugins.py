"""Booking rules that others bring: asked last, by everybody alike, and never trusted blindly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.custom_rule import CustomRule, CustomRuleFailed
from litehq_core.domain.errors import ValidationFailed, Violation
from litehq_core.domain.evaluation import GUEST, BookingRule, Request, RuleContext, evaluate
from litehq_core.domain.interval import Interval
from litehq_core.domain.plugins import CustomRules, Plugins, used_by
from litehq_core.domain.price_rules import PriceRules
from litehq_core.domain.reasons import RESERVED_REASONS
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.starts import StartSearch
from tests.domain import samples
from tests.domain.samples import NOW, slot
from tests.plugin_sample.litehq_sample_rules.early_bird import EarlyBird
from tests.plugin_sample.litehq_sample_rules.quiet_fridays import QuietFridays

# A Friday; noon on the wall is 11:00 in UTC.
FRIDAY = "2026-06-05"
NOON = CustomRule(name="quiet_fridays", options={"hour": 12})


@dataclass(frozen=True)
class Answering:
    """A booking rule that answers with whatever a function makes of the question."""

    name: str
    answer: Callable[[Request, RuleContext, Mapping[str, Any]], Any]
    version: str = "1"

    def require_options(self, options: Mapping[str, Any]) -> None:
        """Any will do."""

    def violations(
        self, request: Request, context: RuleContext, options: Mapping[str, Any]
    ) -> Iterable[Violation]:
        """What the function says."""
        found: Iterable[Violation] = self.answer(request, context, options)
        return found


def always(reason: str, **fields: Any) -> Answering:
    """A rule that has the same against everything."""
    found = Violation(**{"reason": reason, "message": "No.", **fields})
    return Answering("always", lambda *_: [found])


def calendar(*rules: BookingRule, used: tuple[CustomRule, ...] | None = None) -> RoomCalendar:
    """An empty room that uses ``rules``."""
    custom = tuple(CustomRule(name=rule.name) for rule in rules) if used is None else used
    room = samples.room(rules=BookingRules(custom=custom))
    plain = RoomCalendar(room=room, occupied=(), blackouts=(), now=NOW)
    return plain.with_rules({rule.name: rule for rule in rules})


def found(wish: Interval, *rules: BookingRule, **fields: Any) -> list[str]:
    """The reasons against a wish."""
    context = calendar(*rules, **fields).rule_context(wish, GUEST)
    return [violation.reason for violation in evaluate(Request(slot=wish), context)]


@pytest.mark.parametrize(
    ("wish", "reasons"),
    [
        (slot(f"{FRIDAY} 10:00", 60), []),
        (slot(f"{FRIDAY} 10:30", 60), ["quiet_friday"]),
        (slot(f"{FRIDAY} 11:00", 60), ["quiet_friday"]),
        (slot("2026-06-04 11:00", 60), []),
    ],
)
def test_a_custom_rule_judges_by_its_own_reasons(wish: Interval, reasons: list[str]) -> None:
    assert found(wish, QuietFridays(), used=(NOON,)) == reasons


def test_custom_rules_come_last_in_the_order_of_the_room() -> None:
    """Every violation is reported, and not only the first."""
    late = slot(f"{FRIDAY} 20:30", 15)
    closed = slot(f"{FRIDAY} 22:00", 15)
    rules = (always("first"), QuietFridays())
    used = (NOON, CustomRule(name="always"), NOON)
    told = ["too_short", "quiet_friday", "first", "quiet_friday"]
    assert found(late, *rules, used=used) == told
    assert found(closed, *rules, used=used) == ["outside_opening_hours", *told]


def test_a_rule_is_told_who_asks_what_under_which_options() -> None:
    asked: list[tuple[Request, RuleContext, Any]] = []

    def answer(*question: Any) -> list[Violation]:
        asked.append(question)
        return []

    wish = slot(f"{FRIDAY} 10:00")
    context = calendar(
        Answering("spy", answer), used=(CustomRule(name="spy", options={"n": [1]}),)
    ).rule_context(wish, GUEST)
    request = Request(slot=wish, attendees=3)
    evaluate(request, context)
    assert asked == [(request, context, {"n": [1]})]


def test_each_slot_is_looked_at_once_there_is_a_custom_rule() -> None:
    """What lets availability judge many starts at once says nothing about rules of others."""
    wish = slot(f"{FRIDAY} 10:00")
    assert not calendar().rule_context(wish, GUEST).needs_each_slot
    assert calendar(always("no")).rule_context(wish, GUEST).needs_each_slot


def _raising(*_: Any) -> Any:
    raise KeyError("hour")


FAULTS: dict[str, Callable[..., Any]] = {
    "raises": _raising,
    "nothing": lambda *_: None,
    "text": lambda *_: ["no"],
    **{reason: always(reason).answer for reason in sorted(RESERVED_REASONS)},
    "spaces": always("not now").answer,
    "no words": always("no", message="").answer,
    "a NUL": always("no", message="\0").answer,
    "a float": always("no", limit=1.5).answer,
    "a large limit": always("no", limit=2**31).answer,
}


@pytest.mark.parametrize("answer", FAULTS.values(), ids=FAULTS)
def test_a_rule_that_fails_lets_nothing_through(answer: Callable[..., Any]) -> None:
    """Neither a booking nor a refusal under a false name."""
    with pytest.raises(CustomRuleFailed, match="odd"):
        found(slot(f"{FRIDAY} 10:00"), Answering("odd", answer))


def test_a_rule_that_is_missing_lets_nothing_through() -> None:
    with pytest.raises(CustomRuleFailed, match="The rule quiet_fridays is not installed"):
        found(slot(f"{FRIDAY} 10:00"), used=(NOON,))


@given(st.integers(0, 23), st.integers(0, 6), st.sampled_from([30, 60, 90]))
def test_starts_list_just_what_custom_rules_allow(hour: int, day: int, minutes: int) -> None:
    """docs/rules.md: what availability lists can be booked, and nothing else can."""
    used = (CustomRule(name="quiet_fridays", options={"hour": hour}),)
    room = calendar(QuietFridays(), used=used)
    window = slot("2026-06-01 00:00", 1440)
    window = Interval(window.start + timedelta(days=day), window.end + timedelta(days=day))
    length = timedelta(minutes=minutes)
    listed = set(StartSearch(window=window, minutes=minutes, booker=GUEST).in_room(room))
    for line in room.room.grid.lines(room.room.location.zone, window)[:-1]:
        wish = Interval(line, line + length)
        broken = evaluate(Request(slot=wish), room.rule_context(wish, GUEST))
        assert (line in listed) == (not broken)


def test_the_registry_says_everything_that_is_missing() -> None:
    plugins = Plugins.of(price_rules=[EarlyBird()], booking_rules=[QuietFridays()])
    plugins.require(
        CustomRules(
            prices=(CustomRule(name="early_bird", options={"until": 480, "percent": 5}),),
            bookings=(NOON,),
        )
    )
    with pytest.raises(ValidationFailed) as refusal:
        plugins.require(
            CustomRules(
                prices=(CustomRule(name="quiet_fridays"), CustomRule(name="early_bird")),
                bookings=(CustomRule(name="quiet_fridays", options={"hour": 24}),),
            )
        )
    assert [error.field for error in refusal.value.errors] == [
        "price_rules",
        "price_rules.early_bird.until",
        "booking_rules.quiet_fridays.hour",
    ]


def test_what_a_catalogue_uses() -> None:
    card = samples.rate_card(rules=PriceRules(custom=(CustomRule(name="a"),)))
    room = samples.room(rules=BookingRules(custom=(CustomRule(name="b"),)))
    used = used_by([samples.location(), card, room, samples.member()])
    assert used == CustomRules(prices=card.rules.custom, bookings=room.rules.custom)


@pytest.mark.parametrize(
    ("name", "version"), [("", "1"), ("Two Words", "1"), ("x", ""), ("x", "a b"), ("x", "1@2")]
)
def test_a_name_and_a_version_can_be_told(name: str, version: str) -> None:
    """Both stand on every line that a rule makes."""
    with pytest.raises(ValidationFailed, match="booking_rules"):
        Plugins.of(booking_rules=[Answering(name, lambda *_: (), version)])


def test_two_rules_have_two_names() -> None:
    with pytest.raises(ValidationFailed, match="booking_rules: two are called quiet_fridays"):
        Plugins.of(booking_rules=[QuietFridays(), QuietFridays()])
