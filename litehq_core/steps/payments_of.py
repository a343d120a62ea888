"""The payments that a booking has a say in."""

from __future__ import annotations

from litehq_core.domain.booking import Booking
from litehq_core.domain.payment import Payment
from litehq_core.ports.transaction import Transaction


async def payments_of(tx: Transaction, booking: Booking) -> tuple[Payment, ...]:
    """The booking's payments, oldest first.

    The checkout that it shares with others is among them once nobody else waits for it: then it
    is for this booking to say what becomes of it.
    """
    own = await tx.payments.of_booking(booking.id)
    return (*own, *await _left_alone_with(tx, booking))


async def _left_alone_with(tx: Transaction, booking: Booking) -> list[Payment]:
    if booking.series_id is None or not booking.awaited_payments():
        return []
    others: set[str] = set()
    for other in await tx.bookings.of_series(booking.series_id):
        if other.id != booking.id and not other.is_lapsed(tx.now):
            others |= other.awaited_payments()
    found = [await tx.payments.get(i) for i in sorted(booking.awaited_payments() - others)]
    return [payment for payment in found if payment is not None and payment.shares]
