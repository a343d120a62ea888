"""A whole price as the payer reads it: every line with its rule and its words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from litehq_core.domain.price import Payer, Price
from litehq_core.domain.price_rules import (
    FixedPrice,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
)
from litehq_core.domain.pricing import price_slot
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples
from tests.domain.samples import slot

LONDON = ZoneInfo("Europe/London")
RULES = PriceRules(
    bands=(
        PriceBand(
            name="evening",
            weekdays=frozenset(range(7)),
            opens=1080,
            closes=1320,
            hourly_minor=6000,
            tokens_per_hour=3,
        ),
    ),
    fixed_prices=(FixedPrice(minutes=30, amount_minor=1000),),
    day_cap_minor=15_000,
    minimum_minor=9000,
    tier_discounts={"resident": 25},
    tax=Tax(name="VAT", basis_points=2000, inclusive=False),
)
PAYER = Payer(
    is_guest=False,
    tier="resident",
    company=samples.company(pricing_overrides=(PricingOverride(discount_percent=20),)),
)
# 15:00–20:00 on the wall: three hours at the base price, two in the evening.
WHEN = slot("2026-06-01 14:00", 300)


def _price(mode: BillingMode) -> Price:
    card = samples.rate_card(rules=RULES)
    return price_slot(card, WHEN, mode, zone=LONDON, payer=PAYER)


def test_a_price_with_every_rule() -> None:
    """``price_slot``: base and bands up to the cap; discounts; the minimum; tax."""
    price = _price(BillingMode.CARD)
    assert [
        (line.rule, line.description, line.minutes, line.amount_minor) for line in price.lines
    ] == [
        ("base_per_hour", "180 min at GBP 40.00 an hour", 180, 12_000),
        ("band:evening", "120 min at GBP 60.00 an hour", 120, 12_000),
        ("day_cap", "at most GBP 150.00 a day", 0, -9000),
        ("tier_discount", "25 % less", 0, -3750),
        ("company_discount", "20 % less", 0, -3000),
        ("minimum_charge", "at least GBP 90.00", 0, 750),
        ("tax", "VAT 20 %", 0, 1800),
    ]
    assert price.amount_minor == 10_800
    assert all(line.tokens is None for line in price.lines)


def test_an_invoice_costs_what_a_card_does() -> None:
    assert _price(BillingMode.INVOICE) == _price(BillingMode.CARD)


def test_tokens_know_bands_alone() -> None:
    """Discounts, caps and taxes are of money: a token price is hours by rate, rounded up."""
    price = _price(BillingMode.TOKENS)
    assert (price.amount_minor, price.tokens) == (0, 12)
    assert [(line.rule, line.minutes, line.tokens) for line in price.lines] == [
        ("tokens_per_hour", 180, 6),
        ("band:evening", 120, 6),
    ]
