"""Writing down which charges refunds are taken from, before anybody is asked to send them."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.booking import Booking
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.domain.refund_sources import spread
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.payments_of import charges_of


async def plan_refunds(tx: Transaction, booking: Booking) -> None:
    """Settle it for every refund of a booking that waits, in their order; the booking is locked.

    A second try then asks for exactly the same. And what somebody gives back by hand of a charge
    can be told from what we are about to give back of it.
    """
    for payment in await tx.payments.of_booking(booking.id):
        waits = (payment.kind, payment.status) == (PaymentKind.REFUND, PaymentStatus.PENDING)
        if waits and not payment.sources:
            sources = spread(payment, await charges_of(tx, booking))
            if sources:
                await tx.payments.save(replace(payment, sources=sources))
