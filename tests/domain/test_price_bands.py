"""Bands: other rates by weekday and wall clock, past midnight and over changes of the clocks."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from litehq_core.domain.interval import Interval
from litehq_core.domain.price import Payer, Price
from litehq_core.domain.price_rules import PriceBand, PriceRules
from litehq_core.domain.pricing import choose_billing_mode, price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard
from tests.domain import samples
from tests.domain.samples import slot

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
GUEST = Payer(is_guest=True)
EVERY_DAY = frozenset(range(7))
HOUR = 60
# In London 00:00–24:00 on the wall of: a plain Monday, and both changes of the clocks.
MONDAY = slot("2026-05-31 23:00", 24 * HOUR)
SPRING, AUTUMN = slot("2026-03-29 00:00", 23 * HOUR), slot("2026-10-24 23:00", 25 * HOUR)
SPRING_NY, AUTUMN_NY = slot("2026-03-08 05:00", 23 * HOUR), slot("2026-11-01 04:00", 25 * HOUR)


def clock(text: str) -> int:
    """``"26:00"`` as minutes after midnight."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def band(opens: str, closes: str, *, days: frozenset[int] = EVERY_DAY, **fields: Any) -> PriceBand:
    """A band at GBP 60.00 an hour."""
    plain = {"name": "peak", "hourly_minor": 6000, **fields}
    return PriceBand(weekdays=days, opens=clock(opens), closes=clock(closes), **plain)


def card(*bands: PriceBand, **fields: Any) -> RateCard:
    """GBP 40.00 or two tokens an hour, and the bands."""
    return samples.rate_card(rules=PriceRules(bands=bands), **fields)


def price(of: RateCard, when: Interval, zone: ZoneInfo = LONDON) -> Price:
    return price_slot(of, when, BillingMode.CARD, zone=zone, payer=GUEST)


def minutes(of: RateCard, when: Interval, zone: ZoneInfo = LONDON) -> dict[str, int]:
    """The minutes of every line, which must be those of the slot."""
    found = {line.rule: line.minutes for line in price(of, when, zone).lines}
    assert sum(found.values()) == when.minutes
    return found


def test_base_comes_first_and_every_band_has_its_line() -> None:
    """A line names its rule, its minutes and its rate."""
    morning = band("07:00", "09:00", name="early", hourly_minor=2000)
    found = price(card(morning, band("17:00", "22:00")), slot("2026-06-01 06:30", 11 * HOUR))
    assert [(line.rule, line.description, line.amount_minor) for line in found.lines] == [
        ("base_per_hour", "480 min at GBP 40.00 an hour", 32_000),
        ("band:early", "90 min at GBP 20.00 an hour", 3000),
        ("band:peak", "90 min at GBP 60.00 an hour", 9000),
    ]
    assert found.amount_minor == 44_000


@pytest.mark.parametrize(
    ("start", "length", "found"),
    [
        # 17:00–22:00 BST is 16:00–21:00 UTC.
        ("2026-06-01 15:00", 60, {"base_per_hour": 60}),
        ("2026-06-01 15:55", 10, {"base_per_hour": 5, "band:peak": 5}),
        ("2026-06-01 16:00", 60, {"band:peak": 60}),
        ("2026-06-01 20:55", 10, {"base_per_hour": 5, "band:peak": 5}),
        ("2026-06-01 21:00", 60, {"base_per_hour": 60}),
        # In winter the same wall time is an hour later in UTC.
        ("2026-12-07 16:00", 120, {"base_per_hour": 60, "band:peak": 60}),
        # Two evenings of one band make one line.
        ("2026-06-01 20:00", 21 * HOUR, {"base_per_hour": 19 * HOUR, "band:peak": 2 * HOUR}),
    ],
)
def test_a_band_is_told_by_the_clock_on_the_wall(
    start: str, length: int, found: dict[str, int]
) -> None:
    """``PriceBand``: another rate at some hours of the week, by the clock on the wall."""
    assert minutes(card(band("17:00", "22:00")), slot(start, length)) == found


def test_the_same_instant_is_another_hour_elsewhere() -> None:
    """``price_slot``: the zone is the room's, in which bands and days are told."""
    evening, when = card(band("17:00", "22:00")), slot("2026-06-01 16:00")
    assert minutes(evening, when, LONDON) == {"band:peak": 60}
    assert minutes(evening, when, NEW_YORK) == {"base_per_hour": 60}


