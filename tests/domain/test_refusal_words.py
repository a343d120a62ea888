"""What callers read when a value makes no sense: the field that is wrong, and what it must be.

Words are part of what is shown, so they are kept here in one place, as they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep
from litehq_core.domain.editing import EditBooking
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.money import MAX_AMOUNT
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.price import Payer
from litehq_core.domain.price_rules import FixedPrice, PriceBand, PriceRules, PricingOverride, Tax
from litehq_core.domain.pricing import choose_billing_mode
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.slot_grid import SlotGrid
from litehq_core.domain.wall_clock import parse_instant, zone_named
from tests.domain import samples

ZONE = zone_named("Europe/London")
SPAN = "a span must begin within its day and last a day at most"


def _policy(*steps: tuple[int, int]) -> CancellationPolicy:
    return CancellationPolicy(
        name="p",
        steps=tuple(CancellationStep(minutes_before=m, refund_percent=p) for m, p in steps),
    )


def _band(**fields: Any) -> PriceBand:
    plain: dict[str, Any] = {
        "name": "b",
        "weekdays": frozenset({0}),
        "opens": 60,
        "closes": 120,
        "hourly_minor": 1,
    }
    return PriceBand(**{**plain, **fields})


def _mode(requested: BillingMode | None, *allowed: BillingMode, **payer: Any) -> BillingMode:
    card = samples.rate_card(billing_modes=frozenset(allowed))
    who = Payer(**{"is_guest": False, **payer})
    return choose_billing_mode(card, samples.slot("2026-06-01 14:00"), who, requested, zone=ZONE)


def _edit(**fields: Any) -> object:
    return EditBooking(booking_id="bk_1", **fields).slot_of(samples.booking())


ALL_DAY = ((0, 1440),)
CASES: list[tuple[Callable[[], object], str, str]] = [
    (lambda: zone_named("Europe/Atlantis"), "timezone", "is not an IANA time zone"),
    (
        lambda: parse_instant("x", "from"),
        "from",
        "must be an ISO 8601 date and time such as 2026-05-22T14:00:00Z",
    ),
    (
        lambda: parse_instant("x", "to", offset_needed=True),
        "to",
        "must be an ISO 8601 date and time with an offset",
    ),
    (
        lambda: SlotGrid(slot_minutes=7),
        "slot_minutes",
        "must be a multiple of five minutes that divides a day",
    ),
    (
        lambda: OpeningHours(weekly=(ALL_DAY,) * 6),
        "opening_hours.weekly",
        "must list seven days",
    ),
    (lambda: OpeningHours.every_day(60, 60), "opening_hours", SPAN),
    (lambda: OpeningHours.every_day(1440, 1500), "opening_hours", SPAN),
    (
        lambda: OpeningHours.every_day(61, 120),
        "opening_hours",
        "spans must be multiples of five minutes",
    ),
    (
        lambda: OpeningHours.from_json({}),
        "opening_hours",
        'must read {"weekly": [[["07:00", "22:00"]], …], "exceptions": {}}',
    ),
    (
        lambda: _policy((60, 50), (120, 40)),
        "steps",
        "must come farthest from the start first",
    ),
    (lambda: _policy((-5, 50)), "minutes_before", "must lie within 0–527040"),
    (lambda: _policy((60, 0)), "refund_percent", "must lie within 1–100 %"),
    (lambda: _policy((60, 101)), "refund_percent", "must lie within 1–100 %"),
    (
        lambda: _policy((120, 50), (60, 51)),
        "steps",
        "must give less and less",
    ),
    (lambda: _band(name=" "), "name", "must not be empty"),
    (
        lambda: _band(weekdays=frozenset()),
        "weekdays",
        "must be days from 0 (Monday) to 6",
    ),
    (lambda: _band(closes=60), "closes", "must begin within a day and last a day at most"),
    (lambda: _band(closes=60 + 1445), "closes", "must begin within a day and last a day at most"),
    (lambda: _band(opens=61), "opens", "must be a multiple of five minutes, and so must closes"),
    (lambda: _band(closes=119), "opens", "must be a multiple of five minutes, and so must closes"),
    (lambda: _band(hourly_minor=-1), "hourly_minor", f"must lie within 0–{MAX_AMOUNT}"),
    (lambda: _band(tokens_per_hour=-1), "tokens_per_hour", f"must lie within 0–{MAX_AMOUNT}"),
    (
        lambda: FixedPrice(minutes=0, amount_minor=1),
        "minutes",
        "must last 1–44640 minutes",
    ),
    (
        lambda: Tax(name="VAT", basis_points=-1, inclusive=True),
        "basis_points",
        "must lie within 0–10000",
    ),
    (lambda: PriceRules(bands=(_band(), _band(name="c"))), "bands", "must not overlap"),
    (
        lambda: PriceRules(bands=(_band(), _band(opens=120, closes=180))),
        "bands",
        "must differ in their names",
    ),
    (
        lambda: PriceRules(fixed_prices=(FixedPrice(minutes=60, amount_minor=1),) * 2),
        "fixed_prices",
        "must differ in their lengths",
    ),
    (lambda: PriceRules(minimum_minor=-1), "minimum_minor", f"must lie within 0–{MAX_AMOUNT}"),
    (lambda: PriceRules(day_cap_minor=-1), "day_cap_minor", f"must lie within 0–{MAX_AMOUNT}"),
    (
        lambda: PriceRules(minimum_minor=2, day_cap_minor=1),
        "minimum_minor",
        "must not exceed day_cap_minor",
    ),
    (
        lambda: PriceRules(tier_discounts={"flex": 101}),
        "tier_discounts.flex",
        "must lie within 0–100 %",
    ),
    (
        lambda: PriceRules.from_json([]),
        "price_rules",
        "must be an object",
    ),
    (
        PricingOverride,
        "hourly_minor",
        "or discount_percent must be given, and not both",
    ),
    (
        lambda: PricingOverride(hourly_minor=1),
        "currency",
        "belongs to hourly_minor, which needs it",
    ),
    (
        lambda: PricingOverride(hourly_minor=1, currency="gbp"),
        "currency",
        "must be a code such as GBP",
    ),
    (
        lambda: PricingOverride(hourly_minor=-1, currency="GBP"),
        "hourly_minor",
        f"must lie within 0–{MAX_AMOUNT}",
    ),
    (
        lambda: PricingOverride(discount_percent=101),
        "discount_percent",
        "must lie within 0–100 %",
    ),
    (
        lambda: PricingOverride.from_json([]),
        "pricing_overrides",
        "must be an object",
    ),
    (lambda: samples.rate_card(hourly_minor=-1), "hourly_minor", f"must lie within 0–{MAX_AMOUNT}"),
    (
        lambda: samples.rate_card(tokens_per_hour=-1),
        "tokens_per_hour",
        f"must lie within 0–{MAX_AMOUNT}",
    ),
    (
        lambda: samples.rate_card(tokens_per_hour=None),
        "tokens_per_hour",
        "is needed to be paid in tokens",
    ),
    (
        lambda: _mode(BillingMode.CARD, BillingMode.TOKENS),
        "billing_mode",
        "is not allowed by the room's rate card",
    ),
    (
        lambda: _mode(BillingMode.TOKENS, *BillingMode, is_guest=True),
        "billing_mode",
        "a guest has no tokens",
    ),
    (
        lambda: _mode(BillingMode.INVOICE, *BillingMode),
        "billing_mode",
        "the payer has no invoice terms",
    ),
    (
        lambda: _mode(None, BillingMode.INVOICE),
        "billing_mode",
        "the rate card allows none that this payer has",
    ),
    (
        lambda: _edit(duration_minutes=5, end_at=samples.utc("2026-06-01 15:00")),
        "duration_minutes",
        "contradicts end_at",
    ),
    (
        lambda: _edit(end_at=samples.booking().start_at - timedelta(hours=1)),
        "end_at",
        "must be after the start",
    ),
]


@pytest.mark.parametrize(("make", "field", "reason"), CASES, ids=[case[1] for case in CASES])
def test_a_refusal_names_the_field_and_what_it_must_be(
    make: Callable[[], object], field: str, reason: str
) -> None:
    """contract.md: ``validation_failed`` carries ``details[]{field, reason}``."""
    with pytest.raises(ValidationFailed) as refusal:
        make()
    assert refusal.value.errors == (FieldError(field, reason),)
