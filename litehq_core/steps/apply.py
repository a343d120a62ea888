"""The one step that writes a decision."""

from __future__ import annotations

from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_ledger import INVOICED, money_entries
from litehq_core.domain.decision import Decision
from litehq_core.domain.errors import SlotUnavailable
from litehq_core.domain.invoicing import billed_at
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.offer_slots import Released, claims_to_release, offer_released
from litehq_core.steps.tell_bookers import tell_bookers


async def apply(tx: Transaction, decision: Decision, *, tell: bool = True) -> Booking:
    """Write all of ``decision`` and give back its booking; what it lets go is offered at once.

    Args:
        tell: whether the booker is told, as far as the decision wants it; False for whoever
            applies several, and tells of all of them together (``steps.tell_bookers``).

    Raises:
        SlotUnavailable: a cell is taken after all. The room's lock makes that impossible; the
            claims' primary key is there for the day somebody forgets the lock.
        InsufficientTokens: a lot would go below zero.
    """
    before, released = await _write(tx, decision)
    if tell and decision.tells_booker:
        await tell_bookers(tx, [(before, decision.booking)])
    await offer_released(tx, released)
    return decision.booking


async def write(tx: Transaction, decision: Decision) -> Released:
    """Write all of ``decision`` and give back what it lets go, which is offered to nobody yet.

    For what ends without anybody being told. Raises as :func:`apply`.
    """
    return (await _write(tx, decision))[1]


async def _write(tx: Transaction, decision: Decision) -> tuple[Booking | None, Released]:
    """The booking as it was before, and what it lets go."""
    booking = decision.booking
    released: Released = ()
    before = None if decision.is_new else await tx.bookings.get(booking.id)
    if decision.is_new:
        await tx.bookings.add(booking)
    else:
        released = await claims_to_release(tx, booking, decision.claims)
        await tx.bookings.save(booking)
    if decision.claims is not None and not await tx.claims.put(booking.id, decision.claims):
        raise SlotUnavailable(conflicting_booking_id=None)
    # What it means in money follows from the booking alone, so that no decision can forget it.
    payments = (*decision.new_payments, *decision.changed_payments)
    money = money_entries(before, booking, payments, tx.new_id)
    if any(entry.cause == INVOICED for entry in money) and booking.company_id is not None:
        await tx.billing.await_run(booking.company_id, billed_at(booking, tx.now))
    if decision.transfers or money:
        await tx.ledger.write((*decision.transfers, *money))
    for payment in decision.new_payments:
        await tx.payments.add(payment)
    for payment in decision.changed_payments:
        await tx.payments.save(payment)
    for event in decision.events:
        tx.emit(event)
    return before, released
