"""What holds for every rate card, slot and payer."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.interval import Interval
from litehq_core.domain.price import Payer, Price
from litehq_core.domain.price_rules import PriceBand, PriceRules
from litehq_core.domain.pricing import price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard
from tests.domain import samples
from tests.domain.strategies import (
    band_sets,
    payers,
    price_rules,
    rates,
    week_minutes,
    zoned_slots,
)

CARD, TOKENS = BillingMode.CARD, BillingMode.TOKENS
GUEST = Payer(is_guest=True)
MINUTE, CELL = timedelta(minutes=1), timedelta(minutes=5)
Where = tuple[ZoneInfo, Interval]
modes = st.sampled_from(BillingMode)
# A twelfth of such a rate, which is five minutes of it, is whole.
whole_rates = st.integers(0, 10**5).map(lambda n: 12 * n)


def pay(card: RateCard, where: Where, payer: Payer = GUEST, mode: BillingMode = CARD) -> Price:
    zone, when = where
    return price_slot(card, when, mode, zone=zone, payer=payer)


def priced(rules: PriceRules, hourly: int, tokens: int = 2) -> RateCard:
    return samples.rate_card(hourly_minor=hourly, tokens_per_hour=tokens, rules=rules)


def minute_by_minute(bands: tuple[PriceBand, ...], where: Where) -> Counter[PriceBand | None]:
    """How often the clock on the wall lies in each band, and in none, read every minute.

    The clock is read as one that never goes back: while an hour passes for the second time it
    shows the end of the first, for a wall time that exists twice means the first.
    """
    zone, when = where
    by_minute = {minute: band for band in bands for minute in week_minutes(band)}
    found: Counter[PriceBand | None] = Counter()
    instant = when.start - timedelta(hours=4)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    while instant < when.end:
        shown = max(shown, instant.astimezone(zone).replace(tzinfo=None))
        if instant >= when.start:
            minute = shown.weekday() * 1440 + shown.hour * 60 + shown.minute
            found[by_minute.get(minute)] += 1
        instant += MINUTE
    return found


def local_days(where: Where) -> list[Interval]:
    """The parts of the slot that lie in one day on the wall, found cell by cell."""
    zone, when = where
    by_day: dict[date, list[datetime]] = {}
    for n in range((when.end - when.start) // CELL):
        instant = when.start + n * CELL
        by_day.setdefault(instant.astimezone(zone).date(), []).append(instant)
    return [Interval(cells[0], cells[-1] + CELL) for cells in by_day.values()]


@given(band_sets(), rates, st.integers(0, 9), zoned_slots())
def test_base_and_bands_agree_with_a_clock_read_every_minute(
    bands: tuple[PriceBand, ...], hourly: int, tokens: int, where: Where
) -> None:
    """By elapsed time, at the rate that the wall clock asks for; tokens are rounded up once."""
    card = priced(PriceRules(bands=bands), hourly, tokens)
    amounts, sixtieths = {}, 0
    for band, minutes in minute_by_minute(bands, where).items():
        rate = hourly if band is None else band.hourly_minor
        rule = "base_per_hour" if band is None else f"band:{band.name}"
        amounts[rule] = (minutes, (2 * rate * minutes + 60) // 120)
        own = None if band is None else band.tokens_per_hour
        sixtieths += (tokens if own is None else own) * minutes
    price = pay(card, where)
    assert {line.rule: (line.minutes, line.amount_minor) for line in price.lines} == amounts
    assert price.amount_minor == sum(amount for _, amount in amounts.values())
    whole, rest = divmod(sixtieths, 60)
    assert pay(card, where, mode=TOKENS).tokens == whole + (rest > 0)


@given(price_rules, rates, zoned_slots(), payers(), modes)
def test_a_price_is_the_sum_of_its_lines_and_never_negative(
    rules: PriceRules, hourly: int, where: Where, payer: Payer, mode: BillingMode
) -> None:
    price = pay(priced(rules, hourly), where, payer, mode)
    assert price.amount_minor == sum(line.amount_minor for line in price.lines) >= 0
    assert sum(line.minutes for line in price.lines) == where[1].minutes
    assert all(line.rule and line.description and line.minutes >= 0 for line in price.lines)
    in_tokens = [line.tokens for line in price.lines if line.tokens is not None]
    assert price.tokens == (sum(in_tokens) if mode is TOKENS else None)
    assert Price.from_json(json.loads(json.dumps(price.as_json())), price.tokens) == price


@given(price_rules, rates, zoned_slots(), payers(), st.data())
def test_the_order_in_which_rules_are_written_means_nothing(
    rules: PriceRules, hourly: int, where: Where, payer: Payer, data: st.DataObject
) -> None:
    """``PriceRules.bands``: must not overlap, so that their order means nothing."""

    def shuffled(values: Any) -> Any:
        return data.draw(st.permutations(list(values)))

    other = replace(
        rules,
        bands=tuple(shuffled(rules.bands)),
        fixed_prices=tuple(shuffled(rules.fixed_prices)),
        tier_discounts=dict(shuffled(rules.tier_discounts.items())),
    )
    for mode in (CARD, TOKENS):
        one, two = (pay(priced(r, hourly), where, payer, mode) for r in (rules, other))
        assert one == two


@given(price_rules, rates, zoned_slots(), payers(), modes)
def test_the_same_booking_costs_the_same_again(
    rules: PriceRules, hourly: int, where: Where, payer: Payer, mode: BillingMode
) -> None:
    """A booking that is priced again unchanged costs nothing more, also under stored rules."""
    stored = PriceRules.from_json(json.loads(json.dumps(rules.as_json())))
    first = pay(priced(rules, hourly), where, payer, mode)
    assert pay(priced(rules, hourly), where, payer, mode) == first
    assert pay(priced(stored, hourly), where, payer, mode) == first


@given(band_sets(whole_rates), whole_rates, zoned_slots(), st.data())
def test_adjacent_slots_add_up(
    bands: tuple[PriceBand, ...], hourly: int, where: Where, data: st.DataObject
) -> None:
    """With base and bands alone, at rates whose five minutes are whole: a cut costs nothing."""
    zone, when = where
    card = priced(PriceRules(bands=bands), hourly)
    middle = when.start + data.draw(st.integers(0, (when.end - when.start) // CELL)) * CELL
    ends = [(when.start, middle), (middle, when.end)]
    parts = [Interval(start, end) for start, end in ends if start < end]
    costs = [pay(card, (zone, part)).amount_minor for part in parts]
    assert sum(costs) == pay(card, where).amount_minor


@given(band_sets(whole_rates), whole_rates, rates, zoned_slots())
def test_under_a_cap_days_add_up(
    bands: tuple[PriceBand, ...], hourly: int, cap: int, where: Where
) -> None:
    """A cap is a promise about a local day: what is cut at midnight costs the same in all."""
    zone, _ = where
    card = priced(PriceRules(bands=bands, day_cap_minor=cap), hourly)
    days = [pay(card, (zone, day)).amount_minor for day in local_days(where)]
    assert sum(days) == pay(card, where).amount_minor


@given(band_sets(), rates, zoned_slots(), st.integers(0, 50), st.integers(0, 50))
def test_longer_is_never_cheaper(
    bands: tuple[PriceBand, ...], hourly: int, where: Where, before: int, after: int
) -> None:
    """With base and bands alone, wherever the longer slot begins and ends."""
    zone, when = where
    longer = when.widened(before=before * CELL, after=after * CELL)
    card = priced(PriceRules(bands=bands), hourly)
    assert pay(card, where).amount_minor <= pay(card, (zone, longer)).amount_minor
    short, long = (pay(card, (zone, slot), mode=TOKENS).tokens or 0 for slot in (when, longer))
    assert short <= long


@given(band_sets(), rates, rates, zoned_slots())
def test_a_day_never_costs_more_than_its_cap(
    bands: tuple[PriceBand, ...], hourly: int, cap: int, where: Where
) -> None:
    """``PriceRules.day_cap_minor``: the most that a local day may cost."""
    zone, _ = where
    plain = priced(PriceRules(bands=bands), hourly)
    days = [pay(plain, (zone, day)).amount_minor for day in local_days(where)]
    capped = pay(priced(PriceRules(bands=bands, day_cap_minor=cap), hourly), where)
    assert capped.amount_minor == sum(min(day, cap) for day in days)
    cuts = [line.amount_minor for line in capped.lines if line.rule == "day_cap"]
    assert cuts == [cap - day for day in days if day > cap]


@given(price_rules, rates, zoned_slots(), payers())
def test_a_discount_never_makes_it_dearer(
    rules: PriceRules, hourly: int, where: Where, payer: Payer
) -> None:
    plain = replace(rules, tier_discounts={})
    assert (
        pay(priced(rules, hourly), where, payer).amount_minor
        <= pay(priced(plain, hourly), where, payer).amount_minor
    )


@given(price_rules, rates, zoned_slots(), payers())
def test_before_tax_it_is_free_or_the_minimum_at_least(
    rules: PriceRules, hourly: int, where: Where, payer: Payer
) -> None:
    """``PriceRules.minimum_minor``: the least that a booking costs that is not free, before tax."""
    price = pay(priced(rules, hourly), where, payer)
    added = sum(line.amount_minor for line in price.lines if line.rule == "tax")
    before = price.amount_minor - added
    assert before == 0 or before >= rules.minimum_minor
    untaxed = pay(priced(replace(rules, tax=None), hourly), where, payer)
    assert before == untaxed.amount_minor
