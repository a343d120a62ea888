"""Invoices, what stands invoiced of bookings, charges, and when companies are invoiced next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Instant, JsonText, Number
from litehq_app.sql.tables.schema import (
    STRICT,
    SchemaRow,
    one_of,
    partial,
    refers,
    table_of,
    words,
)
from litehq_core.domain.accounting_sync import SyncStatus
from litehq_core.domain.invoice import InvoiceKind, InvoiceStatus
from litehq_core.domain.invoice_charge import InvoiceChargeStatus

# Also what the partial indexes are written with.
IS_PLANNED = "next_at IS NOT NULL"
IS_SYNC_DUE = "sync_next_at IS NOT NULL"
IS_PENDING = "status = 'pending'"
IS_UNDER_WAY = "status IN ('pending', 'requires_action')"


class InvoiceRow(SchemaRow, table=True):
    """Invoices and credit notes. The sums are those of the lines, for whoever reads."""

    __tablename__ = "invoices"
    __table_args__ = (
        refers("company_id", "companies"),
        refers("credited_invoice_id", "invoices"),
        one_of("kind", InvoiceKind),
        one_of("status", InvoiceStatus),
        one_of("xero_sync_status", SyncStatus),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("status <> 'draft' OR number IS NULL", name="draft"),
        CheckConstraint("status NOT IN ('open', 'paid') OR number IS NOT NULL", name="opened"),
        UniqueConstraint("workspace_id", "number", name="uq_invoices_number"),
        Index("ix_invoices_created", "workspace_id", "created_at", "id"),
        Index("ix_invoices_company", "workspace_id", "company_id", "created_at", "id"),
        partial("ix_invoices_sync_due", "sync_next_at", where=IS_SYNC_DUE),
        STRICT,
    )

    id: str = words(primary_key=True)
    kind: str = words()
    status: str = words()
    number: int | None = Field(sa_type=Number)
    company_id: str = words()
    currency: str = words()
    lines: list[dict[str, Any]] = Field(sa_type=JsonText)
    taxes: list[dict[str, Any]] = Field(sa_type=JsonText)
    net_minor: int = Field(sa_type=Number)
    tax_minor: int = Field(sa_type=Number)
    amount_minor: int = Field(sa_type=Number)
    paid_minor: int = Field(sa_type=Number)
    credited_minor: int = Field(sa_type=Number)
    fees_minor: int = Field(sa_type=Number)
    due_minor: int = Field(sa_type=Number)
    credited_invoice_id: str | None = words()
    memo: str | None = words()
    stripe_payment_intent_id: str | None = words()
    xero_sync_status: str = words()
    sync_attempts: int = Field(sa_type=Number)
    sync_next_at: datetime | None = Field(sa_type=Instant)
    sync_error: str | None = words()
    sync_reference: str | None = words()
    opened_at: datetime | None = Field(sa_type=Instant)
    due_at: datetime | None = Field(sa_type=Instant)
    paid_at: datetime | None = Field(sa_type=Instant)
    voided_at: datetime | None = Field(sa_type=Instant)
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class BilledBookingRow(SchemaRow, table=True):
    """What stands invoiced of bookings: the lines about them of every document that is not void."""

    __tablename__ = "billed_bookings"
    __table_args__ = (
        refers("invoice_id", "invoices"),
        refers("booking_id", "bookings"),
        Index("ix_billed_bookings_booking", "workspace_id", "booking_id"),
        STRICT,
    )

    invoice_id: str = words(primary_key=True)
    line: int = Field(sa_type=Number, primary_key=True)
    booking_id: str = words()
    tax_name: str = words()
    tax_basis_points: int = Field(sa_type=Number)
    amount_minor: int = Field(sa_type=Number)
    tax_minor: int = Field(sa_type=Number)


class InvoiceNumberRow(SchemaRow, table=True):
    """The last number of each workspace; its row lock leaves no gaps."""

    __tablename__ = "invoice_numbers"
    __table_args__ = (STRICT | {"sqlite_with_rowid": False},)

    last: int = Field(sa_type=Number)


class BillingRunRow(SchemaRow, table=True):
    """When each company is invoiced next. Its row is the lock of invoicing the company."""

    __tablename__ = "billing_runs"
    __table_args__ = (
        refers("company_id", "companies"),
        partial("ix_billing_runs_due", "next_at", where=IS_PLANNED),
        STRICT,
    )

    company_id: str = words(primary_key=True)
    next_at: datetime | None = Field(sa_type=Instant)


class InvoiceChargeRow(SchemaRow, table=True):
    """Charges of saved cards: intents first, then what came of them."""

    __tablename__ = "invoice_charges"
    __table_args__ = (
        refers("invoice_id", "invoices"),
        refers("company_id", "companies"),
        one_of("status", InvoiceChargeStatus),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_invoice_charges_invoice", "workspace_id", "invoice_id"),
        partial("ix_invoice_charges_due", "updated_at", where=IS_PENDING),
        STRICT,
    )

    id: str = words(primary_key=True)
    invoice_id: str = words()
    company_id: str = words()
    status: str = words()
    currency: str = words()
    amount_minor: int = Field(sa_type=Number)
    reference: str | None = words()
    failure: str | None = words()
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


INVOICES = table_of(InvoiceRow)
BILLED_BOOKINGS = table_of(BilledBookingRow)
INVOICE_NUMBERS = table_of(InvoiceNumberRow)
BILLING_RUNS = table_of(BillingRunRow)
INVOICE_CHARGES = table_of(InvoiceChargeRow)
