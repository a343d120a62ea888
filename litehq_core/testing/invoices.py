"""Invoices in memory, their charges, and what is to be invoiced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.invoice_charge import UNDER_WAY, InvoiceCharge
from litehq_core.domain.invoicing import BilledPart, Unbilled
from litehq_core.domain.taxes import TaxRate
from litehq_core.testing.table import MemoryDefect, Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryInvoices(Shelf[Invoice]):
    """Invoices by id. The store has one writer, so that each is locked already."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.invoices, workspace_id)
        self._tables = tables
        self._home = workspace_id

    async def get(self, invoice_id: str, *, lock: bool = False) -> Invoice | None:
        """A document; the one writer is lock enough."""
        return await super().get(invoice_id)

    async def add(self, row: Invoice) -> None:
        """Insert a new document."""
        for table, row_id in (
            (self._tables.companies, row.company_id),
            (self._tables.invoices, row.credited_invoice_id),
        ):
            if row_id is not None and table.get((self._home, row_id)) is None:
                raise MemoryDefect(f"{row.id} refers to {row_id}, which does not exist")
        await super().add(row)

    async def given_for(self, invoice_id: str) -> int:
        """What the credit notes for an invoice give in all; void ones nothing."""
        notes = (each for each in self.all() if each.credited_invoice_id == invoice_id)
        return -sum(note.amount_minor for note in notes if note.status is not InvoiceStatus.VOID)

    async def next_number(self) -> int:
        """The next number of the workspace's, from 1."""
        number = (self._tables.invoice_numbers.get((self._home,)) or 0) + 1
        self._tables.invoice_numbers.put((self._home,), number)
        return number

    async def to_set_off(self, company_id: str, currency: str) -> Sequence[Invoice]:
        """The company's open documents that nobody is charging, by number."""
        charged = {
            charge.invoice_id
            for charge in self._tables.invoice_charges.scan(self._home)
            if charge.status in UNDER_WAY
        }
        found = [
            each
            for each in self.all()
            if (each.company_id, each.currency, each.status)
            == (company_id, currency, InvoiceStatus.OPEN)
            and each.id not in charged
        ]
        return sorted(found, key=lambda each: each.number or 0)


class MemoryBilling:
    """What is to be invoiced, company by company."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id

    async def await_run(self, company_id: str, at: datetime) -> None:
        """It is invoiced at ``at``, or before."""
        known = await self.lock(company_id)
        await self.plan(company_id, at if known is None else min(known, at))

    async def lock(self, company_id: str) -> datetime | None:
        """When the next run is due, if one is; the one writer is lock enough."""
        return self._tables.billing_runs.get((self._workspace_id, company_id))

    async def plan(self, company_id: str, at: datetime | None) -> None:
        """The next run of a company; None: there is none."""
        key = (self._workspace_id, company_id)
        if at is not None:
            self._tables.billing_runs.put(key, at)
        elif self._tables.billing_runs.get(key) is not None:
            self._tables.billing_runs.delete(key)

    async def unbilled(self, company_id: str) -> Sequence[Unbilled]:
        """The company's bookings that owe another sum than stands invoiced of them, by id."""
        billed: dict[str, list[tuple[TaxRate, int, int]]] = {}
        for invoice in self._tables.invoices.scan(self._workspace_id):
            for line in invoice.lines if invoice.status is not InvoiceStatus.VOID else ():
                if line.booking_id is not None:
                    told = (line.rate, line.amount_minor, line.tax_minor)
                    billed.setdefault(line.booking_id, []).append(told)
        found = [
            Unbilled(booking=booking, billed=_parts(billed.get(booking.id, [])))
            for booking in self._tables.bookings.scan(self._workspace_id)
            if booking.company_id == company_id
        ]
        return [each for each in found if each.difference_minor]


class MemoryInvoiceCharges(Shelf[InvoiceCharge]):
    """Charges of saved cards, by id."""

    async def under_way(self, invoice_id: str) -> InvoiceCharge | None:
        """The charge of an invoice that may still bring money in, if there is one."""
        charges = (each for each in self.all() if each.invoice_id == invoice_id)
        return next((each for each in charges if each.status in UNDER_WAY), None)


def _parts(told: Sequence[tuple[TaxRate, int, int]]) -> tuple[BilledPart, ...]:
    amounts: Counter[TaxRate] = Counter()
    taxes: Counter[TaxRate] = Counter()
    for rate, amount, tax in told:
        amounts[rate] += amount
        taxes[rate] += tax
    return tuple(
        BilledPart(rate=rate, amount_minor=amounts[rate], tax_minor=taxes[rate])
        for rate in sorted(amounts)
    )
