"""The payments that a booking has a say in."""

from __future__ import annotations

from collections.abc import Iterable

from litehq_core.domain.booking import Booking
from litehq_core.domain.payment import Payment
from litehq_core.ports.transaction import Transaction


async def payments_of(tx: Transaction, booking: Booking) -> tuple[Payment, ...]:
    """The booking's payments, oldest first.

    The checkout that it shares with others is among them once nobody else waits for it: then it
    is for this booking to say what becomes of it.
    """
    own = await tx.payments.of_booking(booking.id)
    if booking.series_id is None:
        return tuple(own)
    found = [await tx.payments.get(i) for i in sorted(booking.awaited_payments())]
    shared = [p for p in found if p is not None and p.shares and p.is_unsettled]
    if shared:
        others = await tx.bookings.of_series(booking.series_id)
        awaited = awaited_by(tx, [other for other in others if other.id != booking.id])
        shared = [payment for payment in shared if payment.id not in awaited]
    return (*own, *shared)


def awaited_by(tx: Transaction, bookings: Iterable[Booking]) -> frozenset[str]:
    """The payments that some of the bookings still wait for."""
    return frozenset().union(*(booking.awaited_payments(tx.now) for booking in bookings))


async def charges_of(tx: Transaction, booking: Booking) -> tuple[Payment, ...]:
    """Everything that was paid for a booking or given back, its part of what it shares included."""
    own = tuple(await tx.payments.of_booking(booking.id))
    if booking.series_id is None:
        return own
    shared = [p for p in await tx.payments.of_series(booking.series_id) if p.shares]
    parts = (part for payment in shared for part in payment.parts)
    return (*own, *(part for part in parts if part.booking_id == booking.id))
