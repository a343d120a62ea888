"""What occupies rooms and what counts towards quotas, worked out from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain

from litehq_core.domain.booking import COUNTED, OCCUPYING, Booking, BookingStatus
from litehq_core.domain.claims import seats_for
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota import QuotaHolder
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.room import Blackout, Room, related_rooms
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.waitlist import WaitlistEntry


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
        seats=seats_for(booking.attendees),
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
            seats=seats_for(change.attendees),
        )


def offered_by(entry: WaitlistEntry) -> Iterator[Occupied]:
    """What a waitlist entry is offered occupies, if it is offered anything."""
    offer = entry.offer
    if offer is not None:
        yield Occupied(
            booking_id=None,
            entry_id=entry.id,
            offered_to=entry.member_id,
            room_id=offer.room_id,
            slot=offer.slot,
            buffer_minutes=offer.buffer_minutes,
            kind=BusyKind.HOLD,
            expires_at=offer.expires_at,
            seats=seats_for(entry.attendees),
        )


def counted_of(
    bookings: Iterable[Booking], holders: Mapping[QuotaHolder, str], span: Interval
) -> list[CountedSlot]:
    """What counts towards the holders' quotas within ``span``, from all bookings there are."""
    return [
        counted
        for booking in bookings
        for counted in _counted_slots(booking)
        if counted.slot.overlaps(span)
        and any(counted.held_by(kind) == holder for kind, holder in holders.items())
    ]


def _counted_slots(booking: Booking) -> Iterator[CountedSlot]:
    if booking.status not in COUNTED:
        return
    is_hold = booking.status is BookingStatus.PENDING_PAYMENT
    slot = CountedSlot(
        booking_id=booking.id,
        room_id=booking.room.id,
        member_id=booking.member_id,
        company_id=booking.company_id,
        slot=booking.slot,
        expires_at=booking.expires_at if is_hold else None,
    )
    yield slot
    change = booking.pending_change
    if change is not None:
        yield replace(slot, room_id=change.room.id, slot=change.slot, expires_at=change.expires_at)


def calendar_of(
    room: Room,
    rooms: Iterable[Room],
    bookings: Iterable[Booking],
    blackouts: Iterable[Blackout],
    window: Interval,
    now: datetime,
    *,
    entries: Iterable[WaitlistEntry],
) -> RoomCalendar:
    """The calendar of ``room`` around ``window``, from all rows of each kind there are."""
    related, reach = related_rooms(room, rooms), room.reach_around(window)
    everything = chain(
        chain.from_iterable(map(occupied_by, bookings)),
        chain.from_iterable(map(offered_by, entries)),
    )
    occupied = [
        taken for taken in everything if taken.room_id in related and taken.claim.overlaps(reach)
    ]
    return RoomCalendar(
        room=room,
        occupied=sorted(occupied, key=lambda taken: (taken.slot, taken.holder_id)),
        blackouts=sorted(
            (b for b in blackouts if _closes(b, room, related) and b.interval.overlaps(reach)),
            key=lambda blackout: (blackout.interval, blackout.id),
        ),
        now=now,
    )


def _closes(blackout: Blackout, room: Room, related: frozenset[str]) -> bool:
    """Whether it closes the room, or another of which it is a part or has one."""
    return blackout.concerns(room) or blackout.room_id in related
