"""The token ledger in memory."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Effect,
    Transfer,
    TransferKind,
    effects,
)
from litehq_core.testing.table import MemoryDefect
from litehq_core.testing.tables import MemoryTables


class MemoryLedger:
    """The append-only token ledger."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def balance(self, account: Account) -> Balance:
        """The account's balance; zero if never used."""
        return self._tables.balances.get((self._workspace_id, account)) or Balance()

    async def write(self, transfers: Sequence[Transfer]) -> None:
        """Append transfers and apply their effects, in order."""
        for transfer in transfers:
            key = (self._workspace_id, transfer.id)
            if self._tables.transfers.get(key) is not None:
                raise MemoryDefect(f"{transfer.id} is written already")
            self._tables.transfers.put(key, transfer)
            if transfer.kind is TransferKind.HOLD:
                self._tables.open_holds.put((self._workspace_id, transfer.id), transfer)
            elif transfer.hold_id is not None:
                self._end_hold(transfer.hold_id)
            for effect in effects(transfer):
                await self._apply(effect, transfer.amount)

    async def open_hold(self, booking_id: str) -> Transfer | None:
        """The booking's hold that was neither posted nor voided, if there is one."""
        holds = reversed(self._tables.open_holds.scan(self._workspace_id))
        return next((hold for hold in holds if hold.booking_id == booking_id), None)

    def _end_hold(self, hold_id: str) -> None:
        key = (self._workspace_id, hold_id)
        if self._tables.open_holds.get(key) is None:
            raise MemoryDefect(f"{hold_id} is not an open hold")
        self._tables.open_holds.delete(key)

    async def _apply(self, effect: Effect, amount: int) -> None:
        old = await self.balance(effect.account)
        new = Balance(posted=old.posted + effect.posted, held=old.held + effect.held)
        if effect.account.kind is AccountKind.WALLET and new.spendable < 0:
            raise InsufficientTokens(required=amount, available=old.spendable)
        self._tables.balances.put((self._workspace_id, effect.account), new)
