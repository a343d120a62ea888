"""Calendar files: events as RFC 5545 writes them, for feeds and for mails.

Everything that people typed is TEXT, escaped so that it can neither end its line nor begin a
property of its own; lines are folded at 75 octets and never within a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from litehq_core.domain.calendar_zones import Observance, can_be_told, is_utc, observances
from litehq_core.domain.wall_clock import zone_named

# In UTF-8, always.
MEDIA_TYPE = "text/calendar"
PRODUCT = "-//LiteHQ//Bookings//EN"
# RFC 5545, 3.1: a line has at most so many octets, without its end.
MOST_OCTETS = 75

# What some reader or other takes for the end of a line.
_LINE_ENDS = ("\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"}


class CalendarMethod(StrEnum):
    """Why a calendar is sent (RFC 5546): a feed, an invitation or its change, its withdrawal."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class EventStatus(StrEnum):
    """How sure an event is."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPerson:
    """Who invites, or is invited."""

    email: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One event.

    Attributes:
        uid: the same for as long as it is the same event.
        sequence: rises with every change, so that programs know which version is newer.
        timezone: the IANA zone on whose walls it is shown.
        created_at, changed_at: instants; the latter is the event's DTSTAMP as well, so that what
            has not changed reads the same, byte for byte.
    """

    uid: str
    sequence: int
    status: EventStatus
    start_at: datetime
    end_at: datetime
    timezone: str
    summary: str
    location: str | None = None
    description: str | None = None
    organizer: CalendarPerson | None = None
    attendees: tuple[CalendarPerson, ...] = ()
    created_at: datetime
    changed_at: datetime


def calendar_text(
    events: Sequence[CalendarEvent],
    *,
    method: CalendarMethod = CalendarMethod.PUBLISH,
    name: str | None = None,
    refresh_minutes: int | None = None,
) -> bytes:
    """A whole calendar file in UTF-8. One event makes what a mail attaches.

    Args:
        name: what programs may call the calendar.
        refresh_minutes: how long they should wait before they ask again.

    Raises:
        ValidationFailed: an event's time zone is none.
    """
    head = calendar_head(events, method=method, name=name, refresh_minutes=refresh_minutes)
    return b"".join([head, *(event_bytes(event) for event in events), calendar_end()])


def calendar_head(
    events: Iterable[CalendarEvent],
    *,
    method: CalendarMethod = CalendarMethod.PUBLISH,
    name: str | None = None,
    refresh_minutes: int | None = None,
) -> bytes:
    """What stands before the events: the calendar's properties and the zones of all of them."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
    ]
    if name is not None:
        # RFC 7986, 5.1, and the older name of the same.
        lines += [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}"]
    if refresh_minutes is not None:
        lines += [
            f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_minutes}M",
            f"X-PUBLISHED-TTL:PT{refresh_minutes}M",
        ]
    lines += _zones(events)
    return _folded(lines)


def calendar_end() -> bytes:
    """What stands after the events."""
    return _folded(["END:VCALENDAR"])


def event_bytes(event: CalendarEvent) -> bytes:
    """An event, for a calendar whose head knows its zone."""
    return _folded(_event_lines(event))


def organizer_line(person: CalendarPerson) -> str:
    """The line of an event that names who invites, for a text that is written already."""
    return _folded([f"ORGANIZER{_person(person)}"]).decode()


def _event_lines(event: CalendarEvent) -> Iterator[str]:
    zone = zone_named(event.timezone)
    # Both ends are told in one way, or programs would think that one of them is elsewhere.
    as_utc = is_utc(zone) or not all(
        can_be_told(zone, instant) for instant in (event.start_at, event.end_at)
    )
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.changed_at)}"
    yield f"CREATED:{_utc(event.created_at)}"
    yield f"LAST-MODIFIED:{_utc(event.changed_at)}"
    for end, instant in (("DTSTART", event.start_at), ("DTEND", event.end_at)):
        yield f"{end}:{_utc(instant)}" if as_utc else f"{end}{_local(zone, instant)}"
    yield f"STATUS:{event.status}"
    # A cancelled event takes nobody's time.
    yield f"TRANSP:{'TRANSPARENT' if event.status is EventStatus.CANCELLED else 'OPAQUE'}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.organizer is not None:
        yield f"ORGANIZER{_person(event.organizer)}"
    for attendee in event.attendees:
        yield f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION{_person(attendee)}"
    yield "END:VEVENT"


def _zones(events: Iterable[CalendarEvent]) -> Iterator[str]:
    """A VTIMEZONE for each zone that an event names."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    empty = True
    for event in events:
        empty = False
        known = spans.get(event.timezone, (event.start_at, event.end_at))
        spans[event.timezone] = (min(known[0], event.start_at), max(known[1], event.end_at))
    for name, (start, end) in sorted(spans.items()):
        zone = zone_named(name)
        if not is_utc(zone):
            # Whole days, so that the same zone is worked out once and not for each feed.
            first = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            last = end.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            yield from _zone_lines(name, observances(zone, first, last + timedelta(days=1)))
    if empty:
        # A calendar has at least one component (RFC 5545, 3.6), and this one says nothing.
        start = datetime(1970, 1, 1, tzinfo=UTC)
        yield from _zone_lines("Etc/UTC", observances(ZoneInfo("Etc/UTC"), start, start))


