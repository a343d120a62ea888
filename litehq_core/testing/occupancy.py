"""What bookings occupy, worked out from the bookings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from litehq_core.domain.availability import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.booking import OCCUPYING, Booking, BookingStatus, claimed
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Blackout, Room


def occupied_by(booking: Booking) -> Iterator[Occupied]:
    """What a booking and its pending change occupy; nothing once it is over."""
    if booking.status not in OCCUPYING:
        return
    is_hold = booking.status is BookingStatus.PENDING_PAYMENT
    yield Occupied(
        booking_id=booking.id,
        room_id=booking.room.id,
        slot=booking.slot,
        buffer_minutes=booking.buffer_minutes,
        kind=BusyKind.HOLD if is_hold else BusyKind.BOOKING,
        expires_at=booking.expires_at if is_hold else None,
    )
    change = booking.pending_change
    if change is not None:
        yield Occupied(
            booking_id=booking.id,
            room_id=change.room.id,
            slot=change.slot,
            buffer_minutes=change.buffer_minutes,
            kind=BusyKind.HOLD,
            expires_at=change.expires_at,
        )


def calendar_of(
    room: Room,
    bookings: Iterable[Booking],
    blackouts: Iterable[Blackout],
    window: Interval,
    now: datetime,
) -> RoomCalendar:
    """The calendar of ``room`` around ``window``, from all bookings and blackouts there are."""
    reach = room.reach_around(window)
    occupied = [
        taken
        for booking in bookings
        for taken in occupied_by(booking)
        if taken.room_id == room.id and claimed(taken.slot, taken.buffer_minutes).overlaps(reach)
    ]
    return RoomCalendar(
        room=room,
        occupied=sorted(occupied, key=lambda taken: (taken.slot, taken.booking_id)),
        blackouts=sorted(
            (b for b in blackouts if b.room_id == room.id and b.interval.overlaps(reach)),
            key=lambda blackout: (blackout.interval, blackout.id),
        ),
        now=now,
    )
