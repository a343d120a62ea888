"""Half-open intervals ``[start, end)`` of instants, and their algebra."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import utc_instant


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """``[start, end)``, both instants in UTC, ``start < end``.

    What is given in another zone is kept in UTC, since the difference of two times on one wall is
    not the time that passes.

    Raises:
        ValidationFailed: a time without a zone, or an end that is not after the start.

    >>> Interval(datetime(2026, 6, 1, 14, tzinfo=UTC), datetime(2026, 6, 1, 15, tzinfo=UTC)).minutes
    60
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            object.__setattr__(self, "start", utc_instant("start", self.start))
            object.__setattr__(self, "end", utc_instant("end", self.end))
        if self.end <= self.start:
            raise ValidationFailed.of("end", "must be after the start")

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
    """The union as sorted intervals that neither overlap nor touch.

    >>> nine, ten, one = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (9, 10, 13))
    >>> [whole] = merge([Interval(ten, one), Interval(nine, ten)])
    >>> whole == Interval(nine, one)
    True
    """
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged


def subtract(window: Interval, cuts: Iterable[Interval]) -> Iterator[Interval]:
    """What remains of ``window`` once every cut is taken out, in order.

    >>> nine, ten, one = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (9, 10, 13))
    >>> [rest] = subtract(Interval(nine, one), [Interval(nine, ten)])
    >>> rest == Interval(ten, one)
    True
    """
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
