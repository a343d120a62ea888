"""Invitations, as a program reads them that we have not written."""

from __future__ import annotations

import icalendar
import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.calendar_text import CalendarMethod, CalendarPerson, calendar_text
from litehq_core.domain.invites import invite, method_of, organised
from litehq_core.domain.mail import Mailbox, MailKind
from tests.domain import samples

DESK = CalendarPerson(email="desk@soho.example", name="Soho Works")
SLOT = samples.slot("2026-05-26 14:00")


@pytest.mark.parametrize(
    ("kind", "status", "method"),
    [
        (MailKind.BOOKING_CONFIRMED, BookingStatus.CONFIRMED, CalendarMethod.REQUEST),
        (MailKind.BOOKING_CHANGED, BookingStatus.CONFIRMED, CalendarMethod.REQUEST),
        (MailKind.BOOKING_CANCELLED, BookingStatus.CANCELLED, CalendarMethod.CANCEL),
    ],
)
def test_an_invitation_says_what_befell_the_booking(
    kind: MailKind, status: BookingStatus, method: CalendarMethod
) -> None:
    booking = samples.booking(SLOT, status=status, version=5)
    text = invite(kind, booking, Mailbox(address="ada@example.com", name="Ada"))
    assert method_of(text) is method
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (
        f"{booking.id}@{booking.workspace_id}",
        5,
        status.value.upper(),
    )
    assert str(event["SUMMARY"]) == f"{booking.room.name}: Ada"
    assert event["ATTENDEE"].params["CN"] == "Ada"
    assert "ORGANIZER" not in event


def test_whoever_has_no_name_is_invited_by_his_address() -> None:
    booking = samples.booking(SLOT)
    text = invite(MailKind.BOOKING_CONFIRMED, booking, Mailbox(address="ada@example.com"))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(event["ATTENDEE"]) == "mailto:ada@example.com"
    assert "CN" not in event["ATTENDEE"].params


def test_who_sends_it_is_written_in_once_whatever_people_have_typed() -> None:
    notes = "METHOD:COUNTER\r\nEND:VEVENT\r\nORGANIZER:mailto:eve@example.com"
    booking = samples.booking(SLOT, notes=notes)
    text = invite(MailKind.BOOKING_CONFIRMED, booking, Mailbox(address="ada@example.com"))
    told = organised(text, DESK)
    assert method_of(told) is CalendarMethod.REQUEST
    (event,) = icalendar.Calendar.from_ical(told).walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:desk@soho.example"
    assert event["ORGANIZER"].params["CN"] == "Soho Works"
    assert told.count("\r\nORGANIZER") == 1


def test_a_feed_is_published_and_so_is_what_says_nothing() -> None:
    assert method_of(calendar_text([]).decode()) is CalendarMethod.PUBLISH
    assert method_of("BEGIN:VCALENDAR\r\n") is CalendarMethod.PUBLISH
