"""What a rate card and a company may say about prices: what is refused, and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.custom_rule import CustomRule
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.price_rules import (
    FixedPrice,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
)
from tests.domain import samples
from tests.domain.strategies import (
    any_bands,
    any_price_rules,
    pricing_overrides,
    week_minutes,
)

EVERY_DAY = frozenset(range(7))


def band(**fields: Any) -> PriceBand:
    """Mondays 09:00–17:00 at GBP 50.00 an hour."""
    plain = {
        "name": "day",
        "weekdays": frozenset({0}),
        "opens": 540,
        "closes": 1020,
        "hourly_minor": 5000,
    }
    return PriceBand(**{**plain, **fields})


def fixed(minutes: int, amount_minor: int = 0) -> FixedPrice:
    return FixedPrice(minutes=minutes, amount_minor=amount_minor)


def rate(hourly_minor: int, **fields: Any) -> PricingOverride:
    """A rate in pounds."""
    return PricingOverride(**{"hourly_minor": hourly_minor, "currency": "GBP", **fields})


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: band(weekdays=frozenset()), "weekdays"),
        (lambda: band(weekdays=frozenset({7})), "weekdays"),
        (lambda: band(weekdays=frozenset({-1, 0})), "weekdays"),
        (lambda: band(opens=-5), "closes"),
        (lambda: band(opens=1440, closes=1500), "closes"),
        (lambda: band(opens=540, closes=540), "closes"),
        (lambda: band(opens=540, closes=480), "closes"),
        (lambda: band(opens=540, closes=540 + 1445), "closes"),
        (lambda: band(opens=541), "opens"),
        (lambda: band(closes=1021), "opens"),
        (lambda: band(hourly_minor=-1), "hourly_minor"),
        (lambda: band(tokens_per_hour=-1), "tokens_per_hour"),
        (lambda: fixed(0), "minutes"),
        (lambda: fixed(-60), "minutes"),
        (lambda: fixed(60, -1), "amount_minor"),
        (lambda: PriceRules(fixed_prices=(fixed(60, 1), fixed(60, 2))), "fixed_prices"),
        (lambda: Tax(name="VAT", basis_points=-1, inclusive=True), "basis_points"),
        (lambda: Tax(name="VAT", basis_points=10_001, inclusive=False), "basis_points"),
        (lambda: PriceRules(bands=(band(), band(name="again"))), "bands"),
        (lambda: band(name=""), "name"),
        (lambda: band(name=" "), "name"),
        (lambda: PriceRules(bands=(band(), band(weekdays=frozenset({1})))), "bands"),
        (lambda: PriceRules(day_cap_minor=1999, minimum_minor=2000), "minimum_minor"),
        (lambda: PriceRules(day_cap_minor=-1), "day_cap_minor"),
        (lambda: PriceRules(minimum_minor=-1), "minimum_minor"),
        (lambda: PriceRules(tier_discounts={"flex": 10, "team": -1}), "tier_discounts.team"),
        (lambda: PriceRules(tier_discounts={"flex": 101}), "tier_discounts.flex"),
        (PricingOverride, "hourly_minor"),
        (lambda: rate(1, discount_percent=1), "hourly_minor"),
        (lambda: rate(0, discount_percent=0), "hourly_minor"),
        (lambda: PricingOverride(hourly_minor=1), "currency"),
        (
            lambda: PricingOverride(discount_percent=1, currency="GBP"),
            "currency",
        ),
        (lambda: rate(1, currency="gbp"), "currency"),
        (lambda: rate(1, currency=""), "currency"),
        (lambda: rate(-1), "hourly_minor"),
        (lambda: rate(2**64), "hourly_minor"),
        (lambda: band(hourly_minor=10**12 + 1), "hourly_minor"),
        (lambda: fixed(10**9), "minutes"),
        (lambda: PriceRules(day_cap_minor=2**63), "day_cap_minor"),
        (lambda: PricingOverride(discount_percent=-1), "discount_percent"),
        (lambda: PricingOverride(discount_percent=101), "discount_percent"),
    ],
)
def test_rules_that_make_no_sense_are_refused(build: Callable[[], object], field: str) -> None:
    """Every refusal is typed and names its field."""
    with pytest.raises(ValidationFailed) as refusal:
        build()
    assert [error.field for error in refusal.value.errors] == [field]


@pytest.mark.parametrize(
    "build",
    [
        lambda: PriceRules(bands=(band(weekdays=EVERY_DAY, opens=1435, closes=1435 + 1440),)),
        lambda: band(opens=0, closes=5, hourly_minor=0, tokens_per_hour=0),
        lambda: fixed(5, 0),
        lambda: Tax(name="none", basis_points=0, inclusive=True),
        lambda: Tax(name="double", basis_points=10_000, inclusive=False),
        lambda: PriceRules(day_cap_minor=2000, minimum_minor=2000),
        lambda: PriceRules(day_cap_minor=0, tier_discounts={"flex": 0, "team": 100}),
        lambda: rate(0),
        lambda: PricingOverride(discount_percent=0),
        lambda: PricingOverride(discount_percent=100),
    ],
)
def test_the_edges_of_what_is_allowed(build: Callable[[], object]) -> None:
    build()


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        # On one day.
        (({0}, 540, 1020), ({0}, 1020, 1080), False),
        (({0}, 540, 1020), ({0}, 1015, 1080), True),
        (({0}, 540, 1020), ({0}, 600, 660), True),
        (({0, 1}, 540, 1020), ({1, 2}, 540, 545), True),
        (({0}, 540, 1020), ({1}, 540, 1020), False),
        # Over midnight.
        (({0}, 1320, 1560), ({1}, 120, 180), False),
        (({0}, 1320, 1560), ({1}, 115, 180), True),
        (({0}, 1320, 1560), ({0}, 0, 180), False),
        # Over the week's end: Sunday night is Monday morning.
        (({6}, 1320, 1560), ({0}, 120, 180), False),
        (({6}, 1320, 1560), ({0}, 115, 180), True),
        (({6}, 1320, 1560), ({0}, 0, 5), True),
        (({6}, 1320, 1440), ({0}, 0, 5), False),
        # A night band and the next night's beginning.
        (({0}, 1320, 1320 + 1440), ({1}, 1320, 1325), False),
        (({0}, 1320, 1320 + 1440), ({1}, 1315, 1325), True),
    ],
)
def test_bands_must_not_overlap(
    one: tuple[set[int], int, int], other: tuple[set[int], int, int], *, overlap: bool
) -> None:
    """``PriceRules.bands``: must not overlap, so that their order means nothing."""
    bands = tuple(
        band(name=name, weekdays=frozenset(days), opens=opens, closes=closes)
        for name, (days, opens, closes) in (("one", one), ("other", other))
    )
    for order in (bands, bands[::-1]):
        if not overlap:
            assert PriceRules(bands=order).bands == order
            continue
        with pytest.raises(ValidationFailed, match="bands: must not overlap"):
            PriceRules(bands=order)


@given(any_bands("one"), any_bands("other"))
def test_bands_overlap_when_they_share_a_minute_of_the_week(
    one: PriceBand, other: PriceBand
) -> None:
    assert one.minutes_of_week() == {m for m in week_minutes(one) if m % 5 == 0}
    if week_minutes(one).isdisjoint(week_minutes(other)):
        assert PriceRules(bands=(one, other)).bands == (one, other)
        return
    with pytest.raises(ValidationFailed, match="bands: must not overlap"):
        PriceRules(bands=(one, other))


@given(any_price_rules(custom=(CustomRule(name="x"), CustomRule(name="y", options={"n": [1]}))))
def test_rules_to_json_and_back(rules: PriceRules) -> None:
    stored = json.loads(json.dumps(rules.as_json()))
    assert PriceRules.from_json(stored) == rules
    assert PriceRules.from_json(stored).as_json() == stored == rules.as_json()


def test_rules_as_json() -> None:
    """The stored form, in full and empty."""
    assert PriceRules().as_json() == {
        "bands": [],
        "fixed_prices": [],
        "day_cap_minor": None,
        "minimum_minor": 0,
        "tier_discounts": {},
        "tax": None,
        "custom": [],
    }
    rules = PriceRules(
        bands=(band(weekdays=frozenset({6, 0, 4}), tokens_per_hour=3),),
        fixed_prices=(fixed(240, 12_000),),
        day_cap_minor=20_000,
        minimum_minor=500,
        tier_discounts={"resident": 10},
        tax=Tax(name="VAT", basis_points=2000, inclusive=True),
        custom=(CustomRule(name="early_bird", options={"until": 480}),),
    )
    stored = {
        "bands": [
            {
                "name": "day",
                "weekdays": [0, 4, 6],
                "opens": 540,
                "closes": 1020,
                "hourly_minor": 5000,
                "tokens_per_hour": 3,
            }
        ],
        "fixed_prices": [{"minutes": 240, "amount_minor": 12_000}],
        "day_cap_minor": 20_000,
        "minimum_minor": 500,
        "tier_discounts": {"resident": 10},
        "tax": {"name": "VAT", "basis_points": 2000, "inclusive": True},
        "custom": [{"name": "early_bird", "options": {"until": 480}}],
    }
    assert rules.as_json() == stored
    assert PriceRules.from_json(stored) == rules


@given(pricing_overrides, st.none() | st.just("rm_1"))
def test_overrides_to_json_and_back(override: PricingOverride, room_id: str | None) -> None:
    override = PricingOverride(**{**override.as_json(), "room_id": room_id})
    stored = json.loads(json.dumps(override.as_json()))
    assert set(stored) == {"room_id", "hourly_minor", "currency", "discount_percent"}
    assert PricingOverride.from_json(stored) == override


def test_overrides_as_json() -> None:
    """The stored form of a rate and of a percentage."""
    assert PricingOverride(room_id="rm_1", hourly_minor=1000, currency="EUR").as_json() == {
        "room_id": "rm_1",
        "hourly_minor": 1000,
        "currency": "EUR",
        "discount_percent": None,
    }
    assert PricingOverride(discount_percent=10).as_json()["discount_percent"] == 10


def test_what_is_missing_says_nothing() -> None:
    """Rate cards and overrides that were stored before a rule was known read as without it."""
    assert PriceRules.from_json({}) == PriceRules()
    agreed = PricingOverride.from_json({"discount_percent": 5})
    assert agreed == PricingOverride(discount_percent=5)


BAND = PriceRules(bands=(band(),)).as_json()["bands"][0]


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (None, [""]),
        ([], [""]),
        ("{}", [""]),
        ({"surcharge": 1}, [".surcharge"]),
        ({"bands": None}, [".bands"]),
        ({"bands": {}}, [".bands"]),
        ({"bands": [[]]}, [".bands[0]"]),
        (
            {"bands": [{"tokens_per_hour": 1}]},
            [f".bands[0].{n}" for n in ("name", "weekdays", "opens", "closes", "hourly_minor")],
        ),
        ({"bands": [BAND, {**BAND, "name": 7}]}, [".bands[1].name"]),
        ({"bands": [{**BAND, "name": ""}]}, [".bands[0].name"]),
        ({"bands": [{**BAND, "weekdays": 0}]}, [".bands[0].weekdays"]),
        ({"bands": [{**BAND, "weekdays": ["monday"]}]}, [".bands[0].weekdays[0]"]),
        ({"bands": [{**BAND, "opens": "09:00"}]}, [".bands[0].opens"]),
        ({"bands": [{**BAND, "hourly_minor": 50.0}]}, [".bands[0].hourly_minor"]),
        ({"bands": [{**BAND, "hourly_minor": True}]}, [".bands[0].hourly_minor"]),
        ({"bands": [{**BAND, "hourly_minor": 2**64}]}, [".bands[0].hourly_minor"]),
        ({"bands": [{**BAND, "colour": "red"}]}, [".bands[0].colour"]),
        ({"bands": [BAND, BAND]}, [".bands"]),
        ({"fixed_prices": [{"minutes": 240}]}, [".fixed_prices[0].amount_minor"]),
        (
            {"fixed_prices": [{"minutes": 240, "amount_minor": None}]},
            [".fixed_prices[0].amount_minor"],
        ),
        ({"day_cap_minor": "200", "minimum_minor": None}, [".day_cap_minor", ".minimum_minor"]),
        ({"day_cap_minor": 2**64}, [".day_cap_minor"]),
        ({"tier_discounts": []}, [".tier_discounts"]),
        ({"tier_discounts": {"flex": "10"}}, [".tier_discounts.flex"]),
        ({"tier_discounts": {"flex": 101}}, [".tier_discounts.flex"]),
        ({"tier_discounts": {7: 10}}, [".tier_discounts"]),
        ({"tax": []}, [".tax"]),
        ({"tax": {"name": "VAT", "basis_points": 2000}}, [".tax.inclusive"]),
        ({"tax": {"name": "VAT", "basis_points": 20, "inclusive": 1}}, [".tax.inclusive"]),
        ({"custom": [{}]}, [".custom[0].name"]),
        ({"custom": [{"name": "Early"}]}, [".custom[0].name"]),
        ({"custom": [{"name": "early", "options": []}]}, [".custom[0].options"]),
        ({"custom": [{"name": "early", "options": {"n": 2**64}}]}, [".custom[0].options"]),
    ],
)
def test_rules_that_cannot_be_read_are_refused(value: Any, fields: list[str]) -> None:
    """By the dotted path of everything that is wrong."""
    with pytest.raises(ValidationFailed) as refusal:
        PriceRules.from_json(value)
    assert [error.field for error in refusal.value.errors] == [f"price_rules{f}" for f in fields]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, ""),
        ([], ""),
        ("10", ""),
        ({}, ".hourly_minor"),
        ({"percent": 10}, ".percent"),
        ({"discount_percent": "10"}, ".discount_percent"),
        ({"discount_percent": 12.5}, ".discount_percent"),
        ({"discount_percent": 101}, ".discount_percent"),
        ({"room_id": 7, "discount_percent": 10}, ".room_id"),
        ({"hourly_minor": 100, "currency": 826}, ".currency"),
        ({"hourly_minor": 100}, ".currency"),
        ({"hourly_minor": 2**64, "currency": "GBP"}, ".hourly_minor"),
    ],
)
def test_overrides_that_cannot_be_read_are_refused(value: Any, field: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        PricingOverride.from_json(value)
    assert [error.field for error in refusal.value.errors] == [f"pricing_overrides{field}"]


def test_a_rate_is_for_rooms_of_its_currency() -> None:
    """``PricingOverride.currency``: rooms priced in another currency are not concerned."""
    own = PricingOverride(room_id="rm_1", hourly_minor=1000, currency="EUR")
    company = samples.company(pricing_overrides=(own, rate(2000)))
    assert company.override_for("rm_1", "EUR") == own
    assert company.override_for("rm_1", "GBP") == rate(2000)
    assert company.override_for("rm_1", "USD") is None


def test_the_override_for_the_room_goes_before_the_general_one() -> None:
    """``PricingOverride``: an override for the room itself goes before it."""
    own = PricingOverride(room_id="rm_1", hourly_minor=0, currency="GBP")
    general = PricingOverride(discount_percent=10)
    for agreed in ((own, general), (general, own)):
        company = samples.company(pricing_overrides=agreed)
        assert company.override_for("rm_1", "GBP") == own
        assert company.override_for("rm_2", "GBP") == general
    assert samples.company(pricing_overrides=(own,)).override_for("rm_2", "GBP") is None
    assert samples.company().override_for("rm_1", "GBP") is None


@pytest.mark.parametrize("room_id", [None, "rm_1"])
def test_a_rate_in_the_rooms_currency_goes_before_a_percentage(room_id: str | None) -> None:
    """A rate for each currency, and less per cent wherever there is none."""
    pounds = PricingOverride(room_id=room_id, hourly_minor=3000, currency="GBP")
    euros = PricingOverride(room_id=room_id, hourly_minor=3500, currency="EUR")
    less = PricingOverride(room_id=room_id, discount_percent=10)
    for agreed in permutations((pounds, euros, less)):
        company = samples.company(pricing_overrides=agreed)
        found = [company.override_for("rm_1", currency) for currency in ("GBP", "EUR", "USD")]
        assert found == [pounds, euros, less]


@pytest.mark.parametrize("room_id", [None, "rm_1"])
@pytest.mark.parametrize(
    "agreed", [{"hourly_minor": 1, "currency": "GBP"}, {"discount_percent": 1}]
)
def test_a_company_agrees_once_on_a_room_and_currency(
    room_id: str | None, agreed: dict[str, Any]
) -> None:
    once = PricingOverride(room_id=room_id, **agreed)
    with pytest.raises(ValidationFailed) as refusal:
        samples.company(pricing_overrides=(once, once))
    assert [error.field for error in refusal.value.errors] == ["pricing_overrides"]