@pytest.mark.parametrize(
    ("start", "length", "in_band"),
    [
        ("2026-06-04 17:00", 8 * HOUR, 0),  # Thursday 18:00 – Friday 02:00
        ("2026-06-05 16:00", HOUR, 0),
        ("2026-06-05 17:00", 8 * HOUR, 8 * HOUR),  # Friday 18:00 – Saturday 02:00
        ("2026-06-05 23:00", 2 * HOUR, 2 * HOUR),  # Saturday 00:00–02:00 alone
        ("2026-06-06 00:00", 2 * HOUR, HOUR),
        ("2026-06-06 17:00", 8 * HOUR, 0),
    ],
)
def test_past_midnight_the_weekday_is_that_of_the_evening(
    start: str, length: int, in_band: int
) -> None:
    """``PriceBand.weekdays``: of a band that passes midnight, the days on which it begins."""
    found = minutes(card(band("18:00", "26:00", days=frozenset({4}))), slot(start, length))
    assert found.get("band:peak", 0) == in_band


def test_sunday_night_reaches_into_monday() -> None:
    sunday = card(band("22:00", "26:00", days=frozenset({6})))
    assert minutes(sunday, slot("2026-05-31 23:00", 180)) == {"base_per_hour": 60, "band:peak": 120}
    assert minutes(sunday, slot("2026-06-01 21:00", 240)) == {"base_per_hour": 240}


def test_days_begin_at_local_midnight() -> None:
    """23:00 UTC is Monday 00:00 in London in summer; 04:00 UTC in New York."""
    monday = card(band("00:00", "24:00", days=frozenset({0})))
    for zone, midnight in ((LONDON, "2026-05-31 22:00"), (NEW_YORK, "2026-06-01 03:00")):
        both = {"base_per_hour": 60, "band:peak": 60}
        assert minutes(monday, slot(midnight, 120), zone) == both
        assert minutes(monday, slot(midnight, 26 * HOUR), zone) == {
            "base_per_hour": 120,
            "band:peak": 24 * HOUR,
        }


def test_bands_round_the_clock_leave_nothing_for_the_base() -> None:
    weekend = frozenset({5, 6})
    full = card(
        band("00:00", "24:00", days=EVERY_DAY - weekend, name="week"),
        band("00:00", "24:00", days=weekend, name="weekend"),
    )
    for day in (MONDAY, SPRING, AUTUMN):
        assert "base_per_hour" not in minutes(full, day)
    # Friday 18:00 – Saturday 06:00.
    found = minutes(full, slot("2026-06-05 17:00", 12 * HOUR))
    assert found == {"band:week": 6 * HOUR, "band:weekend": 6 * HOUR}


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "in_band"),
    [
        (LONDON, MONDAY, "01:00", "02:00", 60),
        # 01:00–02:00 does not exist on 29 March in London, 02:00–03:00 not on 8 March in New York.
        (LONDON, SPRING, "01:00", "02:00", 0),
        (LONDON, SPRING, "00:30", "01:30", 30),
        (LONDON, SPRING, "01:30", "02:30", 30),
        (LONDON, SPRING, "00:00", "06:00", 5 * HOUR),
        (LONDON, SPRING, "00:00", "24:00", 23 * HOUR),
        (NEW_YORK, SPRING_NY, "02:00", "03:00", 0),
        (NEW_YORK, SPRING_NY, "01:00", "03:00", 60),
        (NEW_YORK, SPRING_NY, "02:30", "03:30", 30),
        (NEW_YORK, SPRING_NY, "00:00", "24:00", 23 * HOUR),
        # 01:00–02:00 passes twice on 25 October in London, on 1 November in New York.
        (LONDON, AUTUMN, "01:00", "02:00", 120),
        (LONDON, AUTUMN, "00:30", "01:30", 60),  # ends the first time the wall shows 01:30
        (LONDON, AUTUMN, "01:30", "02:30", 120),
        (LONDON, AUTUMN, "02:00", "03:00", 60),
        (LONDON, AUTUMN, "00:00", "24:00", 25 * HOUR),
        (NEW_YORK, AUTUMN_NY, "01:00", "02:00", 120),
        (NEW_YORK, AUTUMN_NY, "00:30", "01:30", 60),
        (NEW_YORK, AUTUMN_NY, "00:00", "24:00", 25 * HOUR),
    ],
)
def test_a_band_over_a_change_of_the_clocks(
    zone: ZoneInfo, day: Interval, opens: str, closes: str, in_band: int
) -> None:
    """contract.md: a wall time in a gap moves past it, one that exists twice means the first."""
    found = minutes(card(band(opens, closes)), day, zone)
    assert found.get("band:peak", 0) == in_band
    assert found.get("base_per_hour", 0) == day.minutes - in_band


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        (LONDON, "2026-06-01 21:00", 8),
        (LONDON, "2026-03-28 22:00", 7),
        (LONDON, "2026-10-24 21:00", 9),
        (NEW_YORK, "2026-03-08 03:00", 7),
        (NEW_YORK, "2026-11-01 02:00", 9),
    ],
)
def test_a_night_costs_the_time_that_passes(zone: ZoneInfo, start: str, hours: int) -> None:
    """contract.md: durations come from instants: 22:00–06:00 has seven, eight or nine hours."""
    night = card(band("22:00", "30:00", name="night", hourly_minor=1000))
    when, hour = slot(start, hours * HOUR), timedelta(hours=1)
    found = price(night, when, zone)
    assert [(line.rule, line.minutes) for line in found.lines] == [("band:night", hours * HOUR)]
    assert found.amount_minor == 1000 * hours
    wider = when.widened(before=hour, after=hour)
    assert minutes(night, wider, zone) == {"base_per_hour": 120, "band:night": hours * HOUR}


