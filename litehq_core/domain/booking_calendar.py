"""Bookings as events of a calendar (``contract.md``, ``GET /v1/calendar.ics``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from litehq_core.domain.attributes import Record
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.calendar_text import CalendarEvent, EventStatus
from litehq_core.domain.records import booking_record

# contract.md: "From 30 days back to 365 ahead".
DAYS_BACK = timedelta(days=30)
DAYS_AHEAD = timedelta(days=365)
REFRESH_MINUTES = 15
# Some six megabytes. Whoever has more asks for a room or a location at a time.
MOST_EVENTS = 10_000

# What an event is made of; more than that, where somebody may see it, is `member.name`.
EVENT_ATTRIBUTES = frozenset(
    {
        *("id", "status", "version", "start_at", "end_at", "created_at", "updated_at"),
        *("room.name", "room.timezone", "room.location.name"),
        *("member_id", "guest_name", "attendees", "notes"),
    }
)

_STATUS: Mapping[BookingStatus, EventStatus] = {
    BookingStatus.PENDING_PAYMENT: EventStatus.TENTATIVE,
    BookingStatus.CONFIRMED: EventStatus.CONFIRMED,
    BookingStatus.COMPLETED: EventStatus.CONFIRMED,
    BookingStatus.CANCELLED: EventStatus.CANCELLED,
    BookingStatus.EXPIRED: EventStatus.CANCELLED,
}


def event_of_booking(
    booking: Booking, *, location_name: str | None = None, member_name: str | None = None
) -> CalendarEvent:
    """A booking as an event: what a mail about it attaches.

    Args:
        location_name: where the room is.
        member_name: of the member who booked, for whoever may know it.
    """
    names = {"room.location.name": location_name, "member.name": member_name}
    return event_of_record({**booking_record(booking), **names}, booking.workspace_id)


def event_of_record(record: Record, workspace_id: str) -> CalendarEvent:
    """A record with ``EVENT_ATTRIBUTES``, and perhaps ``member.name``, as an event.

    UID and SEQUENCE are the contract's: ``{id}@{workspace_id}``, and the version.
    """
    who = record["guest_name"] or record.get("member.name")
    room, building = record["room.name"], record.get("room.location.name")
    facts = [
        f"Booking {record['id']}",
        f"Booked by {who or record['member_id']}",
        f"{record['attendees']} attending" if record["attendees"] else "",
        record["notes"] or "",
    ]
    return CalendarEvent(
        uid=f"{record['id']}@{workspace_id}",
        sequence=record["version"],
        status=_STATUS[BookingStatus(record["status"])],
        start_at=record["start_at"],
        end_at=record["end_at"],
        timezone=record["room.timezone"],
        summary=f"{room}: {who}" if who else room,
        location=f"{room}, {building}" if building else room,
        description="\n".join(fact for fact in facts if fact),
        created_at=record["created_at"],
        changed_at=record["updated_at"],
    )
