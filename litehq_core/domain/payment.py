"""Payments: intents written before the provider is called, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from litehq_core.domain.money import Money
from litehq_core.domain.wall_clock import instant_text


class PaymentKind(StrEnum):
    """Money coming in through a checkout, or going back."""

    CHECKOUT = "checkout"
    REFUND = "refund"


class PaymentPurpose(StrEnum):
    """What a payment is for: the booking itself, or a change to it."""

    BOOKING = "booking"
    CHANGE = "change"


class PaymentStatus(StrEnum):
    """``pending``: the provider has not heard of it yet; ``closing``: nor of its end."""

    PENDING = "pending"
    OPEN = "open"
    CLOSING = "closing"
    SUCCEEDED = "succeeded"
    EXPIRED = "expired"


class PaymentOutcome(StrEnum):
    """What a provider reports of a checkout."""

    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One checkout or refund of a booking.

    The id is the idempotency key at the provider. ``reference`` is the provider's id.
    """

    id: str
    workspace_id: str
    booking_id: str
    kind: PaymentKind
    purpose: PaymentPurpose
    status: PaymentStatus
    amount: Money
    reference: str | None = None
    checkout_url: str | None = None
    expires_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def is_unsettled(self) -> bool:
        """Whether the payer, or the provider, has still to act."""
        return self.status in (PaymentStatus.PENDING, PaymentStatus.OPEN)


def payment_record(payment: Payment) -> dict[str, Any]:
    """A payment as events show it; ``metadata.booking_id`` is what clients rely on."""
    return {
        "id": payment.id,
        "object": "refund" if payment.kind is PaymentKind.REFUND else "charge",
        "status": payment.status.value,
        "amount_minor": payment.amount.amount_minor,
        "currency": payment.amount.currency,
        "booking_id": payment.booking_id,
        "metadata": {"booking_id": payment.booking_id},
        "created_at": instant_text(payment.created_at),
    }