def _zone_lines(name: str, kept: Iterable[Observance]) -> Iterator[str]:
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{name}"
    for observance in kept:
        kind = "DAYLIGHT" if observance.is_daylight else "STANDARD"
        yield f"BEGIN:{kind}"
        yield f"DTSTART:{observance.begins:%Y%m%dT%H%M%S}"
        yield f"TZOFFSETFROM:{_offset(observance.offset_before)}"
        yield f"TZOFFSETTO:{_offset(observance.offset)}"
        yield f"TZNAME:{_text(observance.name)}"
        yield f"END:{kind}"
    yield "END:VTIMEZONE"


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    text = f"{sign}{seconds // 3600:02}{seconds % 3600 // 60:02}"
    return text + f"{seconds % 60:02}" if seconds % 60 else text


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _local(zone: ZoneInfo, instant: datetime) -> str:
    return f";TZID={zone.key}:{instant.astimezone(zone):%Y%m%dT%H%M%S}"


def _person(person: CalendarPerson) -> str:
    """The end of a line that names somebody; what cannot stand there is left out."""
    address = "".join(c for c in _plain(person.email) if c.isprintable() and not c.isspace())
    if person.name is None:
        return f":mailto:{address}"
    # A quoted parameter knows no escapes (RFC 5545, 3.2).
    name = _plain(person.name).replace('"', "'").replace("\n", " ").replace("\t", " ")
    return f';CN="{name}":mailto:{address}'


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    plain = _plain(value)
    for special in ("\\", ";", ","):
        plain = plain.replace(special, f"\\{special}")
    return plain.replace("\n", "\\n")


def _plain(value: str) -> str:
    """Text without control characters, its lines ended by ``\\n`` alone."""
    for end in _LINE_ENDS:
        value = value.replace(end, "\n")
    return value.translate(_CONTROLS)


def _folded(lines: Iterable[str]) -> bytes:
    return b"".join(_fold(line.encode("utf-8", "replace")) for line in lines)


def _fold(line: bytes) -> bytes:
    """A line with its end; what is too long goes on in the next, behind a blank."""
    if len(line) <= MOST_OCTETS:
        return line + b"\r\n"
    parts: list[bytes] = []
    room = MOST_OCTETS
    while len(line) > room:
        cut = room
        # Not within a character: its further octets begin with the bits 10.
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(line[:cut])
        line = line[cut:]
        room = MOST_OCTETS - 1
    return b"\r\n ".join([*parts, line]) + b"\r\n"
