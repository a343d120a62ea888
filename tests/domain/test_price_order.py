"""The rules of a price together: which one goes before which."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from litehq_core.domain.price import Payer
from litehq_core.domain.price_rules import (
    FixedPrice,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
)
from litehq_core.domain.pricing import price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard
from tests.domain import samples
from tests.domain.samples import slot

LONDON = ZoneInfo("Europe/London")
GUEST = Payer(is_guest=True)
RESIDENT = Payer(is_guest=False, tier="resident")
START = "2026-06-01 09:00"  # Monday 10:00 in London
DAYTIME = PriceBand(
    name="day", weekdays=frozenset(range(5)), opens=600, closes=1200, hourly_minor=6000
)
VAT = Tax(name="VAT", basis_points=2000, inclusive=False)
VAT_INSIDE = Tax(name="VAT", basis_points=2000, inclusive=True)

Lines = list[tuple[str, int]]


def of_company(*overrides: PricingOverride, tier: str | None = None) -> Payer:
    company = samples.company(pricing_overrides=overrides)
    return Payer(is_guest=False, tier=tier, company=company)


def card(**rules: Any) -> RateCard:
    """GBP 40.00 an hour, and the rules."""
    return samples.rate_card(rules=PriceRules(**rules))


def lines(of: RateCard, minutes: int = 60, payer: Payer = GUEST, start: str = START) -> Lines:
    """Rule and amount of every line; those that are given time share the slot's among them."""
    price = price_slot(of, slot(start, minutes), BillingMode.CARD, zone=LONDON, payer=payer)
    assert sum(line.minutes for line in price.lines) == minutes
    assert (price.currency, price.tokens) == ("GBP", None)
    return [(line.rule, line.amount_minor) for line in price.lines]


def fixed(minutes: int, amount_minor: int) -> tuple[FixedPrice, ...]:
    return (FixedPrice(minutes=minutes, amount_minor=amount_minor),)


# --- list price: the company's rate, else a fixed price, else base and bands up to the cap -----


def test_a_company_rate_goes_before_everything_else() -> None:
    """``price_slot``: the company's own rate, or a fixed price for the length, or base and bands.

    Neither bands nor the day's cap change a rate that was agreed on.
    """
    agreed = of_company(PricingOverride(hourly_minor=3000, currency="GBP"))
    full = card(bands=(DAYTIME,), fixed_prices=fixed(60, 100), day_cap_minor=200)
    assert lines(full, payer=agreed) == [("company_rate", 3000)]
    assert lines(full, 90, agreed) == [("company_rate", 4500)]
    assert lines(full, payer=of_company(PricingOverride(hourly_minor=0, currency="GBP"))) == [
        ("company_rate", 0)
    ]


def test_a_company_rate_is_for_its_room() -> None:
    elsewhere = PricingOverride(room_id="rm_2", hourly_minor=1000, currency="GBP")
    here = PricingOverride(room_id="rm_1", hourly_minor=2000, currency="GBP")
    general = PricingOverride(discount_percent=50)
    assert lines(card(), payer=of_company(elsewhere)) == [("base_per_hour", 4000)]
    assert lines(card(), payer=of_company(elsewhere, here, general)) == [("company_rate", 2000)]
    assert lines(card(), payer=of_company(elsewhere, general)) == [
        ("base_per_hour", 4000),
        ("company_discount", -2000),
    ]
    assert lines(card(), payer=of_company()) == [("base_per_hour", 4000)]


def test_a_fixed_price_goes_before_base_and_bands() -> None:
    """``FixedPrice``: what a booking of exactly ``minutes`` costs, dearer or cheaper."""
    half_day = card(
        bands=(DAYTIME,),
        fixed_prices=(*fixed(240, 12_000), *fixed(60, 9000)),
        day_cap_minor=13_000,
    )
    assert lines(half_day, 240) == [("fixed_price", 12_000)]
    assert lines(half_day, 60) == [("fixed_price", 9000)]
    assert lines(half_day, 235) == [("band:day", 23_500), ("day_cap", -10_500)]
    assert lines(half_day, 65) == [("band:day", 6500)]


