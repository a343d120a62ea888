"""The ledger in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from litehq_core.domain.errors import InsufficientTokens
from litehq_core.domain.ledger import (
    Account,
    AccountKind,
    Balance,
    Effect,
    Transfer,
    TransferKind,
    effects,
    wallet_of,
)
from litehq_core.domain.ledger_chain import ChainHead, chained
from litehq_core.domain.lots import HeldLot, Lot, Wallet
from litehq_core.testing.table import MemoryDefect
from litehq_core.testing.tables import MemoryTables


class MemoryLedger:
    """The append-only ledger, and the lots that its tokens lie in."""

    def __init__(self, tables: MemoryTables, workspace_id: str, now: datetime) -> None:
        self._tables = tables
        self._workspace_id = workspace_id
        self._now = now

    async def balance(self, account: Account) -> Balance:
        """The account's balance; zero if never used."""
        return self._tables.balances.get((self._workspace_id, account)) or Balance()

    async def wallet(self, member_id: str) -> Wallet:
        """The member's lots that have tokens in them."""
        lots = self._tables.lots.scan(self._workspace_id)
        return Wallet.of(h for h in lots if h.lot.member_id == member_id and h.balance.posted)

    async def lot(self, lot_id: str) -> HeldLot | None:
        """A lot, empty or not."""
        return self._tables.lots.get((self._workspace_id, lot_id))

    async def add_lot(self, lot: Lot) -> None:
        """Insert a new lot, which is empty until a transfer fills it."""
        self._tables.require_related(lot)
        self._tables.lots.insert((self._workspace_id, lot.id), HeldLot(lot, Balance()))

    async def write(self, transfers: Sequence[Transfer]) -> None:
        """Append transfers, in order, and apply their effects."""
        if not transfers:
            return
        balances_after: dict[str, int] = {}
        for transfer in transfers:
            if transfer.hold_id is not None:
                self._end_hold(transfer.hold_id)
            if transfer.kind is TransferKind.HOLD:
                self._tables.holds.put((self._workspace_id, transfer.id), "open")
            for effect in effects(transfer):
                await self._apply(effect, transfer.amount)
            if transfer.member_id is not None:
                wallet = await self.balance(wallet_of(transfer.member_id))
                balances_after[transfer.id] = wallet.posted
        head = self._tables.ledger_heads.get((self._workspace_id,)) or ChainHead()
        entries = chained(self._workspace_id, head, transfers, self._now, balances_after)
        for entry in entries:
            key = (self._workspace_id, entry.transfer.id)
            if self._tables.transfers.get(key) is not None:
                raise MemoryDefect(f"{entry.transfer.id} is written already")
            self._tables.transfers.put(key, entry)
        last = ChainHead(position=entries[-1].position, hash=entries[-1].hash)
        self._tables.ledger_heads.put((self._workspace_id,), last)

    def _end_hold(self, hold_id: str) -> None:
        key = (self._workspace_id, hold_id)
        if self._tables.holds.get(key) != "open":
            raise MemoryDefect(f"{hold_id} is not an open hold")
        self._tables.holds.put(key, "ended")

    async def _apply(self, effect: Effect, amount: int) -> None:
        if effect.lot_id is not None:
            self._apply_to_lot(effect, effect.lot_id, amount)
        old = await self.balance(effect.account)
        self._tables.balances.put((self._workspace_id, effect.account), old.after(effect))

    def _apply_to_lot(self, effect: Effect, lot_id: str, amount: int) -> None:
        key = (self._workspace_id, lot_id)
        held = self._tables.lots.get(key)
        if held is None or (held.lot.member_id, AccountKind.WALLET) != (
            effect.account.owner,
            effect.account.kind,
        ):
            raise MemoryDefect(f"{lot_id} is no lot of {effect.account}")
        balance = held.balance.after(effect)
        if balance.spendable < 0:
            raise InsufficientTokens(required=amount, available=held.balance.spendable)
        self._tables.lots.put(key, replace(held, balance=balance))
