"""Rules as values: their bounds, their JSON, and what holds for a tier."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.booking_rules import BookingRules, RuleOverride, complete_rules
from litehq_core.domain.errors import ValidationFailed

NUMBERS = ("min_minutes", "max_minutes", "lead_minutes", "horizon_days", "edit_window_minutes")


def _wrong(make: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as refused:
        make()
    return [(error.field, error.reason) for error in refused.value.errors]


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"min_minutes": 0}, "rules.min_minutes"),
        ({"min_minutes": 7}, "rules.min_minutes"),
        ({"max_minutes": 61}, "rules.max_minutes"),
        ({"max_minutes": 31 * 24 * 60 + 5}, "rules.max_minutes"),
        ({"min_minutes": 90, "max_minutes": 60}, "rules.min_minutes"),
        ({"lead_minutes": -1}, "rules.lead_minutes"),
        ({"lead_minutes": 10**9}, "rules.lead_minutes"),
        ({"horizon_days": -1}, "rules.horizon_days"),
        ({"horizon_days": 10**9}, "rules.horizon_days"),
        ({"edit_window_minutes": -1}, "rules.edit_window_minutes"),
        ({"min_gap_minutes": -5}, "rules.min_gap_minutes"),
        ({"min_gap_minutes": 7}, "rules.min_gap_minutes"),
        ({"min_gap_minutes": 725}, "rules.min_gap_minutes"),
        ({"allowed_tiers": frozenset({"x" * 201})}, "rules"),
        ({"tiers": {"x" * 201: RuleOverride()}}, "rules"),
        ({"tiers": {str(n): RuleOverride() for n in range(101)}}, "rules.tiers"),
        ({"tiers": {"flex": RuleOverride(lead_minutes=-1)}}, "rules.tiers.flex.lead_minutes"),
        # An override must agree with the rules that it leaves as they are.
        ({"tiers": {"flex": RuleOverride(max_minutes=15)}}, "rules.tiers.flex.min_minutes"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: dict[str, Any], field: str) -> None:
    """contract.md: lengths are multiples of five minutes; everything has its bounds."""
    assert [found for found, _ in _wrong(lambda: BookingRules(**rules))] == [field]


def test_every_rule_out_of_bounds_is_named_at_once() -> None:
    found = _wrong(lambda: BookingRules(min_minutes=7, lead_minutes=-1, horizon_days=-1))
    assert [field for field, _ in found] == [
        "rules.min_minutes",
        "rules.lead_minutes",
        "rules.horizon_days",
    ]


@pytest.mark.parametrize(
    ("value", "fields_"),
    [
        ([], ["rules"]),
        ({"lead": 5, "lead_minutes": True}, ["rules.lead", "rules.lead_minutes"]),
        ({"min_minutes": 30.0, "horizon_days": "9"}, ["rules.min_minutes", "rules.horizon_days"]),
        ({"min_minutes": None}, ["rules.min_minutes"]),
        ({"allowed_tiers": "flex"}, ["rules.allowed_tiers"]),
        (
            {"allowed_tiers": ["flex", 1, None]},
            [f"rules.allowed_tiers[{n}]" for n in (1, 2)],
        ),
        ({"tiers": [1]}, ["rules.tiers"]),
        ({"tiers": {"flex": 1}}, ["rules.tiers.flex"]),
        (
            {"tiers": {"flex": {"lead_minutes": "5", "tiers": {}}, "x": {"allowed_tiers": []}}},
            [
                "rules.tiers.flex.lead_minutes",
                "rules.tiers.flex.tiers",
                "rules.tiers.x.allowed_tiers",
            ],
        ),
    ],
)
def test_json_of_another_shape_is_refused_by_its_dotted_paths(
    value: Any, fields_: list[str]
) -> None:
    assert [field for field, _ in _wrong(lambda: BookingRules.from_json(value))] == fields_


overrides = st.builds(
    RuleOverride,
    min_minutes=st.none() | st.integers(1, 12).map(lambda n: 5 * n),
    max_minutes=st.none() | st.integers(12, 99).map(lambda n: 5 * n),
    lead_minutes=st.none() | st.integers(0, 999),
    horizon_days=st.none() | st.integers(0, 999),
    edit_window_minutes=st.none() | st.integers(0, 999),
    min_gap_minutes=st.none() | st.integers(0, 144).map(lambda n: 5 * n),
)
booking_rules = st.builds(
    BookingRules,
    min_minutes=st.integers(1, 12).map(lambda n: 5 * n),
    max_minutes=st.integers(12, 99).map(lambda n: 5 * n),
    lead_minutes=st.integers(0, 999),
    horizon_days=st.integers(0, 999),
    edit_window_minutes=st.integers(0, 999),
    min_gap_minutes=st.integers(0, 144).map(lambda n: 5 * n),
    allowed_tiers=st.none() | st.frozensets(st.text(max_size=5), max_size=3),
    tiers=st.dictionaries(st.text(max_size=5), overrides, max_size=3),
)


@given(booking_rules)
def test_json_there_and_back(rules: BookingRules) -> None:
    assert BookingRules.from_json(rules.as_json()) == rules
    assert complete_rules(rules.as_json()) == rules.as_json()


@given(booking_rules, st.none() | st.text(max_size=5))
def test_a_tier_has_the_rules_of_everybody_but_for_what_is_said_of_it(
    rules: BookingRules, tier: str | None
) -> None:
    for name in (tier, *rules.tiers):
        found = rules.rules_for(name)
        said = rules.tiers.get(name) if name is not None else None
        for rule in fields(RuleOverride):
            own = getattr(said, rule.name) if said else None
            expected = getattr(rules, rule.name) if own is None else own
            assert getattr(found, rule.name) == expected
        # Who may book is said in one place, for all tiers.
        assert found.allowed_tiers == rules.allowed_tiers
        # Nothing is overridden twice.
        assert found.rules_for(name) == found
    everybody, *others = rules.for_each_tier()
    assert everybody == rules.rules_for(None)
    assert others == [rules.rules_for(name) for name in rules.tiers]


def test_rules_absent_from_json_take_their_defaults() -> None:
    assert BookingRules.from_json({}) == BookingRules()
    assert BookingRules.from_json({"lead_minutes": 5}) == BookingRules(lead_minutes=5)
    assert timedelta(days=BookingRules().horizon_days) == timedelta(days=90)
    # Rows of the release before say nothing of later rules; they are shown all the same.
    old = {name: value for name, value in BookingRules().as_json().items() if name in NUMBERS}
    assert complete_rules({**old, "tiers": {"x": {}}})["tiers"]["x"]["min_gap_minutes"] is None
    assert complete_rules(old) == BookingRules().as_json()
