"""A payment provider that says yes, remembers everything, and fails when it is told to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from litehq_core.domain.payment import Payment
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import Checkout

Method = Literal["open_checkout", "close_checkout", "refund"]


@dataclass(frozen=True, slots=True)
class PaymentCall:
    """One call that reached the provider, whether or not it then failed."""

    method: Method
    payment: Payment


class MemoryPayments:
    """Records every call in ``calls``; what it answers depends on the payment's id alone.

    The payer is not part of it: report an outcome to the core as a webhook would.
    """

    def __init__(self, base_url: str = "https://checkout.example") -> None:
        self.calls: list[PaymentCall] = []
        self._base_url = base_url
        self._failures: dict[Method, list[Exception]] = {}

    def fail_once(self, method: Method, error: Exception) -> None:
        """Let the next call of ``method`` raise; failures asked for earlier come first."""
        self._failures.setdefault(method, []).append(error)

    def payments(self, method: Method) -> list[Payment]:
        """The payments with which ``method`` was called, in order."""
        return [call.payment for call in self.calls if call.method == method]

    async def open_checkout(self, payment: Payment) -> Checkout:
        """A checkout whose address and reference follow from the payment's id."""
        self._called("open_checkout", payment)
        return Checkout(url=f"{self._base_url}/{payment.id}", reference=f"cs_{payment.id}")

    async def close_checkout(self, payment: Payment) -> None:
        """Nothing more can be paid here anyway."""
        self._called("close_checkout", payment)

    async def refund(self, payment: Payment) -> str:
        """The refund's reference, which follows from the payment's id."""
        self._called("refund", payment)
        return f"re_{payment.id}"

    def _called(self, method: Method, payment: Payment) -> None:
        require_outside(method)
        self.calls.append(PaymentCall(method, payment))
        if failures := self._failures.get(method):
            raise failures.pop(0)
