"""The one step that writes a decision."""

from __future__ import annotations

from litehq_core.domain.booking import Booking
from litehq_core.domain.decision import Decision
from litehq_core.domain.errors import SlotUnavailable
from litehq_core.ports.transaction import Transaction


async def apply(tx: Transaction, decision: Decision) -> Booking:
    """Write all of ``decision`` and give back its booking.

    Raises:
        SlotUnavailable: a cell is taken after all. The room's lock makes that impossible; the
            claims' primary key is there for the day somebody forgets the lock.
        InsufficientTokens: a lot would go below zero.
    """
    booking = decision.booking
    if decision.is_new:
        await tx.bookings.add(booking)
    else:
        await tx.bookings.save(booking)
    if decision.claims is not None and not await tx.claims.put(booking.id, decision.claims):
        raise SlotUnavailable(conflicting_booking_id=None)
    if decision.transfers:
        await tx.ledger.write(decision.transfers)
    for payment in decision.new_payments:
        await tx.payments.add(payment)
    for payment in decision.changed_payments:
        await tx.payments.save(payment)
    for event in decision.events:
        tx.emit(event)
    return booking
