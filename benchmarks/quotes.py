"""Quotes: the core's prices beside the same rules in ``Decimal``, minute by minute."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.interval import Interval
from litehq_core.domain.price import Payer
from litehq_core.domain.price_rules import PriceBand, PriceRules, Tax
from litehq_core.domain.pricing import price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard

FIRST = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
PAYER = Payer(is_guest=False, tier="resident")

# For each slot: the rule and the amount of every line.
Lines = list[list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """A rate card with a rule of every kind, and the slots to be priced."""

    card: RateCard
    slots: Sequence[Interval]


def wishes(*, count: int = 2_000, seed: int = 7) -> Wishes:
    """Slots of half an hour to ten hours, some of them past midnight, within a month."""
    chance = random.Random(seed)
    weekdays, weekend = frozenset(range(5)), frozenset({5, 6})
    rules = PriceRules(
        bands=(
            PriceBand(
                name="evening", weekdays=weekdays, opens=18 * 60, closes=23 * 60, hourly_minor=5555
            ),
            PriceBand(
                name="early", weekdays=weekdays, opens=6 * 60, closes=9 * 60, hourly_minor=2345
            ),
            PriceBand(
                name="weekend", weekdays=weekend, opens=9 * 60, closes=26 * 60, hourly_minor=4777
            ),
        ),
        day_cap_minor=25_000,
        minimum_minor=2_500,
        tier_discounts={"resident": 15},
        tax=Tax(name="VAT", basis_points=2_000, inclusive=False),
    )
    card = RateCard(
        id="rc_1",
        workspace_id="ws_1",
        room_id="rm_1",
        currency="GBP",
        effective_from=date(2026, 1, 1),
        hourly_minor=4_111,
        tokens_per_hour=None,
        billing_modes=frozenset({BillingMode.CARD}),
        cancellation=CancellationPolicy(name="none", steps=()),
        rules=rules,
        created_at=FIRST,
    )
    slots = []
    for _ in range(count):
        start = FIRST + chance.randrange(30 * 96) * timedelta(minutes=15)
        slots.append(Interval(start, start + chance.randint(2, 40) * timedelta(minutes=15)))
    return Wishes(card, slots)


def by_core(wishes: Wishes) -> Lines:
    """As quotes and bookings are priced."""
    found: Lines = []
    for slot in wishes.slots:
        price = price_slot(wishes.card, slot, BillingMode.CARD, zone=ZONE, payer=PAYER)
        found.append([(line.rule, line.amount_minor) for line in price.lines])
    return found


def by_decimal(wishes: Wishes) -> Lines:
    """The rules of ``docs/decisions/0008``, one after the other."""
    return [_priced(wishes.card, slot) for slot in wishes.slots]


def _priced(card: RateCard, slot: Interval) -> list[tuple[str, int]]:
    rules = card.rules
    lines: list[tuple[str, Decimal]] = []
    for minutes in _minutes_of_days(card, slot):
        total = Decimal(0)
        for rule, hourly in _rates(card):
            if rule in minutes:
                amount = _rounded(Decimal(hourly) * Decimal(minutes[rule]) / Decimal(60))
                lines.append((rule, amount))
                total += amount
        if rules.day_cap_minor is not None and total > rules.day_cap_minor:
            lines.append(("day_cap", Decimal(rules.day_cap_minor) - total))
    listed = sum((amount for _, amount in lines), Decimal(0))
    percent = rules.tier_discounts.get(PAYER.tier or "", 0)
    discount = _rounded(listed * Decimal(percent) / Decimal(100))
    if discount:
        lines.append(("tier_discount", -discount))
    subtotal = listed - discount
    if 0 < subtotal < rules.minimum_minor:
        lines.append(("minimum_charge", Decimal(rules.minimum_minor) - subtotal))
        subtotal = Decimal(rules.minimum_minor)
    if rules.tax:
        rate = Decimal(rules.tax.basis_points) / Decimal(10_000)
        lines.append(("tax", _rounded(subtotal * rate)))
    return [(rule, int(amount)) for rule, amount in lines]


def _rates(card: RateCard) -> list[tuple[str, int]]:
    bands = sorted(card.rules.bands, key=lambda band: band.opens)
    named = [(f"band:{band.name}", band.hourly_minor) for band in bands]
    return [("base_per_hour", card.hourly_minor), *named]


def _minutes_of_days(card: RateCard, slot: Interval) -> list[dict[str, int]]:
    """For each local day, the minutes under each rate."""
    days: dict[date, dict[str, int]] = {}
    at = slot.start
    while at < slot.end:
        wall = at.astimezone(ZONE)
        minutes = days.setdefault(wall.date(), {})
        rule = _rule_at(card, wall)
        minutes[rule] = minutes.get(rule, 0) + 1
        at += MINUTE
    return list(days.values())


def _rule_at(card: RateCard, wall: datetime) -> str:
    minute = wall.hour * 60 + wall.minute
    for band in card.rules.bands:
        if wall.weekday() in band.weekdays and band.opens <= minute < band.closes:
            return f"band:{band.name}"
        began = (wall.weekday() - 1) % 7
        if began in band.weekdays and minute + 24 * 60 < band.closes:
            return f"band:{band.name}"
    return "base_per_hour"


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)


CONTENDERS: dict[str, Callable[[Wishes], Lines]] = {
    "litehq_core": by_core,
    "Decimal": by_decimal,
}
