"""What Hypothesis draws from: zones, days near their clock changes, intervals, rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from litehq_core.domain.interval import Interval

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
