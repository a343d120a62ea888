"""Time zones as calendar files carry them: the offsets of a stretch of time, change by change.

RFC 5545, 3.6.5: each observance has the wall time at which it begins, read with the offset that
held before it. One is written for each change inside the stretch, so that nothing is left to a
rule that some year breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# Where the first observance of a stretch is said to begin: before everything that is booked.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observance:
    """An offset from UTC, and since when it is kept.

    Attributes:
        begins: on the wall, by the offset before.
        is_daylight: whether it is summer time.
    """

    begins: datetime
    offset_before: timedelta
    offset: timedelta
    name: str
    is_daylight: bool


def is_utc(zone: ZoneInfo) -> bool:
    """Whether a zone is UTC by one of its names; such times are written with ``Z``."""
    return zone.key in ("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "Zulu", "UCT")


def can_be_told(zone: ZoneInfo, instant: datetime) -> bool:
    """Whether a local time without an offset means just this instant.

    A wall time that exists twice means the first (RFC 5545, 3.3.5), so the second has no name.
    """
    return instant.astimezone(zone).fold == 0


@lru_cache(maxsize=256)
def observances(zone: ZoneInfo, start: datetime, end: datetime) -> tuple[Observance, ...]:
    """The offsets that a zone keeps within ``[start, end]``, in order; at least one."""
    first = _observance(zone, start, before=start)
    found = [
        Observance(
            begins=_LONG_AGO,
            offset_before=first.offset,
            offset=first.offset,
            name=first.name,
            is_daylight=first.is_daylight,
        )
    ]
    found += [_observance(zone, at, before=at - _SECOND) for at in _changes(zone, start, end)]
    return tuple(found)


def _observance(zone: ZoneInfo, at: datetime, *, before: datetime) -> Observance:
    local, old = at.astimezone(zone), _offset(zone, before)
    return Observance(
        begins=at.astimezone(UTC).replace(tzinfo=None) + old,
        offset_before=old,
        offset=_offset(zone, at),
        name=local.tzname() or zone.key,
        is_daylight=bool(local.dst()),
    )


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants within ``(start, end]`` from which on another offset holds."""
    while start < end:
        following = min(start + _DAY, end)
        # No zone changes twice within a day.
        if _offset(zone, start) != _offset(zone, following):
            yield _first_with(zone, _offset(zone, following), start, following)
        start = following


def _first_with(zone: ZoneInfo, offset: timedelta, before: datetime, after: datetime) -> datetime:
    """The first second with ``offset``, between one without it and one with it."""
    while after - before > _SECOND:
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
