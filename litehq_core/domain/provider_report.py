"""What the payment provider tells of its own accord, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from litehq_core.domain.connect import AccountState
from litehq_core.domain.money import Money
from litehq_core.domain.payment import PaymentOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutReport:
    """How a checkout went. ``reference`` is the charge's id, ``amount`` what was paid."""

    payment_id: str
    outcome: PaymentOutcome
    reference: str | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBackReport:
    """All that a charge has given back by now, by us or by hand.

    ``payment_id`` is what the charge itself says that it is for, if it does.
    """

    reference: str
    refunded: Money
    payment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailedReport:
    """A refund of ours has come back. ``payment_id`` is ours, ``reference`` the provider's."""

    payment_id: str
    reference: str
    amount: Money


class DisputePhase(StrEnum):
    """What happens to the money of a charge that its payer disputes."""

    OPENED = "opened"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeReport:
    """How a dispute about the charge ``reference`` goes."""

    dispute_id: str
    reference: str
    phase: DisputePhase
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """The state of the workspace's account; None: our access was taken away."""

    state: AccountState | None


Told = CheckoutReport | GivenBackReport | RefundFailedReport | DisputeReport | AccountReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReport:
    """One event of the provider's. ``told`` is None if it is nothing that concerns us."""

    event_id: str
    told: Told | None
