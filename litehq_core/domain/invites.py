"""Invitations: a booking as the calendar that a mail about it brings (RFC 5546).

UID and SEQUENCE are those of the feed, so that a program which has both shows the booking once.
"""

from __future__ import annotations

import re
from dataclasses import replace

from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_calendar import event_of_booking
from litehq_core.domain.calendar_text import (
    CalendarMethod,
    CalendarPerson,
    calendar_text,
    organizer_line,
)
from litehq_core.domain.mail import Mailbox, MailKind

_METHOD = re.compile(r"^METHOD:([A-Z]+)\r$", re.MULTILINE)
_END = "END:VEVENT\r\n"


def invite(kind: MailKind, booking: Booking, recipient: Mailbox) -> str:
    """The booking as an invitation to ``recipient``, its change, or its withdrawal.

    Who invites is whoever sends the mail, and written in by him: :func:`organised`.
    """
    cancels = kind is MailKind.BOOKING_CANCELLED
    guest = CalendarPerson(email=recipient.address, name=recipient.name or None)
    event = replace(
        event_of_booking(booking, member_name=recipient.name or None), attendees=(guest,)
    )
    method = CalendarMethod.CANCEL if cancels else CalendarMethod.REQUEST
    return calendar_text([event], method=method).decode()


def method_of(text: str) -> CalendarMethod:
    """Why a calendar is sent; what says nothing is published."""
    found = _METHOD.search(text)
    return CalendarMethod(found[1]) if found else CalendarMethod.PUBLISH


def organised(text: str, organizer: CalendarPerson) -> str:
    """The calendar with somebody who invites to all of its events."""
    # What people typed never stands at the beginning of a line.
    return text.replace(f"\r\n{_END}", f"\r\n{organizer_line(organizer)}{_END}")
