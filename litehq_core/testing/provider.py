"""The payment provider's accounts in memory: what is stored of them, and the provider's part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from litehq_core.domain.connect import AccountState, ConnectAccount, OnboardingLink
from litehq_core.domain.errors import StripeUnconfigured
from litehq_core.domain.provider_report import ProviderReport
from litehq_core.ports.boundary import require_outside
from litehq_core.testing.tables import MemoryTables


class MemoryProviderRecords:
    """The workspace's account, customers and heard events."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def account(self, *, lock: bool = False) -> ConnectAccount | None:
        """The workspace's account; the one writer is lock enough."""
        return self._tables.connect_accounts.get((self._workspace_id,))

    async def put_account(self, account: ConnectAccount) -> None:
        """Write all of the workspace's account, new or not."""
        self._tables.connect_accounts.put((self._workspace_id,), account)

    async def customer(self, payer_id: str) -> str | None:
        """The provider's id of a payer."""
        return self._tables.customers.get((self._workspace_id, payer_id))

    async def add_customer(self, payer_id: str, customer_id: str) -> str:
        """Note the provider's id of a payer, unless there is one."""
        key = (self._workspace_id, payer_id)
        known = self._tables.customers.get(key)
        if known is None:
            self._tables.customers.put(key, customer_id)
        return known or customer_id

    async def forget_customers(self) -> None:
        """The payers are unknown again."""
        for owner, payer_id in list(self._tables.customers.committed()):
            if owner == self._workspace_id:
                self._tables.customers.delete((owner, payer_id))

    async def hear(self, event_id: str) -> bool:
        """Note an event of the provider's; False if it was heard before."""
        key = (self._workspace_id, event_id)
        if self._tables.heard_events.get(key) is not None:
            return False
        self._tables.heard_events.put(key, event_id)
        return True


class MemoryConnect:
    """A provider whose accounts are what a test makes of them.

    ``accounts`` are by id; ``told`` are the events of each, oldest first.
    """

    def __init__(
        self, *, provider: str = "stripe", needs_account: bool = True, onboards: bool = False
    ) -> None:
        self.provider = provider
        self.needs_account = needs_account
        self.accounts: dict[str, AccountState] = {}
        self.told: dict[str, list[ProviderReport]] = {}
        self._onboards = onboards

    async def create_account(self, workspace_id: str, replaces: str | None = None) -> AccountState:
        """An account whose id follows from the workspace's, and from what it takes the place of."""
        require_outside("creating an account")
        account_id = f"{replaces}_2" if replaces else f"acct_{workspace_id}"
        fresh = AccountState(
            account_id=account_id,
            charges_enabled=self._onboards,
            payouts_enabled=self._onboards,
            details_submitted=self._onboards,
            requirements=() if self._onboards else ("external_account",),
        )
        return self.accounts.setdefault(account_id, fresh)

    def complete(self, account_id: str) -> AccountState:
        """Let the operator finish the onboarding."""
        done = replace(
            self.accounts[account_id],
            charges_enabled=True,
            payouts_enabled=True,
            details_submitted=True,
            requirements=(),
        )
        self.accounts[account_id] = done
        return done

    async def account(self, account_id: str) -> AccountState:
        """An account as it is now."""
        require_outside("asking for an account")
        if account_id not in self.accounts:
            raise StripeUnconfigured
        return self.accounts[account_id]

    async def onboarding(self, account_id: str, return_url: str | None) -> OnboardingLink:
        """A link that follows from the account's id."""
        await self.account(account_id)
        return OnboardingLink(
            url=f"https://connect.example/{account_id}",
            expires_at=datetime(2099, 1, 1, tzinfo=UTC),
        )

    async def reports(self, account_id: str, since: datetime) -> Sequence[ProviderReport]:
        """All of the account's events."""
        await self.account(account_id)
        return self.told.get(account_id, [])
