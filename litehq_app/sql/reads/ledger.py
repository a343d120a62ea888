"""The ledger for readers: balances of any instant, and snapshots to verify."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect

from litehq_app.sql.bookings import booking_of
from litehq_app.sql.columns import Unstorable
from litehq_app.sql.engine import Engine
from litehq_app.sql.invoices import invoice_of
from litehq_app.sql.ledger import entry_of, held_lot_of
from litehq_app.sql.reads.ledger_statements import (
    ACCOUNT_KEY,
    AFTER,
    AT,
    UP_TO,
    balance_statement,
    balances_statement,
    billed_statement,
    bookings_statement,
    charged_statement,
    entries_statement,
    head_statement,
    invoice_number_statement,
    invoices_statement,
    lots_statement,
    of_booking_statement,
    spendable_statement,
    wallet_statement,
    workspaces_statement,
)
from litehq_app.sql.reads.pages import IDS, LIMIT, WORKSPACE, storable_only
from litehq_app.sql.reads.statements import Statement
from litehq_app.sql.work import Fetch
from litehq_core.domain.attributes import Record
from litehq_core.domain.booking import Booking
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.invoice_audit import FiledInvoice
from litehq_core.domain.ledger import Account, AccountKind, Balance
from litehq_core.domain.ledger_chain import ChainHead, Entry, Illegible
from litehq_core.domain.lots import HeldLot, Wallet


async def run(
    fetch: Fetch, statement: Statement, values: dict[str, Any], dialect: Dialect
) -> list[Record]:
    """The rows of a statement. What no column can hold matches nothing."""
    try:
        parameters = statement.bind(values, dialect)
    except Unstorable:
        return []
    return statement.decode(await fetch(statement.sql, parameters))


class SqlLedgerReads:
    """Implements ``LedgerReads``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def workspace_ids(self) -> Sequence[str]:
        """Every workspace, by id."""
        rows = await self._run(workspaces_statement(self._dialect), {})
        return [row["workspace_id"] for row in rows]

    async def balance(self, workspace_id: str, account: Account, at: datetime) -> Balance:
        """An account's balance by all entries up to and at ``at``."""
        values = {WORKSPACE: workspace_id, AT: at}
        key = dict(zip(ACCOUNT_KEY, (account.owner, account.kind.value, account.unit), strict=True))
        rows = await self._run(balance_statement(self._dialect), values | key)
        # A sum of no rows is a row of its own; none comes back if no such account can be stored.
        return _whole(rows[0]) if rows else Balance()

    async def wallet(self, workspace_id: str, member_id: str, at: datetime) -> Wallet:
        """A member's lots that had tokens in them by all entries up to and at ``at``."""
        values = {WORKSPACE: workspace_id, AT: at, "member_id": member_id}
        rows = await self._run(wallet_statement(self._dialect), values)
        lots = (replace(held_lot_of(row), balance=_whole(row)) for row in rows)
        return Wallet.of(held for held in lots if held.balance.posted)

    async def spendable(
        self, workspace_id: str, member_ids: Sequence[str], now: datetime
    ) -> dict[str, int]:
        """What members can spend on some room or other, by member; 0 for those without tokens."""
        values = {WORKSPACE: workspace_id, AT: now, IDS: storable_only(member_ids, self._dialect)}
        rows = await self._run(spendable_statement(self._dialect), values)
        found = {row["member_id"]: int(row["spendable"]) for row in rows}
        return {member_id: found.get(member_id, 0) for member_id in member_ids}

    async def of_booking(self, workspace_id: str, booking_id: str) -> Sequence[Entry]:
        """The entries that name a booking, in order."""
        values = {WORKSPACE: workspace_id, "booking_id": booking_id}
        return [
            entry_of(row) for row in await self._run(of_booking_statement(self._dialect), values)
        ]

    @asynccontextmanager
    async def snapshot(self, workspace_id: str) -> AsyncIterator[SqlLedgerSnapshot]:
        """Everything at one moment, for as long as the block lasts."""
        async with self._engine.snapshot() as fetch:
            yield SqlLedgerSnapshot(fetch, workspace_id, self._dialect)

    async def _run(self, statement: Statement, values: dict[str, Any]) -> list[Record]:
        return await run(self._engine.fetch, statement, values, self._dialect)


