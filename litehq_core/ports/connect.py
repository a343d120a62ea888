"""The workspace's account at the payment provider: at the provider, and in our store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from litehq_core.domain.connect import AccountState, ConnectAccount, OnboardingLink
from litehq_core.domain.provider_report import ProviderReport


class Connect(Protocol):
    """Accounts at the provider. Called outside transactions only.

    Every method raises ServiceUnavailable if the provider cannot be reached.
    """

    @property
    def provider(self) -> str:
        """What the provider is called."""

    @property
    def needs_account(self) -> bool:
        """Whether a workspace has to have an account before it can take payments."""

    async def create_account(self, workspace_id: str, replaces: str | None = None) -> AccountState:
        """An account for a workspace; the same one, if it is asked for again.

        Args:
            replaces: the account that was disconnected before, if there was one.
        """

    async def account(self, account_id: str) -> AccountState:
        """An account as it is now.

        Raises:
            StripeUnconfigured: our access to it was taken away.
        """

    async def onboarding(self, account_id: str, return_url: str | None) -> OnboardingLink:
        """A fresh link on which the operator goes on. Raises as :meth:`account`.

        Args:
            return_url: where he is sent afterwards; None: to our start page.
        """

    async def reports(self, account_id: str, since: datetime) -> Sequence[ProviderReport]:
        """The account's events since an instant, oldest first. Raises as :meth:`account`."""


class ProviderRecords(Protocol):
    """What we know of the workspace at the provider: its account, customers, and events heard."""

    async def account(self, *, lock: bool = False) -> ConnectAccount | None:
        """The workspace's account; with ``lock`` nobody else changes it meanwhile."""

    async def put_account(self, account: ConnectAccount) -> None:
        """Write all of the workspace's account, new or not."""

    async def customer(self, payer_id: str) -> str | None:
        """The provider's id of a member or company that has paid before."""

    async def add_customer(self, payer_id: str, customer_id: str) -> str:
        """Note the provider's id of a payer; the one that counts: whoever comes first is kept."""

    async def forget_customers(self) -> None:
        """The payers are unknown again: another account knows none of them."""

    async def hear(self, event_id: str) -> bool:
        """Note an event of the provider's; False if it was heard before."""
