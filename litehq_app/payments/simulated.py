"""Payments without a provider: the checkout is a page of this server."""

from __future__ import annotations

from datetime import UTC, datetime

from litehq_core.domain.connect import AccountState, OnboardingLink
from litehq_core.domain.payment import Payment
from litehq_core.domain.provider_report import ProviderReport
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import Charge, ChargeStatus, Checkout, SavedCardCharge

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


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

    async def look_up(self, payment: Payment) -> None:
        """Nothing to find out: whatever is done on the page, the core does."""
        require_outside("asking about a checkout")

    async def refund(self, payment: Payment) -> str:
        """The refund's reference."""
        require_outside("a refund")
        return f"sim_re_{payment.id}"

    async def has_saved_card(self, workspace_id: str, payer_id: str) -> bool:
        """Never for a change: one should see the page on which it is paid."""
        return False


class SimulatedConnect:
    """Without a provider there is nothing to connect: every workspace takes payments."""

    provider = "simulated"
    needs_account = False

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    async def create_account(self, workspace_id: str, replaces: str | None = None) -> AccountState:
        """An account that can do everything."""
        require_outside("creating an account")
        return _account(f"acct_sim_{workspace_id}")

    async def account(self, account_id: str) -> AccountState:
        """It can do everything, always."""
        require_outside("asking for an account")
        return _account(account_id)

    async def onboarding(self, account_id: str, return_url: str | None) -> OnboardingLink:
        """The start page: there is nothing to fill in."""
        require_outside("an onboarding link")
        return OnboardingLink(url=return_url or f"{self._public_url}/", expires_at=NEVER)

    async def reports(self, account_id: str, since: datetime) -> tuple[ProviderReport, ...]:
        """Nothing happens at a provider that does not exist."""
        return ()


def _account(account_id: str) -> AccountState:
    return AccountState(
        account_id=account_id, charges_enabled=True, payouts_enabled=True, details_submitted=True
    )
