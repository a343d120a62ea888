"""Payments without a provider: the checkout is a page of this server."""

from __future__ import annotations

from litehq_core.domain.payment import Payment
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import Charge, ChargeStatus, Checkout, SavedCardCharge


class SimulatedPayments:
    """Keeps nothing: what it answers follows from the payment's id, so repeating is harmless.

    The payer's part is played by whoever opens the page, see ``litehq_app.pages.checkout``.
    """

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    async def open_checkout(self, payment: Payment) -> Checkout:
        """The page's address. It shows whatever the payment's state is."""
        require_outside("opening a checkout")
        return Checkout(
            url=f"{self._public_url}/checkout/{payment.workspace_id}/{payment.id}",
            reference=f"sim_{payment.id}",
        )

    async def close_checkout(self, payment: Payment) -> None:
        """Nothing to tell: the page asks the core. Paying it late is what a provider allows too."""
        require_outside("closing a checkout")

    async def charge_saved_card(self, charge: SavedCardCharge) -> Charge:
        """Everybody has a card here, and it is always good."""
        require_outside("charging a saved card")
        return Charge(reference=f"pi_sim_{charge.id}", status=ChargeStatus.SUCCEEDED)

    async def refund(self, payment: Payment) -> str:
        """The refund's reference."""
        require_outside("a refund")
        return f"sim_re_{payment.id}"
