"""Read a checkout: what the simulated payment page shows."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.errors import NotFound
from litehq_core.domain.payment import Payment, PaymentKind
from litehq_core.ports.ports import Ports


async def get_checkout(ports: Ports, actor: Actor, payment_id: str) -> tuple[Payment, Booking]:
    """A checkout and the booking that it is for.

    Raises:
        AuthScopeInsufficient: needs ``billing:read``.
        NotFound: no such checkout.
    """
    actor.require(Scope.BILLING_READ)
    async with ports.begin(actor) as tx:
        payment = await tx.payments.get(payment_id)
        if payment is None or payment.kind is not PaymentKind.CHECKOUT:
            raise NotFound("checkout")
        booking = await tx.bookings.get(payment.booking_id)
        if booking is None:
            raise NotFound("checkout")
        return payment, booking
