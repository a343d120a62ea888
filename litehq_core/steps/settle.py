"""Taking in what the payment provider says of a checkout, under the locks of its bookings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from litehq_core.domain.booking import Booking
from litehq_core.domain.decision import Decision
from litehq_core.domain.errors import NotFound
from litehq_core.domain.payment import Payment, PaymentKind, PaymentOutcome, PaymentStatus
from litehq_core.domain.room import Room
from litehq_core.domain.settling import decide_paid_again, decide_settle
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import load_context, lock_bookings
from litehq_core.steps.tell_bookers import tell_bookers


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment:
    """A provider's word; ``reference`` is its id of the charge, if it has one."""

    payment_id: str
    outcome: PaymentOutcome
    reference: str | None = None


async def settle(tx: Transaction, ports: Ports, command: SettlePayment) -> Booking:
    """Confirm, expire, change or refund as the outcome says; any number of times, in any order.

    A checkout that several bookings share is settled for each by its share: what cannot be
    confirmed any more is refunded, the rest is confirmed. Gives back the first of them.

    Raises:
        NotFound: no such checkout.
    """
    payment = await tx.payments.get(command.payment_id)
    if payment is None or payment.kind is not PaymentKind.CHECKOUT:
        raise NotFound("checkout")
    bookings, rooms = await lock_bookings(tx, tx.actor, payment.booking_ids)
    # Read again under the bookings' locks: a twin may have settled it meanwhile.
    payment = await tx.payments.get(command.payment_id) or payment
    if await _is_another_charge(tx, payment, command):
        return await _pay_again(tx, ports, bookings, payment, command.reference or "")
    settled = [await _settle_part(tx, ports, rooms, part, command) for part in payment.parts]
    await tell_bookers(tx, [(before, decision.booking) for before, decision in settled])
    changed = (p for _, decision in settled for p in decision.changed_payments)
    after = next((p for p in changed if p.id == payment.id), None)
    if after is not None:
        # The parts share their fate; it is the whole that is kept.
        await tx.payments.save(
            replace(
                payment,
                status=after.status,
                reference=after.reference,
                updated_at=after.updated_at,
            )
        )
    return settled[0][1].booking


async def _settle_part(
    tx: Transaction,
    ports: Ports,
    rooms: Mapping[str, Room],
    part: Payment,
    command: SettlePayment,
) -> tuple[Booking, Decision]:
    """One of the payment's bookings, which is locked, and what the outcome does to it.

    It is written already; that the booker is told is left to whoever settles all of them.
    """
    # Read anew: to make way for the one before, this one's lapsed change may have been dropped.
    booking = await tx.bookings.get(part.booking_id, lock=True)
    if booking is None:
        raise NotFound("checkout")
    change = booking.pending_change
    wanted = change if change and change.payment_id == part.id else booking
    context = await load_context(
        tx, rooms[wanted.room.id], wanted.slot, None, ports, sparing=booking
    )
    decision = decide_settle(context, booking, part, command.outcome, command.reference)
    if decision is None:
        return booking, Decision(booking=booking)
    others = tuple(p for p in decision.changed_payments if p.id != part.id)
    await apply(tx, replace(decision, changed_payments=others), tell=False)
    return booking, decision


async def _is_another_charge(tx: Transaction, payment: Payment, command: SettlePayment) -> bool:
    """Whether money came for what is paid, by a charge that nobody has told us of before."""
    if payment.status is not PaymentStatus.SUCCEEDED or command.outcome is not PaymentOutcome.PAID:
        return False
    if command.reference in (None, payment.reference):
        return False
    return await tx.payments.with_reference(command.reference) is None


async def _pay_again(
    tx: Transaction,
    ports: Ports,
    bookings: Mapping[str, Booking],
    payment: Payment,
    reference: str,
) -> Booking:
    for part in payment.parts:
        await apply(
            tx,
            decide_paid_again(bookings[part.booking_id], part, reference, tx.now, ports.new_id),
        )
    return bookings[payment.booking_id]
