"""The payment provider, as the core sees it. Called outside transactions only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from litehq_core.domain.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """An open checkout: where the payer goes, and the provider's id of it."""

    url: str
    reference: str


class Payments(Protocol):
    """Opens and closes checkouts, and refunds. Every call may be repeated with the same payment:

    the payment's id is the idempotency key.
    """

    async def open_checkout(self, payment: Payment) -> Checkout:
        """Open a checkout for ``payment.amount`` until ``payment.expires_at``.

        Raises:
            PaymentFailed: the provider refused.
            StripeUnconfigured: the workspace cannot take payments yet.
            ServiceUnavailable: the provider could not be reached.
        """

    async def close_checkout(self, payment: Payment) -> None:
        """See to it that the checkout can no longer be paid. Raises as ``open_checkout``."""

    async def refund(self, payment: Payment) -> str:
        """Give ``payment.amount`` back to the booking's payer; the provider's id of the refund.

        Raises as ``open_checkout``.
        """