def test_a_fixed_price_is_for_elapsed_time() -> None:
    """contract.md: durations come from instants, never from wall times."""
    over_the_gap = "2026-03-29 00:30"  # 00:30–02:30 on the wall in London
    assert lines(card(fixed_prices=fixed(60, 100)), 60, start=over_the_gap) == [
        ("fixed_price", 100)
    ]


@pytest.mark.parametrize(
    ("start", "minutes", "found"),
    [
        (START, 120, [("base_per_hour", 8000)]),
        (START, 150, [("base_per_hour", 10_000)]),
        (START, 155, [("base_per_hour", 10_333), ("day_cap", -333)]),
        # 12:00–24:00 on the wall is one day; 23:00–01:00 is two, though one in UTC.
        ("2026-06-01 11:00", 720, [("base_per_hour", 48_000), ("day_cap", -38_000)]),
        ("2026-06-01 22:00", 120, [("base_per_hour", 4000), ("base_per_hour", 4000)]),
        # Monday and Tuesday, whole.
        (
            "2026-05-31 23:00",
            2880,
            2 * [("base_per_hour", 96_000), ("day_cap", -86_000)],
        ),
        # The whole 29 March has 23 hours, the whole 25 October 25.
        ("2026-03-29 00:00", 23 * 60, [("base_per_hour", 92_000), ("day_cap", -82_000)]),
        ("2026-10-24 23:00", 25 * 60, [("base_per_hour", 100_000), ("day_cap", -90_000)]),
    ],
)
def test_base_and_bands_reach_the_day_cap(start: str, minutes: int, found: Lines) -> None:
    """``PriceRules.day_cap_minor``: the most that a local day may cost."""
    assert lines(card(day_cap_minor=10_000), minutes, start=start) == found


def test_each_local_day_has_its_own_cap() -> None:
    """``PriceRules.day_cap_minor``: what one day leaves of its cap is not spent on another."""
    # 18:00–01:00 on the wall: six hours of Monday reach the cap, one of Tuesday does not.
    assert lines(card(day_cap_minor=10_000), 420, start="2026-06-01 17:00") == [
        ("base_per_hour", 24_000),
        ("day_cap", -14_000),
        ("base_per_hour", 4000),
    ]
    # 23:00–01:00 on the wall, at most GBP 10.00 on each of its days.
    hour = [("base_per_hour", 4000), ("day_cap", -3000)]
    assert lines(card(day_cap_minor=1000), 120, start="2026-06-01 22:00") == 2 * hour


def test_the_cap_is_over_base_and_bands_together_and_may_be_nothing() -> None:
    both = card(bands=(DAYTIME,), day_cap_minor=7000)
    # 09:00–11:00 on the wall.
    assert lines(both, 120, start="2026-06-01 08:00") == [
        ("base_per_hour", 4000),
        ("band:day", 6000),
        ("day_cap", -3000),
    ]
    assert lines(card(day_cap_minor=0)) == [("base_per_hour", 4000), ("day_cap", -4000)]


# --- discounts --------------------------------------------------------------------------------


def test_a_discount_is_for_its_tier() -> None:
    tiers = card(tier_discounts={"resident": 10, "flex": 0, "": 50})
    assert lines(tiers, payer=RESIDENT) == [("base_per_hour", 4000), ("tier_discount", -400)]
    for payer in (GUEST, Payer(is_guest=False, tier="flex"), Payer(is_guest=False, tier="team")):
        assert lines(tiers, payer=payer) == [("base_per_hour", 4000)]


