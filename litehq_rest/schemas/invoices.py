"""The shapes of invoices, and of what charging one answers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from litehq_core.domain.accounting_sync import SyncStatus
from litehq_core.domain.invoice import InvoiceKind, InvoiceStatus
from litehq_rest.schemas.shape import Currency, Instant, MinorUnits, Shape


class InvoiceLine(Shape, kw_only=True, forbid_unknown_fields=True):
    """A line: for a booking, or a credit by hand; below zero where something is taken back."""

    booking_id: str | None
    description: str
    tax_name: str
    tax_basis_points: int
    net_minor: MinorUnits
    tax_minor: MinorUnits
    amount_minor: MinorUnits


class InvoiceTax(Shape, kw_only=True, forbid_unknown_fields=True):
    """What the lines of one tax rate add up to; 2000 basis points are 20 %."""

    name: str
    basis_points: int
    net_minor: MinorUnits
    tax_minor: MinorUnits


class Invoice(Shape, kw_only=True, forbid_unknown_fields=True):
    """An invoice, or a credit note, whose amounts are below zero.

    ``number`` is null before it is opened. ``due_minor`` is what is still to be paid, once what was
    paid and what was credited is taken off.
    """

    id: str
    object: Literal["invoice"]
    kind: InvoiceKind
    status: InvoiceStatus
    version: int
    number: int | None
    company_id: str
    currency: Currency
    net_minor: MinorUnits
    tax_minor: MinorUnits
    amount_minor: MinorUnits
    paid_minor: MinorUnits
    credited_minor: MinorUnits
    due_minor: MinorUnits
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]
    credited_invoice_id: str | None
    memo: str | None
    stripe_payment_intent_id: str | None
    xero_sync_status: SyncStatus
    opened_at: Instant | None
    due_at: Instant | None
    paid_at: Instant | None
    voided_at: Instant | None
    created_at: Instant
    updated_at: Instant


class InvoicePage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the invoices."""

    data: list[Invoice]
    next_cursor: str | None


class PaymentIntentMetadata(Shape, kw_only=True, forbid_unknown_fields=True):
    """What the charge is for."""

    invoice_id: str


class PaymentIntent(Shape, kw_only=True, forbid_unknown_fields=True):
    """The charge, in the shape of Stripe's PaymentIntent."""

    id: str
    object: Literal["payment_intent"]
    status: Literal["processing", "requires_action", "succeeded", "requires_payment_method"]
    amount: MinorUnits
    currency: Annotated[str, Meta(description="ISO 4217 in small letters, as Stripe has it.")]
    metadata: PaymentIntentMetadata
    created: Annotated[int, Meta(description="Seconds since 1970.")]
