"""Events of a booking. Making one counts it, so that ``sequence`` has neither gap nor twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litehq_core.domain.booking import Booking
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.payment import Payment, payment_record
from litehq_core.domain.records import booking_record, snapshot

# They change with every event, so they say nothing about what happened.
_ALWAYS_NEW = frozenset({"version", "updated_at"})


def booking_event(
    kind: EventType,
    after: Booking,
    before: Booking | None,
    extra: Mapping[str, Any] | None = None,
) -> tuple[Booking, EventDraft]:
    """The booking, one event further, and the event with the old values of what changed."""
    counted = replace(after, sequence=after.sequence + 1)
    now = snapshot(booking_record(counted))
    old = snapshot(booking_record(before)) if before else None
    previous = old and {
        name: value for name, value in old.items() if name not in _ALWAYS_NEW and value != now[name]
    }
    return counted, _draft(kind, counted, {**now, **(extra or {})}, previous)


def payment_event(
    kind: EventType, booking: Booking, payment: Payment
) -> tuple[Booking, EventDraft]:
    """The booking, one event further, and an event about one of its payments."""
    counted = replace(booking, sequence=booking.sequence + 1)
    return counted, _draft(kind, counted, payment_record(payment), None)


def _draft(
    kind: EventType,
    booking: Booking,
    payload: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
) -> EventDraft:
    return EventDraft(
        type=kind,
        subject_id=booking.id,
        sequence=booking.sequence,
        object=payload,
        previous=previous,
        member_id=booking.member_id,
        company_id=booking.company_id,
        room_id=booking.room.id,
    )
