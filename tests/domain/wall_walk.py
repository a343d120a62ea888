"""A naive model of wall-clock time: somebody who looks at the clock every minute.

It knows one thing that the domain does not use: the *furthest* that the wall has shown so far.
``contract.md``, Ids and time, says that a wall time that does not exist moves to the first
instant after the gap and that one that exists twice means the first; which is to say that a wall
time has come as soon as the wall has shown it, or anything later, for the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours
from tests.domain.samples import utc

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# By an hour and by half an hour; around Ramadan; not at all, beyond the date line and at a quarter
# of an hour; then: at midnight, before it, back to it, and by two hours.
ZONES = (
    *("Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe"),
    *("Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu"),
    *("Europe/Dublin", "Africa/Cairo", "America/Nuuk", "America/Havana", "Antarctica/Troll"),
)
# The day that Samoa left out; midnight left out; a minute past midnight, and so back into the day
# before; a quarter of an hour; half an hour at the end of a day.
OLDER = {
    "Pacific/Apia": 2011,
    "America/Sao_Paulo": 2018,
    "America/St_Johns": 2010,
    "Asia/Kathmandu": 1985,
    "Asia/Pyongyang": 2018,
}
_DAY_MINUTES = 1440
# Clocks go back by three hours at most, so that many are enough to know what has been shown.
_LOOK_BACK = 180


class Minute(NamedTuple):
    """One look at the clock: the instant, and the furthest that the wall has shown, now and before.

    Both are counted in minutes on the wall since the calendar began.
    """

    instant: datetime
    furthest: int
    before: int

    @property
    def day(self) -> date:
        """The local day to which the minute belongs."""
        return date.fromordinal(self.furthest // _DAY_MINUTES)

    def comes(self, step: int) -> bool:
        """Whether the wall reaches, or jumps past, a multiple of ``step`` minutes just now."""
        return self.furthest // step * step > self.before


def walk(zone: ZoneInfo, window: Interval) -> list[Minute]:
    """Every minute of ``window``, without the one at its end."""
    found: list[Minute] = []
    day = window.start.date()
    while day <= window.end.date():
        found += _utc_day(zone, day)
        day += DAY
    first = (window.start - found[0].instant) // MINUTE
    return found[first : first + (window.end - window.start) // MINUTE]


@cache
def _utc_day(zone: ZoneInfo, day: date) -> list[Minute]:
    """Every minute of a day in UTC."""
    found: list[Minute] = []
    instant = datetime.combine(day, time(), UTC) - _LOOK_BACK * MINUTE
    furthest = 0
    for _ in range(_LOOK_BACK + _DAY_MINUTES):
        wall = instant.astimezone(zone)
        shown = (wall.toordinal() * 24 + wall.hour) * 60 + wall.minute
        before, furthest = furthest, max(furthest, shown)
        found.append(Minute(instant, furthest, before))
        instant += MINUTE
    return found[_LOOK_BACK:]


@cache
def transitions(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[datetime, ...]:
    """Every instant in the years, both included, from which on the zone has another offset."""
    found: list[datetime] = []
    midnight = datetime(first_year, 1, 1, tzinfo=UTC)
    while midnight.year <= last_year:
        instant, midnight = midnight, midnight + DAY
        old = instant.astimezone(zone).utcoffset()
        if midnight.astimezone(zone).utcoffset() != old:
            while instant.astimezone(zone).utcoffset() == old:
                instant += MINUTE
            found.append(instant)
    return tuple(found)


def told_open(hours: OpeningHours, first: date, last: date) -> set[int]:
    """Every minute on the wall at which the hours of these days say that it is open."""
    told: set[int] = set()
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for opens, closes in hours.exceptions.get(day, hours.weekly[day.weekday()]):
            told.update(range(ordinal * _DAY_MINUTES + opens, ordinal * _DAY_MINUTES + closes))
    return told


def open_runs(hours: OpeningHours, minutes: Sequence[Minute]) -> list[Interval]:
    """When it is open by the wall; what is open may have opened the day before."""
    told = told_open(hours, minutes[0].day - DAY, minutes[-1].day)
    return runs(minute for minute in minutes if minute.furthest in told)


def runs(minutes: Iterable[Minute]) -> list[Interval]:
    """The minutes as intervals: those that follow one another make one."""
    found: list[Interval] = []
    for minute in minutes:
        end = minute.instant + MINUTE
        if found and found[-1].end == minute.instant:
            found[-1] = Interval(found[-1].start, end)
        else:
            found.append(Interval(minute.instant, end))
    return found


def within(window: Interval, intervals: Sequence[Interval]) -> list[Interval]:
    """What of the intervals lies in ``window``."""
    cut = [(max(i.start, window.start), min(i.end, window.end)) for i in intervals]
    return [Interval(start, end) for start, end in cut if start < end]


def _places() -> Iterator[tuple[str, tuple[datetime, ...]]]:
    """Each zone with the instants around which it is looked at."""
    for name in ZONES:
        found = transitions(ZoneInfo(name), 2024, 2030)
        # Without a change, any days will do.
        yield name, found or tuple(utc(f"{year}-03-29 01:00") for year in range(2024, 2031))
    for name, year in OLDER.items():
        yield f"{name} {year}", transitions(ZoneInfo(name), year, year)


PLACES = dict(_places())


def each(place: str) -> Iterator[tuple[ZoneInfo, datetime, date]]:
    """The zone, and each of its transitions with the local day that it begins or falls in."""
    zone = ZoneInfo(place.split(" ", maxsplit=1)[0])
    for instant in PLACES[place]:
        yield zone, instant, instant.astimezone(zone).date()


def around(instant: datetime) -> Interval:
    """From the evening before to well after the night that follows."""
    return Interval(instant - timedelta(hours=10), instant + timedelta(hours=26))