class SqlLedgerSnapshot:
    """Implements ``LedgerSnapshot``."""

    def __init__(self, fetch: Fetch, workspace_id: str, dialect: Dialect) -> None:
        self._fetch = fetch
        self._workspace_id = workspace_id
        self._dialect = dialect

    async def head(self) -> ChainHead:
        """Where the chain ends."""
        for row in await self._run(head_statement(self._dialect)):
            return ChainHead(position=row["position"], hash=row["hash"])
        return ChainHead()

    async def entries(self, after: int, limit: int) -> Sequence[Entry | Illegible]:
        """The entries after a position, in order."""
        rows = await self._run(entries_statement(self._dialect), **{AFTER: after, LIMIT: limit})
        return [_legible(row) for row in rows]

    async def balances(
        self, after: Account | None, limit: int
    ) -> Sequence[tuple[Account, Balance]]:
        """The stored balances after an account, in the accounts' order."""
        key = (after.owner, after.kind.value, after.unit) if after else ("", "", "")
        values = dict(zip(ACCOUNT_KEY, key, strict=True))
        rows = await self._run(balances_statement(self._dialect), **values, **{LIMIT: limit})
        return [
            (
                Account(row["owner"], AccountKind(row["kind"]), row["unit"]),
                Balance(posted=row["posted"], held=row["held"]),
            )
            for row in rows
        ]

    async def lots(self, after: str, limit: int) -> Sequence[HeldLot]:
        """The lots after an id, by id."""
        rows = await self._run(lots_statement(self._dialect), **{AFTER: after, LIMIT: limit})
        return [held_lot_of(row) for row in rows]

    async def bookings(self, after: str, limit: int) -> Sequence[Booking]:
        """The bookings after an id, by id."""
        rows = await self._run(bookings_statement(self._dialect), **{AFTER: after, LIMIT: limit})
        return [booking_of(row) for row in rows]

    async def invoices(self, after: str, limit: int) -> Sequence[FiledInvoice]:
        """The invoices after an id, by id, with what is stored about them elsewhere."""
        rows = await self._run(invoices_statement(self._dialect), **{AFTER: after, LIMIT: limit})
        found = [invoice_of(row) for row in rows]
        if not found:
            return []
        span = {AFTER: after, UP_TO: found[-1].id}
        billed: dict[str, dict[str, int]] = {}
        for row in await self._run(billed_statement(self._dialect), **span):
            # PostgreSQL gives sums as decimals.
            billed.setdefault(row["invoice_id"], {})[row["booking_id"]] = int(row["amount_minor"])
        charged = {
            row["invoice_id"]: int(row["amount_minor"])
            for row in await self._run(charged_statement(self._dialect), **span)
        }
        return [
            FiledInvoice(
                invoice=invoice,
                billed=billed.get(invoice.id, {}),
                charged_minor=charged.get(invoice.id, 0),
            )
            for invoice in found
        ]

    async def last_invoice_number(self) -> int:
        """The last number that was given; 0 if none was."""
        rows = await self._run(invoice_number_statement(self._dialect))
        return int(rows[0]["last"]) if rows else 0

    async def _run(self, statement: Statement, **values: Any) -> list[Record]:
        scope = {WORKSPACE: self._workspace_id}
        return await run(self._fetch, statement, scope | values, self._dialect)


def _whole(row: Record) -> Balance:
    """A balance of sums, which PostgreSQL gives as decimals."""
    return Balance(posted=int(row["posted"]), held=int(row["held"]))


def _legible(row: Record) -> Entry | Illegible:
    try:
        return entry_of(row)
    except (ValueError, ValidationFailed) as error:
        return Illegible(
            position=row["position"],
            previous_hash=row["previous_hash"],
            hash=row["hash"],
            reason=str(error),
        )
