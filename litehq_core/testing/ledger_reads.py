"""The ledger in memory, for readers: what was committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from litehq_core.domain.booking import Booking
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.invoice_audit import FiledInvoice
from litehq_core.domain.invoice_charge import InvoiceChargeStatus
from litehq_core.domain.ledger import Account, Balance, balances, effects
from litehq_core.domain.ledger_chain import ChainHead, Entry, Illegible
from litehq_core.domain.lots import HeldLot, Wallet
from litehq_core.testing.table import Table
from litehq_core.testing.tables import MemoryTables

Row = TypeVar("Row")


class MemoryLedgerReads:
    """The ledger, outside any transaction."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables

    async def workspace_ids(self) -> Sequence[str]:
        """Every workspace, by id."""
        return sorted(key[0] for key in self._tables.workspaces.committed())

    async def balance(self, workspace_id: str, account: Account, at: datetime) -> Balance:
        """An account's balance by all entries up to and at ``at``."""
        sums = balances(entry.transfer for entry in self._until(workspace_id, at))
        return sums.get(account, Balance())

    async def wallet(self, workspace_id: str, member_id: str, at: datetime) -> Wallet:
        """A member's lots that had tokens in them by all entries up to and at ``at``."""
        left: dict[str, Balance] = {}
        for entry in self._until(workspace_id, at):
            for effect in effects(entry.transfer):
                if effect.lot_id is not None:
                    left[effect.lot_id] = left.get(effect.lot_id, Balance()).after(effect)
        return Wallet.of(
            HeldLot(held.lot, left[held.lot.id])
            for held in _of(self._tables.lots, workspace_id).values()
            if held.lot.member_id == member_id and left.get(held.lot.id, Balance()).posted
        )

    async def spendable(
        self, workspace_id: str, member_ids: Sequence[str], now: datetime
    ) -> dict[str, int]:
        """What members can spend on some room or other, by member; 0 for those without tokens."""
        found = dict.fromkeys(member_ids, 0)
        for held in _of(self._tables.lots, workspace_id).values():
            if held.lot.member_id in found:
                found[held.lot.member_id] += held.spendable(None, now)
        return found

    async def of_booking(self, workspace_id: str, booking_id: str) -> Sequence[Entry]:
        """The entries that name a booking, in order."""
        entries = _entries(self._tables, workspace_id)
        return [entry for entry in entries if entry.transfer.booking_id == booking_id]

    @asynccontextmanager
    async def snapshot(self, workspace_id: str) -> AsyncIterator[MemoryLedgerSnapshot]:
        """Everything at one moment, for as long as the block lasts."""
        yield MemoryLedgerSnapshot(self._tables, workspace_id)

    def _until(self, workspace_id: str, at: datetime) -> list[Entry]:
        return [e for e in _entries(self._tables, workspace_id) if e.created_at <= at]


class MemoryLedgerSnapshot:
    """A copy of a workspace's ledger and bookings."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._head = tables.ledger_heads.committed().get((workspace_id,)) or ChainHead()
        self._entries = _entries(tables, workspace_id)
        self._balances = sorted(_of(tables.balances, workspace_id).items())
        self._lots = sorted(_of(tables.lots, workspace_id).items())
        self._bookings = sorted(_of(tables.bookings, workspace_id).items())
        self._invoices = filed_invoices(tables, workspace_id)
        self._last_number = tables.invoice_numbers.committed().get((workspace_id,)) or 0

    async def head(self) -> ChainHead:
        """Where the chain ends."""
        return self._head

    async def entries(self, after: int, limit: int) -> Sequence[Entry | Illegible]:
        """The entries after a position, in order."""
        return [entry for entry in self._entries if entry.position > after][:limit]

    async def balances(
        self, after: Account | None, limit: int
    ) -> Sequence[tuple[Account, Balance]]:
        """The stored balances after an account, in the accounts' order."""
        return [pair for pair in self._balances if after is None or pair[0] > after][:limit]

    async def lots(self, after: str, limit: int) -> Sequence[HeldLot]:
        """The lots after an id, by id."""
        return [held for lot_id, held in self._lots if lot_id > after][:limit]

    async def bookings(self, after: str, limit: int) -> Sequence[Booking]:
        """The bookings after an id, by id."""
        return [booking for booking_id, booking in self._bookings if booking_id > after][:limit]

    async def invoices(self, after: str, limit: int) -> Sequence[FiledInvoice]:
        """The invoices after an id, by id, with what is stored about them elsewhere."""
        return [filed for filed in self._invoices if filed.invoice.id > after][:limit]

    async def last_invoice_number(self) -> int:
        """The last number that was given; 0 if none was."""
        return self._last_number


def filed_invoices(tables: MemoryTables, workspace_id: str) -> list[FiledInvoice]:
    """A workspace's invoices by id; but for charges, nothing is stored about them elsewhere."""
    charged: Counter[str] = Counter()
    for charge in _of(tables.invoice_charges, workspace_id).values():
        if charge.status is InvoiceChargeStatus.SUCCEEDED:
            charged[charge.invoice_id] += charge.amount.amount_minor
    return [
        FiledInvoice(invoice=invoice, billed=_billed(invoice), charged_minor=charged[invoice.id])
        for _, invoice in sorted(_of(tables.invoices, workspace_id).items())
    ]


def _billed(invoice: Invoice) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for line in invoice.lines if invoice.status is not InvoiceStatus.VOID else ():
        if line.booking_id is not None:
            sums[line.booking_id] += line.amount_minor
    return dict(sums)


def _of(table: Table[Row], workspace_id: str) -> Mapping[Any, Row]:
    """A workspace's rows by the rest of their key."""
    return {key[1]: row for key, row in table.committed().items() if key[0] == workspace_id}


def _entries(tables: MemoryTables, workspace_id: str) -> list[Entry]:
    entries = _of(tables.transfers, workspace_id).values()
    return sorted(entries, key=lambda entry: entry.position)
