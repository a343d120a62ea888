"""What a store tells of the ledger to readers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from litehq_core.domain.booking import Booking
from litehq_core.domain.invoice_audit import FiledInvoice
from litehq_core.domain.ledger import Account, Balance
from litehq_core.domain.ledger_chain import ChainHead, Entry, Illegible
from litehq_core.domain.lots import HeldLot, Wallet


class LedgerSnapshot(Protocol):
    """A workspace's ledger, bookings and invoices at one moment.

    Each page is at most ``limit`` long.
    """

    async def head(self) -> ChainHead:
        """Where the chain ends."""

    async def entries(self, after: int, limit: int) -> Sequence[Entry | Illegible]:
        """The entries after a position, in order."""

    async def balances(
        self, after: Account | None, limit: int
    ) -> Sequence[tuple[Account, Balance]]:
        """The stored balances after an account, in the accounts' order."""

    async def lots(self, after: str, limit: int) -> Sequence[HeldLot]:
        """The lots after an id, by id."""

    async def bookings(self, after: str, limit: int) -> Sequence[Booking]:
        """The bookings after an id, by id."""

    async def invoices(self, after: str, limit: int) -> Sequence[FiledInvoice]:
        """The invoices after an id, by id, with what is stored about them elsewhere."""

    async def last_invoice_number(self) -> int:
        """The last number that was given; 0 if none was."""


class LedgerReads(Protocol):
    """The ledger, outside any transaction."""

    async def workspace_ids(self) -> Sequence[str]:
        """Every workspace of the installation, by id."""

    async def balance(self, workspace_id: str, account: Account, at: datetime) -> Balance:
        """An account's balance by all entries up to and at ``at``."""

    async def wallet(self, workspace_id: str, member_id: str, at: datetime) -> Wallet:
        """A member's lots that had tokens in them by all entries up to and at ``at``."""

    async def spendable(
        self, workspace_id: str, member_ids: Sequence[str], now: datetime
    ) -> dict[str, int]:
        """What members can spend on some room or other, by member; 0 for those without tokens."""

    async def of_booking(self, workspace_id: str, booking_id: str) -> Sequence[Entry]:
        """The entries that name a booking, in order."""

    def snapshot(self, workspace_id: str) -> AbstractAsyncContextManager[LedgerSnapshot]:
        """Everything at one moment, for as long as the block lasts. Writers do not wait for it."""
