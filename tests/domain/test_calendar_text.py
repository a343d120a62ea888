"""Calendar files by RFC 5545: escaped, folded, in their zones; read back by another parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.booking_calendar import event_of_booking
from litehq_core.domain.calendar_text import (
    CalendarEvent,
    CalendarMethod,
    CalendarPerson,
    EventStatus,
    calendar_text,
)
from litehq_core.domain.calendar_zones import observances
from litehq_core.domain.errors import ValidationFailed
from tests.domain import samples
from tests.domain.samples import NOW, utc

HOUR = timedelta(hours=1)


def _event(start: datetime = NOW, **fields: Any) -> CalendarEvent:
    plain = {
        "uid": "bk_1@ws_1",
        "sequence": 2,
        "status": EventStatus.CONFIRMED,
        "start_at": start,
        "end_at": start + HOUR,
        "timezone": "Europe/London",
        "summary": "Atrium",
        "created_at": NOW,
        "changed_at": NOW,
    }
    return CalendarEvent(**{**plain, **fields})


def _read(text: bytes) -> tuple[Any, list[Any]]:
    calendar = icalendar.Calendar.from_ical(text.decode())
    return calendar, list(calendar.walk("VEVENT"))


def _one(event: CalendarEvent, **fields: Any) -> Any:
    _, [found] = _read(calendar_text([event], **fields))
    return found


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/London", "2026-03-28 23:30"),
        ("Europe/London", "2026-03-29 00:30"),
        ("Europe/London", "2026-03-29 01:00"),
        ("Europe/London", "2026-10-24 23:30"),
        ("Europe/London", "2026-10-25 00:30"),
        # Half past one for the second time.
        ("Europe/London", "2026-10-25 01:30"),
        ("Europe/London", "2026-10-25 02:00"),
        ("America/New_York", "2026-11-01 05:30"),
        ("America/New_York", "2026-11-01 06:30"),
        ("Australia/Lord_Howe", "2026-04-04 15:15"),
        ("Asia/Kolkata", "2026-06-01 09:00"),
        ("Africa/Casablanca", "2026-02-15 02:30"),
        ("Etc/UTC", "2026-06-01 09:00"),
    ],
)
def test_another_parser_finds_the_same_instants(zone: str, start: str) -> None:
    """Right across transitions, by the file's own VTIMEZONE and by the parser's zones alike."""
    begins = utc(start)
    text = calendar_text([_event(begins, timezone=zone), _event(begins - 200 * 24 * HOUR)])
    calendar, [found, _] = _read(text)
    assert found["DTSTART"].dt.astimezone(UTC) == begins
    assert found["DTEND"].dt.astimezone(UTC) == begins + HOUR
    for told in calendar.walk("VTIMEZONE"):
        if str(told["TZID"]) != zone or found["DTSTART"].params.get("TZID") is None:
            continue
        own = told.to_tz(lookup_tzid=False)
        wall = found["DTSTART"].dt.replace(tzinfo=None)
        assert own.utcoffset(wall) == begins.astimezone(ZoneInfo(zone)).utcoffset()


def test_a_wall_time_that_exists_twice_means_the_first() -> None:
    """RFC 5545, 3.3.5; so the second is told in UTC, and both ends in one way."""
    first = calendar_text([_event(utc("2026-10-25 00:00"), end_at=utc("2026-10-25 00:45"))])
    assert b"DTSTART;TZID=Europe/London:20261025T010000\r\n" in first
    second = calendar_text([_event(utc("2026-10-25 00:30"))])
    assert b"DTSTART:20261025T003000Z\r\nDTEND:20261025T013000Z\r\n" in second


def test_the_offsets_of_a_stretch() -> None:
    london = ZoneInfo("Europe/London")
    found = observances(london, utc("2026-03-01 00:00"), utc("2026-11-01 00:00"))
    assert [(o.begins.isoformat(), o.offset, o.is_daylight, o.name) for o in found] == [
        ("1970-01-01T00:00:00", timedelta(0), False, "GMT"),
        ("2026-03-29T01:00:00", HOUR, True, "BST"),
        ("2026-10-25T02:00:00", timedelta(0), False, "GMT"),
    ]
    assert [o.offset_before for o in found] == [timedelta(0), timedelta(0), HOUR]
    odd = calendar_text([_event(datetime(1970, 6, 1, tzinfo=UTC), timezone="Africa/Monrovia")])
    assert b"TZOFFSETTO:-004430\r\n" in odd


def test_what_people_typed_can_neither_end_its_line_nor_begin_another() -> None:
    """RFC 5545, 3.3.11; whatever some reader takes for the end of a line is a line feed."""
    nasty = 'a;b,c\\d"e\r\nATTENDEE:mailto:x\rBEGIN:VEVENT\nEND:VCALENDAR\x00\x07\u2028f\x85g\tü'
    text = calendar_text(
        [_event(summary=nasty, location=nasty, description=nasty)], name=nasty, refresh_minutes=15
    )
    assert text.count(b"BEGIN:VEVENT\r\n") == 1
    assert not any(line.startswith(("ATTENDEE", "a;")) for line in text.decode().splitlines())
    assert len(text.decode().splitlines()) == len(text.split(b"\r\n")) - 1
    calendar, [found] = _read(text)
    wanted = 'a;b,c\\d"e\nATTENDEE:mailto:x\nBEGIN:VEVENT\nEND:VCALENDAR\nf\ng\tü'
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert str(found[name]) == wanted
    # The parser knows neither, and shows them as they are written.
    escaped = str(calendar["NAME"])
    assert escaped == str(calendar["X-WR-CALNAME"])
    assert escaped.startswith('a\\;b\\,c\\\\d"e\\nATTENDEE:')
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(minutes=15)


@pytest.mark.parametrize("letter", ["x", "é", "€", "🏢"])
@pytest.mark.parametrize("extra", range(4))
def test_lines_are_folded_at_75_octets_and_never_within_a_character(
    letter: str, extra: int
) -> None:
    """RFC 5545, 3.1."""
    summary = "x" * extra + letter * 150
    text = calendar_text([_event(summary=summary)])
    lines = text.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert str(_one(_event(summary=summary))["SUMMARY"]) == summary
    assert b"SUMMARY:Atrium\r\n" in calendar_text([_event()])


def test_half_a_character_does_not_break_the_file() -> None:
    assert "?" in str(_one(_event(summary="\ud800"))["SUMMARY"])


def test_an_invitation_names_who_invites_and_who_comes() -> None:
    """What a mail attaches: one event, with its method."""
    event = _event(
        organizer=CalendarPerson(email="desk@example.com", name='The "front"\r\ndesk\t;'),
        attendees=(CalendarPerson(email="ada@example.com\r\nX:y"), CalendarPerson(email="b@c.de")),
    )
    calendar, [found] = _read(calendar_text([event], method=CalendarMethod.REQUEST))
    assert str(calendar["METHOD"]) == "REQUEST"
    assert str(found["ORGANIZER"]) == "mailto:desk@example.com"
    assert found["ORGANIZER"].params["CN"] == "The 'front' desk ;"
    assert [str(a) for a in found["ATTENDEE"]] == [
        "mailto:ada@example.comX:y",
        "mailto:b@c.de",
    ]


def test_a_calendar_without_events_is_one_still() -> None:
    """RFC 5545, 3.6: at least one component."""
    calendar, events = _read(calendar_text([]))
    assert events == []
    assert len(calendar.subcomponents) == 1


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationFailed):
        calendar_text([_event(timezone="Mars/Base")])


@pytest.mark.parametrize(
    ("status", "shown", "takes_time"),
    [
        (BookingStatus.PENDING_PAYMENT, "TENTATIVE", "OPAQUE"),
        (BookingStatus.CONFIRMED, "CONFIRMED", "OPAQUE"),
        (BookingStatus.COMPLETED, "CONFIRMED", "OPAQUE"),
        (BookingStatus.CANCELLED, "CANCELLED", "TRANSPARENT"),
        (BookingStatus.EXPIRED, "CANCELLED", "TRANSPARENT"),
    ],
)
def test_a_booking_as_an_event(status: BookingStatus, shown: str, takes_time: str) -> None:
    """contract.md: UID = `{id}@{workspace_id}`, SEQUENCE follows `version`, holds TENTATIVE."""
    booking = samples.booking(status=status, version=7, notes="Bring cake", attendees=3)
    found = _one(event_of_booking(booking, location_name="Soho", member_name="Lina P"))
    assert str(found["UID"]) == f"{booking.id}@{booking.workspace_id}"
    assert int(found["SEQUENCE"]) == 7
    assert (str(found["STATUS"]), str(found["TRANSP"])) == (shown, takes_time)
    assert str(found["SUMMARY"]) == f"{booking.room.name}: Lina P"
    assert str(found["LOCATION"]) == f"{booking.room.name}, Soho"
    assert str(found["DESCRIPTION"]).split("\n") == [
        f"Booking {booking.id}",
        "Booked by Lina P",
        "3 attending",
        "Bring cake",
    ]
    plain = _one(event_of_booking(samples.booking()))
    assert str(plain["SUMMARY"]) == str(plain["LOCATION"]) == booking.room.name
