"""Workspaces' own accounts at Stripe: made, onboarded, and asked for their events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from stripe import Account, StripeClient

from litehq_app.payments.stripe.client import asking, on_account
from litehq_app.payments.stripe.reports import HEARD, account_state, report_of
from litehq_core.domain.connect import AccountState, OnboardingLink
from litehq_core.domain.provider_report import ProviderReport
from litehq_core.ports.boundary import require_outside


class StripeConnect:
    """Implements ``Connect``."""

    provider = "stripe"
    needs_account = True

    def __init__(self, client: StripeClient, *, public_url: str) -> None:
        self._v1 = client.v1
        self._public_url = public_url

    async def create_account(self, workspace_id: str, replaces: str | None = None) -> AccountState:
        """A standard account: its owner sees everything at Stripe, and is paid directly."""
        require_outside("creating an account")
        with asking():
            account = await self._v1.accounts.create_async(
                {"type": "standard", "metadata": {"workspace_id": workspace_id}},
                {"idempotency_key": f"{workspace_id}-account-{replaces or 'first'}"},
            )
        return _state(account)

    async def account(self, account_id: str) -> AccountState:
        """An account as it is now."""
        require_outside("asking for an account")
        with asking():
            return _state(await self._v1.accounts.retrieve_async(account_id))

    async def onboarding(self, account_id: str, return_url: str | None) -> OnboardingLink:
        """A fresh link; each is good for one visit and some minutes."""
        back = return_url or f"{self._public_url}/"
        require_outside("an onboarding link")
        with asking():
            link = await self._v1.account_links.create_async(
                {
                    "account": account_id,
                    "type": "account_onboarding",
                    "refresh_url": back,
                    "return_url": back,
                }
            )
        return OnboardingLink(url=link.url, expires_at=datetime.fromtimestamp(link.expires_at, UTC))

    async def reports(self, account_id: str, since: datetime) -> Sequence[ProviderReport]:
        """The account's events since an instant, oldest first."""
        require_outside("asking for events")
        with asking():
            made = await self._v1.events.list_async(
                {
                    "created": {"gte": int(since.timestamp())},
                    "types": sorted(HEARD),
                    "limit": 100,
                },
                on_account(account_id),
            )
            newest_first = [event async for event in made.auto_paging_iter()]
        return [report_of(event.to_dict()) for event in reversed(newest_first)]


def _state(account: Account) -> AccountState:
    return account_state(account.to_dict())
