"""What a change of a booking costs or gives back: longer, shorter, moved, cheaper, dearer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.price import Price
from litehq_core.domain.rate_card import BillingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What the payer pays for a change, and what he gets back; nothing of it is negative.

    Attributes:
        charge_minor: to be paid by card before the change happens, in minor units.
        charge_tokens: taken from the wallet with the change.
        refund_minor, refund_tokens: given back with the change.
    """

    charge_minor: int = 0
    charge_tokens: int = 0
    refund_minor: int = 0
    refund_tokens: int = 0


def delta(booking: Booking, mode: BillingMode, price: Price, now: datetime) -> Delta:
    """What it costs to change ``booking`` at ``now`` to ``price``, paid in ``mode``.

    ``contract.md``, Edit: dearer, the difference is charged; cheaper, it is refunded as the frozen
    policy says; a new mode reverses the old leg in full, whatever the policy says, since nothing is
    being cancelled. An invoice is neither charged nor refunded here. A hold has paid nothing yet,
    so the whole new price is due.

    The same price in the same mode costs nothing. Told from the two refunds rather than from the
    difference, many small steps down give back what one large one does; and never more than what
    is left of what was paid.
    """
    same_leg = mode is booking.billing_mode and booking.status is not BookingStatus.PENDING_PAYMENT
    by_card = price.amount_minor if mode is BillingMode.CARD else 0
    in_tokens = (price.tokens or 0) if mode is BillingMode.TOKENS else 0
    if not same_leg:
        return Delta(
            charge_minor=by_card,
            charge_tokens=in_tokens,
            refund_minor=booking.refundable_minor,
            refund_tokens=booking.refundable_tokens,
        )
    if mode is BillingMode.INVOICE:
        return Delta()
    return Delta(
        charge_minor=max(0, by_card - booking.price.amount_minor),
        charge_tokens=max(0, in_tokens - (booking.price.tokens or 0)),
        refund_minor=_cut(booking, booking.refundable_minor, by_card, now),
        refund_tokens=_cut(booking, booking.refundable_tokens, in_tokens, now),
    )


def _cut(booking: Booking, paid: int, cost: int, now: datetime) -> int:
    """What the policy gives back of ``paid`` when just ``cost`` is wanted of it from now on."""
    return booking.policy.refund_between(paid, min(paid, cost), start_at=booking.start_at, now=now)
