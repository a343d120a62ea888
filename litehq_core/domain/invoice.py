"""Invoices and credit notes: documents of what companies owe, and where each stands.

A document is drawn up as a draft, and gets its number when it is opened: numbers of a workspace
have no gaps, so no draft has one. What is due of an invoice goes down by payments, and by credit
notes of the same company that are set off against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from litehq_core.domain.accounting_sync import AccountingSync
from litehq_core.domain.errors import InvalidTransition, VersionConflict
from litehq_core.domain.events import EventType
from litehq_core.domain.taxes import UNTAXED, TaxRate


class InvoiceKind(StrEnum):
    """Something to be paid, or something given back: its lines add up to less than nothing."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceStatus(StrEnum):
    """Where a document stands; the last two are ends."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


class InvoiceMove(StrEnum):
    """What can happen to a document's status."""

    OPEN = "be opened"
    SETTLE = "be settled"
    VOID = "be voided"


TRANSITIONS: Mapping[tuple[InvoiceStatus, InvoiceMove], tuple[InvoiceStatus, EventType]] = {
    (InvoiceStatus.DRAFT, InvoiceMove.OPEN): (InvoiceStatus.OPEN, EventType.INVOICE_OPENED),
    (InvoiceStatus.DRAFT, InvoiceMove.VOID): (InvoiceStatus.VOID, EventType.INVOICE_VOIDED),
    (InvoiceStatus.OPEN, InvoiceMove.SETTLE): (InvoiceStatus.PAID, EventType.INVOICE_PAID),
    (InvoiceStatus.OPEN, InvoiceMove.VOID): (InvoiceStatus.VOID, EventType.INVOICE_VOIDED),
}

_NOUNS = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line, in minor units; below zero where something is taken back.

    Attributes:
        booking_id: what it is for; None for a credit that an operator gave.
        amount_minor: with tax.
        tax_minor: how much of it is tax.
    """

    booking_id: str | None
    description: str
    rate: TaxRate = UNTAXED
    amount_minor: int
    tax_minor: int

    @property
    def net_minor(self) -> int:
        """The amount without tax."""
        return self.amount_minor - self.tax_minor

    def as_json(self) -> dict[str, Any]:
        """The line as stored and shown."""
        return {
            "booking_id": self.booking_id,
            "description": self.description,
            "tax_name": self.rate.name,
            "tax_basis_points": self.rate.basis_points,
            "net_minor": self.net_minor,
            "tax_minor": self.tax_minor,
            "amount_minor": self.amount_minor,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> InvoiceLine:
        """The inverse of :meth:`as_json`."""
        return cls(
            booking_id=value["booking_id"],
            description=value["description"],
            rate=TaxRate(value["tax_name"], value["tax_basis_points"]),
            amount_minor=value["amount_minor"],
            tax_minor=value["tax_minor"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal:
    """What all lines of one rate add up to, in minor units."""

    rate: TaxRate
    net_minor: int
    tax_minor: int

    def as_json(self) -> dict[str, Any]:
        """The total as stored and shown."""
        return {**self.rate.as_json(), "net_minor": self.net_minor, "tax_minor": self.tax_minor}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice, or a credit note, whose amounts are below zero.

    Attributes:
        number: from 1, without gaps in the workspace, both kinds together; None before it is
            opened.
        credited_invoice_id: the invoice that a credit note was issued for, if it was for one.
        memo: why an operator issued it.
        paid_minor: money received for it.
        credited_minor: what was set off against documents of the other kind; of a credit note
            below zero.
        fees_minor: what the payment provider has kept of that money; the operator's own matter.
        due_at: when it is to be paid.
    """

    id: str
    workspace_id: str
    company_id: str
    kind: InvoiceKind
    status: InvoiceStatus = InvoiceStatus.DRAFT
    number: int | None = None
    currency: str
    lines: tuple[InvoiceLine, ...]
    credited_invoice_id: str | None = None
    memo: str | None = None
    paid_minor: int = 0
    credited_minor: int = 0
    fees_minor: int = 0
    stripe_payment_intent_id: str | None = None
    opened_at: datetime | None = None
    due_at: datetime | None = None
    paid_at: datetime | None = None
    voided_at: datetime | None = None
    sync: AccountingSync = field(default_factory=AccountingSync)
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def amount_minor(self) -> int:
        """The sum of the lines, with tax."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        """The tax in it."""
        return sum(line.tax_minor for line in self.lines)

    @property
    def due_minor(self) -> int:
        """What is still to be paid; of a credit note, below zero, what is still to be set off."""
        if self.status is InvoiceStatus.VOID:
            return 0
        return self.amount_minor - self.paid_minor - self.credited_minor

    @property
    def taxes(self) -> tuple[TaxTotal, ...]:
        """The lines' tax, rate by rate; what is not taxed has no total."""
        rates = sorted({line.rate for line in self.lines if line.rate != UNTAXED})
        return tuple(
            TaxTotal(
                rate=rate,
                net_minor=sum(line.net_minor for line in self.lines if line.rate == rate),
                tax_minor=sum(line.tax_minor for line in self.lines if line.rate == rate),
            )
            for rate in rates
        )

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was paid on it, nor set off."""
        return self.paid_minor == 0 == self.credited_minor

    def require_version(self, expected: int | None) -> None:
        """Refuse a stale version; None means that the caller does not care.

        Raises:
            VersionConflict: the document is at another version.
        """
        if expected is not None and expected != self.version:
            raise VersionConflict(current_version=self.version)


def move_invoice(
    invoice: Invoice, step: InvoiceMove, now: datetime, **changes: Any
) -> tuple[Invoice, EventType]:
    """The document after ``step``, one version on, and the type of its one event.

    The only function that writes ``status``.

    Raises:
        InvalidTransition: the document's status does not allow the step.
    """
    target = TRANSITIONS.get((invoice.status, step))
    if target is None:
        raise refused_move(invoice, step)
    status, kind = target
    return amend_invoice(invoice, now, status=status, **changes), kind


def amend_invoice(invoice: Invoice, now: datetime, **changes: Any) -> Invoice:
    """The document with other facts changed, one version on."""
    return replace(invoice, version=invoice.version + 1, updated_at=now, **changes)


def refused_move(invoice: Invoice, step: str) -> InvalidTransition:
    """Why a document cannot do something as it stands."""
    return InvalidTransition(status=invoice.status, move=step, noun=_NOUNS[invoice.kind])