@pytest.mark.parametrize(
    ("tier", "company", "found"),
    [
        (10, 20, [("tier_discount", -400), ("company_discount", -800)]),  # not 20 % of what is left
        (0, 20, [("company_discount", -800)]),
        (10, 0, [("tier_discount", -400)]),
        (60, 60, [("tier_discount", -2400), ("company_discount", -1600)]),
        (100, 30, [("tier_discount", -4000)]),
        (30, 100, [("tier_discount", -1200), ("company_discount", -2800)]),
    ],
)
def test_discounts_add_up_to_the_list_price_at_most(tier: int, company: int, found: Lines) -> None:
    """``_discount_lines``: percentages of the list price. They add up; 100 % at most."""
    payer = of_company(PricingOverride(discount_percent=company), tier="resident")
    priced = lines(card(tier_discounts={"resident": tier}), payer=payer)
    assert priced == [("base_per_hour", 4000), *found]


@pytest.mark.parametrize(
    ("tier", "company", "texts"),
    [
        (60, 40, ["60 % less", "40 % less"]),
        (60, 60, ["60 % less", "40 % less: of 60 %, so that all make 100 %"]),
        (100, 30, ["100 % less"]),
    ],
)
def test_a_discount_says_how_much_it_is(tier: int, company: int, texts: list[str]) -> None:
    """The text tells the truth when the list price is given away before all is given."""
    payer = of_company(PricingOverride(discount_percent=company), tier="resident")
    tiers = card(tier_discounts={"resident": tier})
    price = price_slot(tiers, slot(START), BillingMode.CARD, zone=LONDON, payer=payer)
    assert [line.description for line in price.lines[1:]] == texts
    assert price.amount_minor == 0


def test_discounts_are_rounded_each_and_never_below_nothing() -> None:
    """Halves go away from zero: half of one is one, and the second half finds nothing left."""
    payer = of_company(PricingOverride(discount_percent=50), tier="resident")
    penny = card(fixed_prices=fixed(60, 1), tier_discounts={"resident": 50})
    assert lines(penny, payer=payer) == [("fixed_price", 1), ("tier_discount", -1)]


def test_the_cap_goes_before_the_discounts() -> None:
    """``PriceRules.day_cap_minor``: the most that a local day may cost, before discounts."""
    capped = card(day_cap_minor=10_000, tier_discounts={"resident": 10})
    assert lines(capped, 480, RESIDENT) == [
        ("base_per_hour", 32_000),
        ("day_cap", -22_000),
        ("tier_discount", -1000),
    ]


def test_every_list_price_is_discounted() -> None:
    """``price_slot``: less the discounts, whichever list price there was."""
    tiers = {"resident": 10}
    by_length = card(fixed_prices=fixed(60, 3000), tier_discounts=tiers)
    assert lines(by_length, payer=RESIDENT) == [("fixed_price", 3000), ("tier_discount", -300)]
    agreed = of_company(PricingOverride(hourly_minor=2000, currency="GBP"), tier="resident")
    assert lines(by_length, payer=agreed) == [("company_rate", 2000), ("tier_discount", -200)]


# --- minimum and tax --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        (15, [("base_per_hour", 1000), ("minimum_charge", 500)]),
        (20, [("base_per_hour", 1333), ("minimum_charge", 167)]),
        (25, [("base_per_hour", 1667)]),
    ],
)
def test_a_booking_costs_the_minimum_at_least(minutes: int, found: Lines) -> None:
    """``PriceRules.minimum_minor``: the least that a booking costs that is not free."""
    assert lines(card(minimum_minor=1500), minutes) == found


def test_the_minimum_comes_after_the_discounts() -> None:
    tiers = card(minimum_minor=3000, tier_discounts={"resident": 50})
    assert lines(tiers, payer=RESIDENT) == [
        ("base_per_hour", 4000),
        ("tier_discount", -2000),
        ("minimum_charge", 1000),
    ]
    exactly = card(minimum_minor=2000, tier_discounts={"resident": 50})
    assert lines(exactly, payer=RESIDENT) == [("base_per_hour", 4000), ("tier_discount", -2000)]
    agreed = of_company(PricingOverride(hourly_minor=100, currency="GBP"))
    assert lines(exactly, payer=agreed) == [("company_rate", 100), ("minimum_charge", 1900)]