@pytest.mark.parametrize(
    ("own", "per_hour", "length", "shares"),
    [
        (None, 2, 60, (1, 1)),  # a band without a token rate takes the card's
        (5, 2, 60, (1, 3)),  # 30 min at 2 and 30 at 5 are 3.5
        (0, 2, 60, (1, 0)),  # a band may be free in tokens
        (1, 1, 10, (1, 0)),  # 5 min in each part: a sixth of a token, rounded up once, not twice
        (5, None, 60, (0, 3)),
    ],
)
def test_bands_may_have_a_token_rate_and_tokens_are_rounded_up_once(
    own: int | None, per_hour: int | None, length: int, shares: tuple[int, int]
) -> None:
    """``_in_tokens``: the sum is rounded up once; the lines, which name their bands, make it."""
    modes = frozenset({BillingMode.CARD} if per_hour is None else BillingMode)
    banded = card(
        band("17:00", "22:00", tokens_per_hour=own), tokens_per_hour=per_hour, billing_modes=modes
    )
    five = slot("2026-06-01 16:00").start  # 17:00 on the wall
    half = timedelta(minutes=length // 2)
    when = Interval(five - half, five + half)
    found = price_slot(banded, when, BillingMode.TOKENS, zone=LONDON, payer=GUEST)
    assert (found.amount_minor, found.tokens) == (0, sum(shares))
    base = per_hour or 0
    texts = [f"{length // 2} min at {rate} tokens an hour" for rate in (base, own)]
    if own is None:
        texts[1] = texts[0]
    assert [(line.rule, line.description, line.minutes, line.tokens) for line in found.lines] == [
        ("tokens_per_hour", texts[0], length // 2, shares[0]),
        ("band:peak", texts[1], length // 2, shares[1]),
    ]


def test_lines_follow_the_day_however_the_bands_are_written() -> None:
    """``band_minutes``: what falls into none comes first, then the bands as they follow."""
    bands = (
        band("17:00", "22:00", name="a"),
        band("07:00", "09:00", name="c"),
        band("09:00", "11:00", name="b", days=frozenset({0})),
    )
    when = slot("2026-06-01 06:00", 14 * HOUR)
    for mode, base in (
        (BillingMode.CARD, "base_per_hour"),
        (BillingMode.TOKENS, "tokens_per_hour"),
    ):
        for order in permutations(bands):
            found = price_slot(card(*order), when, mode, zone=LONDON, payer=GUEST)
            rules = [line.rule for line in found.lines]
            assert rules == [base, "band:c", "band:b", "band:a"]


def test_the_balance_must_cover_the_bands_too() -> None:
    """contract.md, Billing mode: the balance covers it → tokens; else card."""
    dear = card(band("17:00", "22:00", tokens_per_hour=5))

    def chosen(start: str, zone: ZoneInfo) -> BillingMode:
        payer = Payer(is_guest=False, spendable_tokens=2)
        return choose_billing_mode(dear, slot(start), payer, None, zone=zone)

    assert chosen("2026-06-01 15:00", LONDON) is BillingMode.TOKENS
    assert chosen("2026-06-01 16:00", LONDON) is BillingMode.CARD
    assert chosen("2026-06-01 16:00", NEW_YORK) is BillingMode.TOKENS
