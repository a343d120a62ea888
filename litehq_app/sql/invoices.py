"""Invoices and their charges as rows and back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, literal_column, select

from litehq_app.sql.tables import BILLED_BOOKINGS, INVOICE_CHARGES, INVOICE_NUMBERS, INVOICES
from litehq_app.sql.tables.invoices import IS_UNDER_WAY
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.accounting_sync import AccountingSync, SyncStatus
from litehq_core.domain.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from litehq_core.domain.invoice_charge import InvoiceCharge, InvoiceChargeStatus
from litehq_core.domain.invoice_words import invoice_record
from litehq_core.domain.money import Money


class SqlInvoices:
    """Implements ``Invoices``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, invoice_id: str, *, lock: bool = False) -> Invoice | None:
        """A document; with ``lock`` nobody else changes it until the transaction ends.

        Not FOR UPDATE: the foreign keys of its charges must be able to share the row.
        """
        query = select(INVOICES).where(self._unit.of(INVOICES), INVOICES.c.id == invoice_id)
        row = await self._unit.row(query.with_for_update(key_share=True) if lock else query)
        return invoice_of(row) if row else None

    async def add(self, invoice: Invoice) -> None:
        """Insert a new document; its lines stand as invoiced of their bookings."""
        await self._unit.add(INVOICES, invoice_values(invoice))
        billed = billed_values(invoice)
        if billed:
            await self._unit.run(BILLED_BOOKINGS.insert(), billed)

    async def save(self, invoice: Invoice) -> None:
        """Write all of a document that exists. Of a void one nothing stands as invoiced."""
        await self._unit.save(INVOICES, invoice_values(invoice))
        if invoice.status is InvoiceStatus.VOID:
            await self._unit.run(
                delete(BILLED_BOOKINGS).where(
                    self._unit.of(BILLED_BOOKINGS), BILLED_BOOKINGS.c.invoice_id == invoice.id
                )
            )

    async def given_for(self, invoice_id: str) -> int:
        """What the credit notes for an invoice give in all; void ones nothing."""
        c = INVOICES.c
        query = select(func.coalesce(func.sum(c.amount_minor), 0).label("amount")).where(
            self._unit.of(INVOICES),
            c.credited_invoice_id == invoice_id,
            c.status != InvoiceStatus.VOID,
        )
        row = await self._unit.row(query)
        return -int(row["amount"]) if row else 0

    async def next_number(self) -> int:
        """The next number of the workspace's, from 1; nobody else gets one meanwhile."""
        insert = self._unit.insert(INVOICE_NUMBERS).values(
            workspace_id=self._unit.workspace_id, last=1
        )
        rows = await self._unit.returned(
            insert.on_conflict_do_update(
                index_elements=[INVOICE_NUMBERS.c.workspace_id],
                set_={"last": INVOICE_NUMBERS.c.last + 1},
            ).returning(INVOICE_NUMBERS.c.last)
        )
        number: int = rows[0]["last"]
        return number

    async def to_set_off(self, company_id: str, currency: str) -> Sequence[Invoice]:
        """The company's open documents that nobody is charging, locked, by number."""
        charged = (
            select(INVOICE_CHARGES.c.id)
            .where(
                INVOICE_CHARGES.c.workspace_id == INVOICES.c.workspace_id,
                INVOICE_CHARGES.c.invoice_id == INVOICES.c.id,
                literal_column(IS_UNDER_WAY.replace("status", "invoice_charges.status")),
            )
            .exists()
        )
        locked = (
            select(INVOICES)
            .where(
                self._unit.of(INVOICES),
                INVOICES.c.company_id == company_id,
                INVOICES.c.currency == currency,
                INVOICES.c.status == InvoiceStatus.OPEN,
            )
            .order_by(INVOICES.c.number)
        )
        await self._unit.rows(locked.with_for_update(key_share=True))
        # Again: what was waited for may be settled, or have a charge by now.
        return [invoice_of(row) for row in await self._unit.rows(locked.where(~charged))]


