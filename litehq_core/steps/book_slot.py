"""Making a booking, and taking what its booker is offered from the waitlist on the way."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.booking import Booking
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.decision import BookingContext
from litehq_core.domain.offering import decide_taken
from litehq_core.domain.quote import Quote
from litehq_core.domain.waitlist import WaitlistEntry
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.offer_alternatives import create_or_offer
from litehq_core.steps.offer_slots import apply_entry


async def book_slot(
    tx: Transaction, context: BookingContext, wish: CreateBooking, quote: Quote | None
) -> Booking:
    """A new booking of a slot that is free, or that is offered to just this booker.

    What is offered passes from the waitlist entry to the booking at once: claims and all.

    Raises:
        SlotMisaligned, BookingRuleViolated, SlotUnavailable, ValidationFailed, QuoteExpired,
        InsufficientTokens: as ``create_or_offer``.
    """
    context, taken = await with_own_offer(tx, context, wish)
    decision = await create_or_offer(tx, context, wish, quote)
    if taken is not None:
        await apply_entry(tx, decide_taken(taken, decision.booking.id, tx.now))
    return await apply(tx, decision)


async def with_own_offer(
    tx: Transaction, context: BookingContext, wish: CreateBooking
) -> tuple[BookingContext, WaitlistEntry | None]:
    """The context in which what the booker is offered is free to him, and the offered entry.

    An offer is for its slot as a whole, so it is in the way of every other slot.
    """
    for occupied in context.calendar.occupied:
        place = (occupied.room_id, occupied.slot)
        if occupied.entry_id is None or place != (wish.room_id, wish.slot):
            continue
        entry = await tx.waitlist.get(occupied.entry_id)
        if entry and entry.booker == wish.booker:
            free = context.calendar.without(entry.id)
            return replace(context, calendar=free), entry
    return context, None
