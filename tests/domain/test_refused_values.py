"""Values that make no sense are refused by every public constructor, each naming its field.

Wrong types are for mypy; what types cannot say is said here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from litehq_core import (
    BillingMode,
    BookingRules,
    CancellationPolicy,
    CancellationStep,
    CustomRule,
    FixedPrice,
    Interval,
    Money,
    Once,
    OpeningHours,
    PriceBand,
    PriceRules,
    PricingOverride,
    Tax,
    ValidationFailed,
)
from tests.domain import samples
from tests.domain.samples import utc

NOON = utc("2026-06-01 12:00")
LONDON = ZoneInfo("Europe/London")
HUGE = 2**64


def naive(text: str) -> datetime:
    """A time that nobody can place."""
    return datetime.fromisoformat(text)


def band(**fields: object) -> PriceBand:
    """Mondays, nine to five."""
    plain = {"name": "day", "weekdays": frozenset({0}), "opens": 540, "closes": 1020}
    return PriceBand(**{**plain, "hourly_minor": 5000, **fields})  # type: ignore[arg-type]


def step(minutes: int, percent: int) -> CancellationStep:
    """A step of a policy."""
    return CancellationStep(minutes_before=minutes, refund_percent=percent)


def policy(*steps: CancellationStep, name: str = "p") -> CancellationPolicy:
    """A policy."""
    return CancellationPolicy(name=name, steps=steps)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Interval(naive("2026-06-01 12:00"), NOON), "start"),
    (lambda: Interval(NOON, naive("2026-06-01 13:00")), "end"),
    (lambda: Interval(NOON, NOON), "end"),
    (lambda: Interval(NOON, NOON - timedelta(seconds=1)), "end"),
    (lambda: Money(currency="gbp", amount_minor=1), "currency"),
    (lambda: Money(currency="POUND", amount_minor=1), "currency"),
    (lambda: samples.location(timezone="Europe/Soho"), "timezone"),
    (lambda: samples.location(timezone="../secrets"), "timezone"),
    (lambda: samples.location(currency=""), "currency"),
    (lambda: samples.location(name=""), "name"),
    (lambda: samples.location(name="\0"), "name"),
    (lambda: samples.room(name="x" * 201), "name"),
    (lambda: samples.room(name="\ud800"), "name"),
    (lambda: samples.room(capacity=0), "capacity"),
    (lambda: samples.room(buffer_minutes=-5), "buffer_minutes"),
    (lambda: samples.room(buffer_minutes=7), "buffer_minutes"),
    (lambda: samples.room(buffer_minutes=HUGE * 5), "buffer_minutes"),
    (lambda: samples.room(slot_minutes=0), "slot_minutes"),
    (lambda: samples.room(slot_minutes=7), "slot_minutes"),
    (lambda: samples.room(slot_minutes=HUGE), "slot_minutes"),
    (lambda: BookingRules(min_minutes=0), "rules.min_minutes"),
    (lambda: BookingRules(max_minutes=HUGE * 5), "rules.max_minutes"),
    (lambda: BookingRules(lead_minutes=-1), "rules.lead_minutes"),
    (lambda: BookingRules(lead_minutes=HUGE), "rules.lead_minutes"),
    (lambda: BookingRules(horizon_days=HUGE), "rules.horizon_days"),
    (lambda: BookingRules(edit_window_minutes=-1), "rules.edit_window_minutes"),
    (lambda: BookingRules(min_minutes=60, max_minutes=30), "rules.min_minutes"),
    (lambda: OpeningHours(weekly=()), "opening_hours.weekly"),
    (lambda: OpeningHours.every_day(600, 600), "opening_hours"),
    (lambda: OpeningHours.every_day(600, 541), "opening_hours"),
    (lambda: OpeningHours.every_day(601, 700), "opening_hours"),
    (lambda: OpeningHours.every_day(-5, 700), "opening_hours"),
    (lambda: OpeningHours.every_day(0, HUGE), "opening_hours"),
    (lambda: samples.blackout(reason="\0"), "reason"),
    (lambda: samples.rate_card(hourly_minor=-1), "hourly_minor"),
    (lambda: samples.rate_card(hourly_minor=HUGE), "hourly_minor"),
    (lambda: samples.rate_card(tokens_per_hour=-1), "tokens_per_hour"),
    (lambda: samples.rate_card(tokens_per_hour=HUGE), "tokens_per_hour"),
    (lambda: samples.rate_card(tokens_per_hour=None), "tokens_per_hour"),
    (lambda: samples.rate_card(currency="£"), "currency"),
    (lambda: band(name=" "), "name"),
    (lambda: band(weekdays=frozenset({7})), "weekdays"),
    (lambda: band(closes=540), "closes"),
    (lambda: band(opens=541), "opens"),
    (lambda: band(hourly_minor=-1), "hourly_minor"),
    (lambda: band(hourly_minor=HUGE), "hourly_minor"),
    (lambda: FixedPrice(minutes=0, amount_minor=1), "minutes"),
    (lambda: FixedPrice(minutes=HUGE, amount_minor=1), "minutes"),
    (lambda: FixedPrice(minutes=60, amount_minor=-1), "amount_minor"),
    (lambda: FixedPrice(minutes=60, amount_minor=HUGE), "amount_minor"),
    (lambda: Tax(name="VAT", basis_points=10_001, inclusive=True), "basis_points"),
    (lambda: PriceRules(tier_discounts={"flex": 101}), "tier_discounts.flex"),
    (lambda: PriceRules(day_cap_minor=HUGE), "day_cap_minor"),
    (lambda: PriceRules(minimum_minor=-1), "minimum_minor"),
    (lambda: PriceRules(day_cap_minor=1, minimum_minor=2), "minimum_minor"),
    (PricingOverride, "hourly_minor"),
    (lambda: PricingOverride(hourly_minor=-1, currency="GBP"), "hourly_minor"),
    (lambda: PricingOverride(hourly_minor=1, currency="pounds"), "currency"),
    (lambda: PricingOverride(discount_percent=101), "discount_percent"),
    (lambda: samples.company(name=""), "name"),
    (
        lambda: samples.company(pricing_overrides=(PricingOverride(discount_percent=1),) * 2),
        "pricing_overrides",
    ),
    (lambda: samples.member(email="nobody"), "email"),
    (lambda: samples.member(name=""), "name"),
    (lambda: samples.member(tier=""), "tier"),
    (lambda: samples.workspace(name=""), "name"),
    (lambda: samples.workspace(hold_minutes=0), "hold_minutes"),
    (lambda: samples.workspace(hold_minutes=HUGE), "hold_minutes"),
    (lambda: step(-1, 100), "minutes_before"),
    (lambda: step(HUGE, 100), "minutes_before"),
    (lambda: step(60, 0), "refund_percent"),
    (lambda: step(60, 101), "refund_percent"),
    (lambda: policy(step(60, 100), step(120, 50)), "steps"),
    (lambda: policy(step(120, 50), step(60, 100)), "steps"),
    (lambda: policy(name=""), "name"),
    (lambda: CancellationPolicy.from_json({"name": "p"}), "cancellation.steps"),
    (
        lambda: CancellationPolicy.from_json({"name": "p", "steps": [{"minutes_before": 1}]}),
        "cancellation.steps[0].refund_percent",
    ),
    (lambda: CustomRule(name="Not A Name"), "name"),
    (lambda: CustomRule(name="x", options={"n": HUGE}), "options"),
    (lambda: Once(operation="x", key="", encode=repr), "idempotency_key"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(
    ("build", "field"), REFUSED, ids=[f"{n}-{field}" for n, (_, field) in enumerate(REFUSED)]
)
def test_values_that_make_no_sense_are_refused(build: Callable[[], object], field: str) -> None:
    """Never a bare ValueError, and never an overflow later on."""
    with pytest.raises(ValidationFailed) as refusal:
        build()
    assert [error.field for error in refusal.value.errors] == [field]
    assert all(error.reason for error in refusal.value.errors)


@pytest.mark.parametrize("zone", [LONDON, timezone(timedelta(hours=1)), UTC])
def test_an_interval_is_kept_in_utc(zone: ZoneInfo | timezone) -> None:
    """The difference of two times on one wall is not what passes between them."""
    # The clocks of London go forward within it.
    start, end = (utc(f"2026-03-29 {hour}").astimezone(zone) for hour in ("00:30", "02:30"))
    found = Interval(start, end)
    assert (found.start.tzinfo, found.end.tzinfo) == (UTC, UTC)
    assert found == Interval(utc("2026-03-29 00:30"), utc("2026-03-29 02:30"))
    assert found.minutes == 120


def test_the_sample_values_are_fine() -> None:
    """So that the table above refuses what it means to refuse."""
    samples.location(), samples.room(), samples.company(), samples.member(), samples.workspace()
    samples.rate_card(effective_from=date(2026, 1, 1), billing_modes=frozenset(BillingMode))
    band(), policy(step(60, 100), step(0, 1))
