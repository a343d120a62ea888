"""Editing one occurrence of a series, as any other booking is edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from litehq_core.domain.booking import Booking
from litehq_core.domain.decision import Decision
from litehq_core.domain.editing import UNSET, EditBooking
from litehq_core.domain.errors import (
    EditWindowClosed,
    InvalidTransition,
    NotFound,
    Refusal,
    ServiceUnavailable,
)
from litehq_core.domain.room import Room
from litehq_core.domain.series import EditResult, LastEdit, Occurrence, OnConflict, Why
from litehq_core.domain.series_editing import EditSeries
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_series import Till, alternative_slot
from litehq_core.steps.load_context import load_context
from litehq_core.steps.offer_alternatives import edit_or_offer


async def edit_occurrence(
    tx: Transaction,
    occurrence: Occurrence,
    command: EditSeries,
    *,
    rooms: Mapping[str, Room],
    on_conflict: OnConflict,
    till: Till,
    ports: Ports,
) -> tuple[Occurrence, Refusal | None]:
    """The occurrence with what the edit did to it, and the refusal if it was refused.

    Args:
        rooms: those of all bookings of the series, and the one that the edit names; locked.
        till: where what is due is gathered.
    """
    booking = None
    if occurrence.booking_id is not None:
        booking = await tx.bookings.get(occurrence.booking_id, lock=True)
    if booking is None:
        return _skipped(tx, occurrence, command, rooms), None
    zone = rooms[booking.room.id].location.zone
    wish = command.edit_of(booking, zone)
    result, refusal = await _attempt(tx, booking, wish, rooms, till, ports)
    if refusal is not None and on_conflict is OnConflict.ALTERNATIVE:
        found = alternative_slot(refusal, wish.slot_of(booking), rooms)
        if found is not None:
            room_id, slot = found
            wish = replace(wish, room_id=room_id, start_at=slot.start, end_at=slot.end)
            result, again = await _attempt(tx, booking, wish, rooms, till, ports)
            why = Why.of(again or refusal)
            edited = replace(occurrence, last_edit=LastEdit(result=result, why=why))
            return edited, again
    last = LastEdit(result=result, why=None if refusal is None else Why.of(refusal))
    return replace(occurrence, last_edit=last), refusal


async def _attempt(
    tx: Transaction,
    booking: Booking,
    wish: EditBooking,
    rooms: Mapping[str, Room],
    till: Till,
    ports: Ports,
) -> tuple[EditResult, Refusal | None]:
    try:
        async with tx.savepoint():
            decision = await _decide(tx, booking, wish, rooms, till, ports)
            await till.apply(tx, booking, decision)
    except ServiceUnavailable:
        raise
    except (EditWindowClosed, InvalidTransition) as closed:
        return EditResult.UNCHANGED, closed
    except Refusal as refusal:
        return EditResult.REFUSED, refusal
    after = decision.booking
    if after == booking:
        return EditResult.UNCHANGED, None
    waits = after.pending_change is not None and after.pending_change != booking.pending_change
    return (EditResult.PENDING if waits else EditResult.CHANGED), None


async def _decide(
    tx: Transaction,
    booking: Booking,
    wish: EditBooking,
    rooms: Mapping[str, Room],
    till: Till,
    ports: Ports,
) -> Decision:
    room_id = booking.room.id if wish.room_id is UNSET else wish.room_id
    if room_id not in rooms:
        raise NotFound("room")
    member = await tx.catalogue.member(booking.member_id) if booking.member_id else None
    context = await load_context(
        tx, rooms[room_id], wish.slot_of(booking), member, ports, sparing=booking
    )
    return await edit_or_offer(
        tx,
        replace(context, checkout_id=till.checkout_id),
        booking,
        wish,
        rooms=rooms,
        # The shared checkout is closed at the end, if all have left it.
        payments=tuple(await tx.payments.of_booking(booking.id)),
    )


def _skipped(
    tx: Transaction, occurrence: Occurrence, command: EditSeries, rooms: Mapping[str, Room]
) -> Occurrence:
    """A date without a booking: from now on something else is wished for, if it is ahead."""
    if occurrence.slot.start <= tx.now:
        return replace(occurrence, last_edit=LastEdit(result=EditResult.UNCHANGED))
    after = command.wish_of(occurrence, rooms[occurrence.room_id].location.zone)
    result = EditResult.UNCHANGED if after == occurrence else EditResult.CHANGED
    return replace(after, last_edit=LastEdit(result=result))