class SqlInvoiceCharges:
    """Implements ``InvoiceCharges``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, charge_id: str) -> InvoiceCharge | None:
        """A charge."""
        c = INVOICE_CHARGES.c
        row = await self._unit.row(
            select(INVOICE_CHARGES).where(self._unit.of(INVOICE_CHARGES), c.id == charge_id)
        )
        return charge_of(row) if row else None

    async def add(self, charge: InvoiceCharge) -> None:
        """Insert a new charge."""
        await self._unit.add(INVOICE_CHARGES, charge_values(charge))

    async def save(self, charge: InvoiceCharge) -> None:
        """Write all of a charge that exists."""
        await self._unit.save(INVOICE_CHARGES, charge_values(charge))

    async def under_way(self, invoice_id: str) -> InvoiceCharge | None:
        """The charge of an invoice that may still bring money in, if there is one."""
        query = select(INVOICE_CHARGES).where(
            self._unit.of(INVOICE_CHARGES),
            INVOICE_CHARGES.c.invoice_id == invoice_id,
            literal_column(f"({IS_UNDER_WAY})"),
        )
        row = await self._unit.row(query)
        return charge_of(row) if row else None


def invoice_values(invoice: Invoice) -> Values:
    """A document as a row: what everybody may read, and what only the operator needs."""
    return {
        **invoice_record(invoice),
        "workspace_id": invoice.workspace_id,
        "fees_minor": invoice.fees_minor,
        "sync_attempts": invoice.sync.attempts,
        "sync_next_at": invoice.sync.next_attempt_at,
        "sync_error": invoice.sync.error,
        "sync_reference": invoice.sync.reference,
    }


def billed_values(invoice: Invoice) -> list[Values]:
    """The lines about bookings as rows."""
    return [
        {
            "workspace_id": invoice.workspace_id,
            "invoice_id": invoice.id,
            "line": number,
            "booking_id": line.booking_id,
            "tax_name": line.rate.name,
            "tax_basis_points": line.rate.basis_points,
            "amount_minor": line.amount_minor,
            "tax_minor": line.tax_minor,
        }
        for number, line in enumerate(invoice.lines, start=1)
        if line.booking_id is not None
    ]


def invoice_of(row: Values) -> Invoice:
    """The inverse of :func:`invoice_values`."""
    return Invoice(
        id=row["id"],
        workspace_id=row["workspace_id"],
        company_id=row["company_id"],
        kind=InvoiceKind(row["kind"]),
        status=InvoiceStatus(row["status"]),
        number=row["number"],
        currency=row["currency"],
        lines=tuple(InvoiceLine.from_json(line) for line in row["lines"]),
        credited_invoice_id=row["credited_invoice_id"],
        memo=row["memo"],
        paid_minor=row["paid_minor"],
        credited_minor=row["credited_minor"],
        fees_minor=row["fees_minor"],
        stripe_payment_intent_id=row["stripe_payment_intent_id"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        paid_at=row["paid_at"],
        voided_at=row["voided_at"],
        sync=AccountingSync(
            status=SyncStatus(row["xero_sync_status"]),
            attempts=row["sync_attempts"],
            next_attempt_at=row["sync_next_at"],
            error=row["sync_error"],
            reference=row["sync_reference"],
        ),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def charge_values(charge: InvoiceCharge) -> Values:
    """A charge as a row."""
    return {
        "workspace_id": charge.workspace_id,
        "id": charge.id,
        "invoice_id": charge.invoice_id,
        "company_id": charge.company_id,
        "status": charge.status,
        "currency": charge.amount.currency,
        "amount_minor": charge.amount.amount_minor,
        "reference": charge.reference,
        "failure": charge.failure,
        "created_at": charge.created_at,
        "updated_at": charge.updated_at,
    }


def charge_of(row: Values) -> InvoiceCharge:
    """The inverse of :func:`charge_values`."""
    return InvoiceCharge(
        id=row["id"],
        workspace_id=row["workspace_id"],
        invoice_id=row["invoice_id"],
        company_id=row["company_id"],
        status=InvoiceChargeStatus(row["status"]),
        amount=Money(currency=row["currency"], amount_minor=row["amount_minor"]),
        reference=row["reference"],
        failure=row["failure"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
