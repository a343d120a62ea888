"""Repetition: a part of RFC 5545's recurrence rules, as a value.

Daily, weekly by weekdays, monthly by date or by the nth weekday; every so many periods, until a
date or so often, with exceptions. A rule has dates; a zone makes instants of them. Repetition is
wall-clock time (``contract.md``, Ids and time): a wall time that does not exist moves to the first
instant after the gap, one that exists twice means the first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count as counting
from typing import Any
from zoneinfo import ZoneInfo

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import instant_at, instant_text, local

# Enough for every day of a year; what is asked for beyond is refused, not cut off.
MAX_OCCURRENCES = 366
MAX_INTERVAL = 366
# From the first date to the last.
MAX_SPAN = timedelta(days=2 * 366)

# Monday first, as ``date.weekday`` counts and RFC 5545's default ``WKST=MO`` has it.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1


class Frequency(StrEnum):
    """The period that a rule counts in."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class NthWeekday:
    """The ``nth`` (1–5, or :data:`LAST`) ``weekday`` (0 is Monday) of a month."""

    nth: int
    weekday: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """When something repeats. What is not said follows from the first date.

    Attributes:
        interval: every so many days, weeks (which begin on Monday) or months.
        weekdays: with WEEKLY; 0 is Monday. Empty: the first date's.
        month_day: with MONTHLY; 1–31, or :data:`LAST`. A month without that day is left out.
        nth_weekday: with MONTHLY, instead of ``month_day``.
        count: how many dates there are, exceptions counted.
        until: the last date, inclusive. ``until_at`` is an instant instead. Exactly one of these
            three is set.
        exceptions: dates of the rule that are left out.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    month_day: int | None = None
    nth_weekday: NthWeekday | None = None
    count: int | None = None
    until: date | None = None
    until_at: datetime | None = None
    exceptions: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= MAX_INTERVAL:
            raise _wrong("interval", f"must lie within 1–{MAX_INTERVAL}")
        self._require_days()
        ends = (self.count, self.until, self.until_at)
        if sum(end is not None for end in ends) != 1:
            raise _wrong("count", "either count or until is needed, and not both")
        if self.count is not None and not 1 <= self.count <= MAX_OCCURRENCES:
            raise _wrong("count", f"must lie within 1–{MAX_OCCURRENCES}")
        if len(self.exceptions) > MAX_OCCURRENCES:
            raise _wrong("exceptions", f"must be {MAX_OCCURRENCES} dates at most")

    def _require_days(self) -> None:
        if self.weekdays and self.frequency is not Frequency.WEEKLY:
            raise _wrong("weekdays", "goes with weekly alone")
        if not all(0 <= day < len(WEEKDAYS) for day in self.weekdays):
            raise _wrong("weekdays", f"must be some of {', '.join(WEEKDAYS)}")
        monthly = self.frequency is Frequency.MONTHLY
        if self.month_day is not None:
            if not monthly:
                raise _wrong("month_day", "goes with monthly alone")
            if self.month_day != LAST and not 1 <= self.month_day <= 31:
                raise _wrong("month_day", f"must lie within 1–31, or be {LAST} for the last day")
        nth = self.nth_weekday
        if nth is not None:
            if not monthly or self.month_day is not None:
                raise _wrong("nth_weekday", "goes with monthly alone, and without month_day")
            if nth.nth != LAST and not 1 <= nth.nth <= 5:
                raise _wrong("nth_weekday", f"must be the 1st to 5th, or {LAST} for the last")
            if not 0 <= nth.weekday < len(WEEKDAYS):
                raise _wrong("nth_weekday", f"must name one of {', '.join(WEEKDAYS)}")

    def starts(self, zone: ZoneInfo, first: datetime) -> tuple[datetime, ...]:
        """Every instant at which the wall shows the time of ``first`` on a date of the rule.

        Args:
            first: the first of them; its local date must be one of the rule's, exception or not.

        Raises:
            ValidationFailed: ``first`` is not on the rule, the rule goes too far, or an exception
                is none of its dates.
        """
        wall = local(zone, first)
        minute = wall.hour * 60 + wall.minute
        dates = self.dates(wall.date(), last=self._last_date(zone))
        begin = instant_at(zone, wall.date(), minute)
        rest = first - begin
        if not timedelta(0) <= rest < timedelta(minutes=1):
            raise ValidationFailed.of(
                "start_at", "is the second of two instants that the wall shows alike"
            )
        # Two dates share an instant where the zone left out a day.
        found = dict.fromkeys(instant_at(zone, day, minute) + rest for day in dates)
        until = self.until_at
        return tuple(start for start in found if until is None or start <= until)

    def dates(self, first: date, *, last: date | None = None) -> tuple[date, ...]:
        """The dates of the rule from ``first`` on, exceptions left out.

        Args:
            last: bounds a rule that ends at an instant.

        Raises:
            ValidationFailed: as :meth:`starts`.
        """
        dates = self._counted(first, last)
        if not dates or dates[0] != first:
            raise ValidationFailed.of("rule", "has no date on the day of the start")
        strange = self.exceptions - set(dates)
        if strange:
            raise _wrong("exceptions", f"{min(strange)} is no date of the rule")
        kept = tuple(day for day in dates if day not in self.exceptions)
        if not kept:
            raise _wrong("exceptions", "leave nothing of the rule")
        return kept

    def _counted(self, first: date, last: date | None) -> list[date]:
        """The dates before exceptions; refused, rather than cut, where they are too many."""
        ends = self.until or last
        horizon = first + MAX_SPAN
        if ends is not None and not first <= ends <= horizon:
            raise _wrong("until", f"must lie within {MAX_SPAN.days} days after the start")
        found: list[date] = []
        for day in self._candidates(first):
            if day > (ends or horizon):
                break
            found.append(day)
            if len(found) == self.count:
                return found
            if len(found) > MAX_OCCURRENCES:
                raise _wrong("until", f"gives more than {MAX_OCCURRENCES} dates")
        if self.count is not None:
            raise _wrong("count", f"goes beyond {MAX_SPAN.days} days from the start")
        return found

    def _candidates(self, first: date) -> Iterator[date]:
        """The rule's dates from ``first`` on, past the horizon or without end."""
        walk = {
            Frequency.DAILY: self._daily,
            Frequency.WEEKLY: self._weekly,
            Frequency.MONTHLY: self._monthly,
        }
        return (day for day in walk[self.frequency](first) if day >= first)

    def _daily(self, first: date) -> Iterator[date]:
        return (first + n * timedelta(days=self.interval) for n in counting())

    def _weekly(self, first: date) -> Iterator[date]:
        monday = first - timedelta(days=first.weekday())
        days = sorted(self.weekdays or {first.weekday()})
        weeks = (monday + n * timedelta(weeks=self.interval) for n in counting())
        return (week + timedelta(days=day) for week in weeks for day in days)

    def _monthly(self, first: date) -> Iterator[date]:
        # Not without end, for a rule may ask for a day that none of its months has.
        for n in range(0, MAX_SPAN.days // 28, self.interval):
            year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
            day = self._day_of(year, month + 1, first)
            if day is not None:
                yield date(year, month + 1, day)

    def _day_of(self, year: int, month: int, first: date) -> int | None:
        """The rule's day of a month; None if that month has none (RFC 5545, 3.3.10)."""
        opens, length = monthrange(year, month)
        nth = self.nth_weekday
        if nth is None:
            day = first.day if self.month_day is None else self.month_day
            day = length if day == LAST else day
        else:
            earliest = 1 + (nth.weekday - opens) % 7
            day = earliest + 7 * (nth.nth - 1)
            if nth.nth == LAST:
                day = earliest + 7 * ((length - earliest) // 7)
        return day if day <= length else None

    def _last_date(self, zone: ZoneInfo) -> date | None:
        return None if self.until_at is None else local(zone, self.until_at).date()

    def as_json(self) -> dict[str, Any]:
        """The rule as it is stored and shown; weekdays by the names of RFC 5545."""
        nth = self.nth_weekday
        return {
            "frequency": self.frequency.value,
            "interval": self.interval,
            "weekdays": [WEEKDAYS[day] for day in sorted(self.weekdays)],
            "month_day": self.month_day,
            "nth_weekday": nth and {"nth": nth.nth, "weekday": WEEKDAYS[nth.weekday]},
            "count": self.count,
            "until": self.until and self.until.isoformat(),
            "until_at": self.until_at and instant_text(self.until_at),
            "exceptions": [day.isoformat() for day in sorted(self.exceptions)],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Recurrence:
        """The inverse of :meth:`as_json`."""
        nth, until, until_at = value["nth_weekday"], value["until"], value["until_at"]
        return cls(
            frequency=Frequency(value["frequency"]),
            interval=value["interval"],
            weekdays=frozenset(WEEKDAYS.index(name) for name in value["weekdays"]),
            month_day=value["month_day"],
            nth_weekday=nth and NthWeekday(nth=nth["nth"], weekday=WEEKDAYS.index(nth["weekday"])),
            count=value["count"],
            until=until and date.fromisoformat(until),
            until_at=until_at and datetime.fromisoformat(until_at),
            exceptions=frozenset(date.fromisoformat(day) for day in value["exceptions"]),
        )


def _wrong(name: str, reason: str) -> ValidationFailed:
    return ValidationFailed.of(f"rule.{name}", reason)
