"""Wall-clock time in a zone, and the one rule that turns it into instants.

``contract.md``, Ids and time: a wall time that does not exist moves to the first instant after
the gap, one that exists twice means the first. Instants are aware datetimes in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from litehq_core.domain.errors import ValidationFailed

DAY_MINUTES = 24 * 60
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone called ``name``.

    Raises:
        ValidationFailed: there is no such zone; the field is ``timezone``.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise ValidationFailed.of("timezone", "is not an IANA time zone") from None


def local(zone: ZoneInfo, instant: datetime) -> datetime:
    """``instant`` as the clock on the wall shows it."""
    return instant.astimezone(zone)


@lru_cache(maxsize=65_536)
def instant_at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The instant at which the wall shows ``minute`` minutes after midnight of ``day``.

    Args:
        minute: 0–2880; 1440 and more lie on the next day, so that hours can pass midnight.

    >>> london = ZoneInfo("Europe/London")
    >>> instant_text(instant_at(london, date(2026, 6, 1), 9 * 60))
    '2026-06-01T08:00:00Z'
    >>> # Half past one does not exist on the day on which the clocks go forward at one.
    >>> instant_text(instant_at(london, date(2026, 3, 29), 90))
    '2026-03-29T01:00:00Z'
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _end_of_gap(zone, wall)


def _end_of_gap(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first instant after the gap that swallowed ``wall``, found by bisection."""
    # PEP 495: inside a gap, fold=1 reads with the offset after it and so lands before it.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after


def utc_instant(field: str, instant: datetime) -> datetime:
    """``instant`` in UTC.

    Raises:
        ValidationFailed: it has no offset, so that nobody knows when it is.
    """
    if instant.utcoffset() is None:
        raise ValidationFailed.of(field, "must have an offset from UTC")
    return instant.astimezone(UTC)


def whole_second(instant: datetime) -> datetime:
    """``instant``, rounded up: what begins at or after it, on whole seconds, begins then."""
    if not instant.microsecond:
        return instant
    return instant.replace(microsecond=0) + timedelta(seconds=1)


def instant_text(instant: datetime) -> str:
    """RFC 3339 with ``Z``, in whole seconds unless the instant has a fraction.

    >>> instant_text(datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Europe/London")))
    '2026-06-01T08:00:00Z'
    """
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str, field: str, *, offset_needed: bool = False) -> datetime:
    """The instant that an ISO 8601 text names.

    Args:
        field: the name reported when the text is refused.
        offset_needed: GraphQL's rule; REST reads a time without an offset as UTC.

    Raises:
        ValidationFailed: not a date and time of ISO 8601, or outside 1970–9000.
    """
    try:
        # RFC 3339 allows small letters; Python's parser does not everywhere.
        text = text.upper()
        value = datetime.fromisoformat(text) if "T" in text or " " in text else None
        if value is not None and value.tzinfo is None and not offset_needed:
            value = value.replace(tzinfo=UTC)
        instant = value.astimezone(UTC) if value is not None and value.tzinfo else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None or not EARLIEST <= instant < LATEST:
        wanted = "with an offset" if offset_needed else "such as 2026-05-22T14:00:00Z"
        raise ValidationFailed.of(field, f"must be an ISO 8601 date and time {wanted}")
    return instant


def parse_date(text: str, field: str) -> date:
    """The local date that a text such as ``2026-12-01`` names.

    Args:
        field: the name reported when the text is refused.

    Raises:
        ValidationFailed: not such a text, or no date of the calendar.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # Such as the thirtieth of February.
    raise ValidationFailed.of(field, "must be a date such as 2026-12-01")
