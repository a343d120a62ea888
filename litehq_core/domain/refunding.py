"""The intent to give money back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from litehq_core.domain.booking import Booking
from litehq_core.domain.ids import Prefix
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentPurpose, PaymentStatus


def refund(
    booking: Booking, amount_minor: int, now: datetime, new_id: Callable[[Prefix], str]
) -> tuple[Booking, tuple[Payment, ...]]:
    """The booking with ``amount_minor`` given back, and the intent to send it.

    It counts as refunded from here on, so that no second decision gives it back again while it
    is on its way; and never more than what is left of what was paid.
    """
    amount_minor = min(amount_minor, booking.settled_minor)
    if amount_minor <= 0:
        return booking, ()
    return (
        replace(booking, refunded_minor=booking.refunded_minor + amount_minor),
        (
            Payment(
                id=new_id(Prefix.PAYMENT),
                workspace_id=booking.workspace_id,
                booking_id=booking.id,
                kind=PaymentKind.REFUND,
                purpose=PaymentPurpose.BOOKING,
                status=PaymentStatus.PENDING,
                amount=Money(currency=booking.price.currency, amount_minor=amount_minor),
                created_at=now,
                updated_at=now,
            ),
        ),
    )
