"""A payment provider that says yes, remembers everything, and fails when it is told to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from litehq_core.domain.payment import Payment
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import (
    Charge,
    ChargeStatus,
    Checkout,
    SavedCardCharge,
    Verdict,
)

Method = Literal["open_checkout", "close_checkout", "look_up", "refund", "charge_saved_card"]


@dataclass(frozen=True, slots=True)
class PaymentCall:
    """One call that reached the provider, whether or not it then failed."""

    method: Method
    payment: Payment


class MemoryPayments:
    """Records every call in ``calls``; what it answers depends on the payment's id alone.

    Charges of saved cards are recorded in ``charges``, and answered as they are told to be. The
    payer is not part of it: report an outcome to the core as a webhook would.
    """

    def __init__(self, base_url: str = "https://checkout.example") -> None:
        self.calls: list[PaymentCall] = []
        self._base_url = base_url
        self.charges: list[SavedCardCharge] = []
        self._answers: list[Charge] = []
        self._charged: dict[str, Charge] = {}
        self._failures: dict[Method, list[Exception]] = {}
        # What the provider knows, by payment id; and whose changes are charged to a saved card.
        self.verdicts: dict[str, Verdict] = {}
        self.saved_cards: set[str] = set()

    def fail_once(self, method: Method, error: Exception) -> None:
        """Let the next call of ``method`` raise; failures asked for earlier come first."""
        self._failures.setdefault(method, []).append(error)

    def payments(self, method: Method) -> list[Payment]:
        """The payments with which ``method`` was called, in order."""
        return [call.payment for call in self.calls if call.method == method]

    def answer_once(self, charge: Charge) -> None:
        """Let the next charge of a saved card end so; those asked for earlier come first."""
        self._answers.append(charge)

    async def charge_saved_card(self, charge: SavedCardCharge) -> Charge:
        """As it was asked for, else a success; the same for the same id, however often."""
        require_outside("charge_saved_card")
        self.charges.append(charge)
        self._fail("charge_saved_card")
        if charge.id not in self._charged:
            usual = Charge(reference=f"pi_{charge.id}", status=ChargeStatus.SUCCEEDED)
            self._charged[charge.id] = self._answers.pop(0) if self._answers else usual
        return self._charged[charge.id]

    async def open_checkout(self, payment: Payment) -> Checkout:
        """A checkout whose address and reference follow from the payment's id."""
        self._called("open_checkout", payment)
        return Checkout(url=f"{self._base_url}/{payment.id}", reference=f"cs_{payment.id}")

    async def close_checkout(self, payment: Payment) -> Verdict | None:
        """Nothing more can be paid here anyway; what was paid before is told."""
        self._called("close_checkout", payment)
        return self.verdicts.get(payment.id)

    async def look_up(self, payment: Payment) -> Verdict | None:
        """What ``verdicts`` says of the payment."""
        self._called("look_up", payment)
        return self.verdicts.get(payment.id)

    async def refund(self, payment: Payment) -> str:
        """The refund's reference, which follows from the payment's id."""
        self._called("refund", payment)
        return f"re_{payment.id}"

    async def has_saved_card(self, workspace_id: str, payer_id: str) -> bool:
        """Whether the payer is among ``saved_cards``."""
        return payer_id in self.saved_cards

    def _called(self, method: Method, payment: Payment) -> None:
        require_outside(method)
        self.calls.append(PaymentCall(method, payment))
        self._fail(method)

    def _fail(self, method: Method) -> None:
        if failures := self._failures.get(method):
            raise failures.pop(0)
