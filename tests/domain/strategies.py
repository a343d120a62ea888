"""What Hypothesis draws from: zones, days near their clock changes, intervals, price rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from litehq_core.domain.cancellation import CancellationPolicy, CancellationStep
from litehq_core.domain.custom_rule import CustomRule
from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours, Span
from litehq_core.domain.price import Payer
from litehq_core.domain.price_rules import FixedPrice, PriceBand, PriceRules, PricingOverride, Tax
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at
from tests.domain import samples

# Common ones; changes by half an hour, at midnight and before it, and twice around Ramadan;
# offsets of a quarter of an hour; beyond the date line.
ZONES = (
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Nuuk",
    "Pacific/Apia",
    "Asia/Kathmandu",
)
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
DAY = timedelta(days=1)


@cache
def days_of_change(zone_name: str) -> tuple[date, ...]:
    """The local days, 2024–2030, on which the zone's offset changes."""
    zone = ZoneInfo(zone_name)
    found = []
    instant = datetime(2024, 1, 1, tzinfo=UTC)
    while instant.year < 2031:
        if instant.astimezone(zone).utcoffset() != (instant + DAY).astimezone(zone).utcoffset():
            found.append(instant.astimezone(zone).date())
        instant += DAY
    return tuple(found)


@st.composite
def zoned_days(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """A zone and a day; half of the days lie around a change of the clocks."""
    name = draw(st.sampled_from(ZONES))
    days = st.dates(FIRST, LAST)
    if changes := days_of_change(name):
        around = st.sampled_from([day + n * DAY for day in changes for n in (-1, 0, 1)])
        days = around | days
    return ZoneInfo(name), draw(days)


@st.composite
def cells(draw: st.DrawFn, *, first: datetime, most: int = 48) -> Interval:
    """An interval of whole five-minute cells within ``most`` cells of ``first``."""
    start = draw(st.integers(0, most - 1))
    end = draw(st.integers(start + 1, most))
    step = timedelta(minutes=5)
    return Interval(first + start * step, first + end * step)


@st.composite
def zoned_slots(draw: st.DrawFn) -> tuple[ZoneInfo, Interval]:
    """A slot of up to two days within two days, often over a change of the clocks."""
    zone, day = draw(zoned_days())
    return zone, draw(cells(first=instant_at(zone, day, 0), most=576))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A span of whole cells, maybe past midnight."""
    opens = draw(st.integers(0, DAY_MINUTES // 5 - 1)) * 5
    return opens, opens + draw(st.integers(1, DAY_MINUTES // 5)) * 5


day_spans = st.lists(spans(), max_size=2).map(tuple)


@st.composite
def weeks(draw: st.DrawFn, day: date) -> OpeningHours:
    """Any week, with exceptions around ``day``."""
    weekly = draw(st.lists(day_spans, min_size=7, max_size=7))
    exceptions = draw(
        st.dictionaries(
            st.integers(-2, 2).map(lambda n: day + timedelta(days=n)), day_spans, max_size=2
        )
    )
    return OpeningHours(weekly=tuple(weekly), exceptions=exceptions)


rates = st.integers(0, 10**6)
percents = st.integers(0, 100)
TIERS = ("flex", "resident", "team")


def week_minutes(band: PriceBand) -> set[int]:
    """The minutes since Monday that a band covers, one by one."""
    length = band.closes - band.opens
    return {(d * 1440 + band.opens + n) % 10080 for d in band.weekdays for n in range(length)}


@st.composite
def any_bands(draw: st.DrawFn, name: str, per_hour: st.SearchStrategy[int] = rates) -> PriceBand:
    """A band, maybe past midnight; short ones as often as long ones."""
    opens = draw(st.integers(0, 287)) * 5
    return PriceBand(
        name=name,
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        opens=opens,
        closes=opens + draw(st.integers(1, 24) | st.integers(1, 288)) * 5,
        hourly_minor=draw(per_hour),
        tokens_per_hour=draw(st.none() | st.integers(0, 9)),
    )


@st.composite
def band_sets(draw: st.DrawFn, per_hour: st.SearchStrategy[int] = rates) -> tuple[PriceBand, ...]:
    """Up to five bands that do not overlap."""
    found: list[PriceBand] = []
    taken: set[int] = set()
    for number in range(draw(st.integers(0, 5))):
        band = draw(any_bands(f"b{number}", per_hour))
        if taken.isdisjoint(minutes := week_minutes(band)):
            found.append(band)
            taken |= minutes
    return tuple(found)


lengths = st.integers(1, 60).map(lambda n: 5 * n)
fixed_prices = st.dictionaries(lengths, rates, max_size=4).map(
    lambda prices: tuple(FixedPrice(minutes=m, amount_minor=a) for m, a in prices.items())
)
taxes = st.builds(
    Tax, name=st.just("VAT"), basis_points=st.integers(0, 10_000), inclusive=st.booleans()
)


@st.composite
def any_price_rules(draw: st.DrawFn, custom: tuple[CustomRule, ...] = ()) -> PriceRules:
    """Rules of every kind, and ``custom`` ones; the minimum lies below the cap."""
    cap = draw(st.none() | rates)
    return PriceRules(
        bands=draw(band_sets()),
        fixed_prices=draw(fixed_prices),
        day_cap_minor=cap,
        minimum_minor=draw(rates if cap is None else st.integers(0, cap)),
        tier_discounts=draw(st.dictionaries(st.sampled_from(TIERS), percents)),
        tax=draw(st.none() | taxes),
        custom=custom,
    )


price_rules = any_price_rules()
# Rooms are priced in pounds; a rate in euros is for none of them.
pricing_overrides = st.builds(
    PricingOverride, hourly_minor=rates, currency=st.sampled_from(["GBP", "EUR"])
) | st.builds(PricingOverride, discount_percent=percents)


@st.composite
def payers(draw: st.DrawFn) -> Payer:
    """A guest, or a member of any tier, maybe of a company with prices of its own."""
    if draw(st.booleans()):
        return Payer(is_guest=True)
    agreed = draw(st.lists(pricing_overrides, max_size=1))
    company = draw(st.none() | st.just(samples.company(pricing_overrides=tuple(agreed))))
    return Payer(is_guest=False, tier=draw(st.sampled_from(TIERS)), company=company)


def policy_of(*steps: tuple[int, int]) -> CancellationPolicy:
    """A policy of (minutes before, per cent)."""
    return CancellationPolicy(
        name="p",
        steps=tuple(CancellationStep(minutes_before=m, refund_percent=p) for m, p in steps),
    )


@st.composite
def policies(draw: st.DrawFn) -> CancellationPolicy:
    """Any valid policy of up to four steps."""
    count = draw(st.integers(0, 4))
    ahead = draw(st.sets(st.integers(0, 10_000), min_size=count, max_size=count))
    percents = draw(st.lists(st.integers(1, 100), min_size=count, max_size=count))
    return policy_of(*zip(sorted(ahead)[::-1], sorted(percents)[::-1], strict=True))
