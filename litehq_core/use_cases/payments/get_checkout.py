"""Read a checkout: what the simulated payment page shows."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import OCCUPYING, Booking
from litehq_core.domain.errors import NotFound
from litehq_core.domain.payment import Payment, PaymentKind
from litehq_core.ports.ports import Ports


async def get_checkout(ports: Ports, actor: Actor, payment_id: str) -> tuple[Payment, Booking]:
    """A checkout and the booking that it is for.

    Of several that share it, one that still waits for it, else one that it was paid for.

    Raises:
        AuthScopeInsufficient: needs ``billing:read``.
        NotFound: no such checkout.
    """
    actor.require(Scope.BILLING_READ)
    async with ports.begin(actor) as tx:
        payment = await tx.payments.get(payment_id)
        if payment is None or payment.kind is not PaymentKind.CHECKOUT:
            raise NotFound("checkout")
        found = [await tx.bookings.get(booking_id) for booking_id in payment.booking_ids]
        bookings = [booking for booking in found if booking is not None]
        if not bookings:
            raise NotFound("checkout")
        awaiting = (b for b in bookings if payment.id in b.awaited_payments())
        kept = (b for b in bookings if b.status in OCCUPYING and b.payment_id == payment.id)
        return payment, next(awaiting, None) or next(kept, bookings[0])
