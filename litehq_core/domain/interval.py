"""Half-open intervals ``[start, end)`` of instants, and their algebra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """``[start, end)``, both aware instants in UTC, ``start < end``."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Elapsed whole minutes; never a difference of wall times."""
        return int((self.end - self.start).total_seconds()) // 60

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share an instant; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def clip(self, window: Interval) -> Interval | None:
        """The part inside ``window``, or None."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return Interval(start, end) if start < end else None

    def widened(self, *, before: timedelta, after: timedelta) -> Interval:
        """The interval with both ends moved outwards."""
        return Interval(self.start - before, self.end + after)


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The union as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged


def subtract(window: Interval, cuts: Iterable[Interval]) -> Iterator[Interval]:
    """What remains of ``window`` once every cut is taken out, in order."""
    cursor = window.start
    for cut in merge(cuts):
        if cut.end <= cursor:
            continue
        if cut.start >= window.end:
            break
        if cut.start > cursor:
            yield Interval(cursor, cut.start)
        cursor = cut.end
    if cursor < window.end:
        yield Interval(cursor, window.end)