def test_what_is_free_stays_free() -> None:
    """``price_slot``: at least the minimum, unless it is free."""
    free = card(minimum_minor=1500, tier_discounts={"resident": 100}, fixed_prices=fixed(30, 0))
    assert lines(free, 60, RESIDENT) == [("base_per_hour", 4000), ("tier_discount", -4000)]
    assert lines(free, 30) == [("fixed_price", 0)]
    assert lines(free, 45, of_company(PricingOverride(hourly_minor=0, currency="GBP"))) == [
        ("company_rate", 0)
    ]


def test_what_is_free_to_everybody_is_free_to_a_company_with_a_rate() -> None:
    """``_override``: what is free to everybody stays free to it."""
    agreed = of_company(PricingOverride(hourly_minor=3000, currency="GBP"))
    free = samples.rate_card(hourly_minor=0)
    assert lines(free, payer=agreed) == [("base_per_hour", 0)]
    # With a band or a fixed price that costs something there is a price to replace.
    for rules in (PriceRules(bands=(DAYTIME,)), PriceRules(fixed_prices=fixed(30, 1))):
        some = samples.rate_card(hourly_minor=0, rules=rules)
        assert lines(some, payer=agreed) == [("company_rate", 3000)]


def test_a_rate_in_another_currency_does_not_apply() -> None:
    """``PricingOverride.currency``: rooms priced in another currency are not concerned."""
    euros = PricingOverride(hourly_minor=3000, currency="EUR")
    assert lines(card(), payer=of_company(euros)) == [("base_per_hour", 4000)]


def test_tax_on_top_comes_last() -> None:
    """``price_slot``: … at least the minimum …; tax."""
    taxed = card(minimum_minor=3000, tier_discounts={"resident": 50}, tax=VAT)
    assert lines(taxed, payer=RESIDENT) == [
        ("base_per_hour", 4000),
        ("tier_discount", -2000),
        ("minimum_charge", 1000),
        ("tax", 600),
    ]


@pytest.mark.parametrize(
    ("tax", "amount", "rule", "added", "text"),
    [
        (VAT, 6000, "tax", 1200, "VAT 20 %"),
        (VAT, 2, "tax", 0, "VAT 20 %"),
        (VAT, 3, "tax", 1, "VAT 20 %"),
        (Tax(name="GST", basis_points=1750, inclusive=False), 20, "tax", 4, "GST 17.5 %"),
        (Tax(name="GST", basis_points=0, inclusive=False), 20, "tax", 0, "GST 0 %"),
        (Tax(name="GST", basis_points=5, inclusive=False), 1000, "tax", 1, "GST 0.05 %"),
        (Tax(name="GST", basis_points=1000, inclusive=False), 20, "tax", 2, "GST 10 %"),
        (VAT_INSIDE, 6000, "tax_included", 0, "VAT 20 %: GBP 10.00 included"),
        (VAT_INSIDE, 3, "tax_included", 0, "VAT 20 %: GBP 0.01 included"),
        (VAT_INSIDE, 0, "tax_included", 0, "VAT 20 %: GBP 0.00 included"),
    ],
)
def test_tax_is_added_or_told(tax: Tax, amount: int, rule: str, added: int, text: str) -> None:
    """``Tax``: basis points of the price, in it already or added on top."""
    taxed = card(fixed_prices=fixed(60, amount), tax=tax)
    price = price_slot(taxed, slot(START), BillingMode.CARD, zone=LONDON, payer=GUEST)
    last = price.lines[-1]
    assert (last.rule, last.amount_minor, last.minutes) == (rule, added, 0)
    assert last.description == text
    assert price.amount_minor == amount + added
