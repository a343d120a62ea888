"""Payments: intents written before the provider is called, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
class Share:
    """What one of several bookings has in a checkout that they are paid by together."""

    booking_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What of a refund is taken from one charge; ``reference`` is the provider's id of that.

    ``disputed``: the payer's bank took it, so that the charge itself knows nothing of it.
    """

    reference: str
    amount_minor: int
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One checkout or refund of a booking; or the one checkout of several.

    The id is the idempotency key at the provider. ``reference`` is the provider's id. ``shares``
    are those of several bookings, in the order of their ids, and make up the amount;
    ``booking_id`` is then the first of them. Of a single booking there are none. ``sources`` are
    the charges that a refund is given back from, settled before the provider is first asked.
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
    shares: tuple[Share, ...] = ()
    sources: tuple[Source, ...] = ()
    created_at: datetime
    updated_at: datetime

    @property
    def booking_ids(self) -> tuple[str, ...]:
        """Every booking that it pays for; whoever writes the payment holds the locks of all."""
        return tuple(share.booking_id for share in self.shares) or (self.booking_id,)

    @property
    def parts(self) -> tuple[Payment, ...]:
        """The payment as each of its bookings sees it: its own share, under the common id."""
        if not self.shares:
            return (self,)
        return tuple(
            replace(
                self,
                booking_id=share.booking_id,
                amount=replace(self.amount, amount_minor=share.amount_minor),
                shares=(),
            )
            for share in self.shares
        )

    @property
    def is_unsettled(self) -> bool:
        """Whether the payer, or the provider, has still to act."""
        return self.status in (PaymentStatus.PENDING, PaymentStatus.OPEN)


def gathered(parts: Sequence[Payment]) -> Payment:
    """The one payment whose ``parts`` these are; at least one, and all of one currency and id."""
    parts = sorted(parts, key=lambda part: part.booking_id)
    first = parts[0]
    if len(parts) == 1:
        return first
    return replace(
        first,
        amount=replace(first.amount, amount_minor=sum(p.amount.amount_minor for p in parts)),
        # Open for as long as any of them may be paid; each booking lapses by its own time.
        expires_at=max((p.expires_at for p in parts if p.expires_at), default=None),
        shares=tuple(
            Share(booking_id=p.booking_id, amount_minor=p.amount.amount_minor) for p in parts
        ),
    )


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
