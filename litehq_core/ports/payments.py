"""The payment provider, as the core sees it. Called outside transactions only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """An open checkout: where the payer goes, and the provider's id of it."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a payment ended at the provider, and its id of the charge if there was one."""

    outcome: PaymentOutcome
    reference: str | None = None


class ChargeStatus(StrEnum):
    """What came of charging a saved card. Only the first has brought money."""

    SUCCEEDED = "succeeded"
    REQUIRES_ACTION = "requires_action"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCardCharge:
    """A wish to charge the saved card of a payer, who is not there.

    Attributes:
        id: the idempotency key at the provider.
        payer_id: whose card: ``mem_…`` or ``co_…``.
        metadata: kept by the provider beside the charge.
        description: what the payer reads on his statement or receipt.
    """

    id: str
    workspace_id: str
    payer_id: str
    amount: Money
    metadata: Mapping[str, str]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What the provider did: its id of the charge (``pi_…``), and why it failed, if it did.

    ``fee`` is what the provider keeps of the money, where it says so at once.
    """

    reference: str
    status: ChargeStatus
    failure: str | None = None
    fee: Money | None = None


class Payments(Protocol):
    """Opens and closes checkouts, charges saved cards, and refunds.

    Every call may be repeated with the same payment: its id is the idempotency key.
    """

    async def open_checkout(self, payment: Payment) -> Checkout:
        """Open a checkout for ``payment.amount`` until ``payment.expires_at``.

        Raises:
            PaymentFailed: the provider refused.
            StripeUnconfigured: the workspace cannot take payments yet.
            ServiceUnavailable: the provider could not be reached.
        """

    async def close_checkout(self, payment: Payment) -> Verdict | None:
        """See to it that the checkout can no longer be paid. Raises as ``open_checkout``.

        Returns:
            What happened to it before, if it was paid already; else None.
        """

    async def look_up(self, payment: Payment) -> Verdict | None:
        """What the provider knows of an open checkout; None while it may still be paid.

        Raises as ``open_checkout``.
        """

    async def has_saved_card(self, workspace_id: str, payer_id: str) -> bool:
        """Whether it is worth trying to charge a change to what the payer paid with before."""

    async def charge_saved_card(self, charge: SavedCardCharge) -> Charge:
        """Charge the payer's saved card. Repeating it with the same id charges once.

        Raises:
            PaymentFailed: the payer has no saved card, or the provider refused.
            StripeUnconfigured, ServiceUnavailable: as ``open_checkout``.
        """

    async def refund(self, payment: Payment) -> str:
        """Give ``payment.amount`` back from its ``sources``; the provider's id of the refund.

        Raises as ``open_checkout``.
        """
