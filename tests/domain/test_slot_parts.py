"""How a slot falls into local days."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from litehq_core.domain.interval import Interval
from litehq_core.domain.price_rules import PriceBand, PriceRules
from litehq_core.domain.slot_parts import band_parts, local_days
from tests.domain.samples import slot, utc


def test_a_slot_is_cut_at_local_midnights() -> None:
    """23:00–01:00 in London, in summer; and up to midnight, where nothing is left to cut."""
    london = ZoneInfo("Europe/London")
    assert local_days(london, slot("2026-06-01 22:00", 120)) == [
        slot("2026-06-01 22:00"),
        slot("2026-06-01 23:00"),
    ]
    assert local_days(london, slot("2026-06-01 22:00")) == [slot("2026-06-01 22:00")]


def test_a_day_that_the_zone_left_out_is_no_part() -> None:
    """Samoa went from 29 to 31 December 2011 at 10:00 UTC."""
    samoa, gap = ZoneInfo("Pacific/Apia"), utc("2011-12-30 10:00")
    hour = timedelta(hours=1)
    assert local_days(samoa, Interval(gap - hour, gap + hour)) == [
        Interval(gap - hour, gap),
        Interval(gap, gap + hour),
    ]


def test_more_bands_than_the_week_can_number_are_priced_all_the_same() -> None:
    """Laid out over the week or counted one by one, the minutes are the same."""
    bands = tuple(
        PriceBand(
            name=f"{number:03d}",
            weekdays=frozenset({0}),
            opens=5 * number,
            closes=5 * number + 5,
            hourly_minor=number,
        )
        for number in range(256)
    )
    london, monday = ZoneInfo("Europe/London"), slot("2026-06-01 08:00", 20)
    for some in (bands, bands[100:120]):
        rules = PriceRules(bands=some)
        [parts] = band_parts(rules, london, monday, by_day=False)
        assert parts == [(band, 5) for band in bands[108:112]]
