"""Decisions that say what could be had instead, should the slot be taken.

Other rooms' calendars are read only then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from litehq_core.domain.alternatives import (
    MAX_ALTERNATIVES,
    Wanted,
    best,
    in_other_room,
    other_times,
    rooms_by_fit,
    shorter_times,
)
from litehq_core.domain.booking import Booking
from litehq_core.domain.creating import CreateBooking, could_create, decide_create
from litehq_core.domain.decision import BookingContext, Decision
from litehq_core.domain.editing import UNSET, EditBooking, could_edit, decide_edit
from litehq_core.domain.errors import Alternative, SlotUnavailable
from litehq_core.domain.payment import Payment
from litehq_core.domain.quote import Quote
from litehq_core.domain.room import Room
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.count_booked import count_booked


async def create_or_offer(
    tx: Transaction,
    context: BookingContext,
    wish: CreateBooking,
    quote: Quote | None = None,
    *,
    series_id: str | None = None,
) -> Decision:
    """The decision to create a booking.

    Raises:
        SlotUnavailable: with what can be had instead.
        Refusal: as ``decide_create``.
    """
    try:
        return decide_create(context, wish, quote, series_id=series_id)
    except SlotUnavailable as refusal:
        raise await _with_alternatives(tx, refusal, context, wanted_by(wish)) from None


async def edit_or_offer(
    tx: Transaction,
    context: BookingContext,
    booking: Booking,
    wish: EditBooking,
    *,
    rooms: Mapping[str, Room],
    payments: tuple[Payment, ...],
) -> Decision:
    """The decision to edit a booking.

    Raises:
        SlotUnavailable: with what the booking could be moved to instead.
        Refusal: as ``decide_edit``.
    """
    try:
        return decide_edit(context, booking, wish, rooms=rooms, payments=payments)
    except SlotUnavailable as refusal:
        wanted = Wanted(
            slot=wish.slot_of(booking),
            attendees=booking.attendees if wish.attendees is UNSET else wish.attendees,
            accepts=lambda there, instead: could_edit(
                there, booking, wish, instead, rooms=rooms, payments=payments
            ),
            ignoring=booking.id,
        )
        raise await _with_alternatives(tx, refusal, context, wanted) from None


def wanted_by(wish: CreateBooking) -> Wanted:
    """What a wish asks for, should the slot be taken."""
    return Wanted(
        slot=wish.slot,
        attendees=wish.attendees,
        accepts=lambda there, instead: could_create(there, wish, instead),
    )


async def offer_alternatives(
    tx: Transaction, context: BookingContext, wanted: Wanted
) -> tuple[Alternative, ...]:
    """At most five slots that can be had instead, best first (``domain.alternatives``).

    Nothing more is locked: whoever takes an offer has it judged again.
    """
    times = other_times(context, wanted)
    rooms: list[Alternative] = []
    room = context.calendar.room
    neighbours = await tx.rooms.neighbours(room, wanted.slot, seats=wanted.seats_in(room))
    for calendar in rooms_by_fit(neighbours, wanted):
        elsewhere = replace(
            context,
            calendar=calendar.with_rules(context.calendar.installed),
            rate_cards=await tx.catalogue.rate_cards(calendar.room.id),
            booker=await count_booked(tx, calendar.room, wanted.slot, context.booker, lock=False),
        )
        rooms += in_other_room(elsewhere, wanted)
        if len(rooms) == MAX_ALTERNATIVES:
            break
    return best(times, rooms, shorter_times(context, wanted))


async def _with_alternatives(
    tx: Transaction, refusal: SlotUnavailable, context: BookingContext, wanted: Wanted
) -> SlotUnavailable:
    return SlotUnavailable(
        conflicting_booking_id=refusal.conflicting_booking_id,
        alternatives=await offer_alternatives(tx, context, wanted),
    )
