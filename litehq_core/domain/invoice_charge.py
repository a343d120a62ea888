"""Charging a company's saved card for an invoice: the intent, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceMove,
    InvoiceStatus,
    amend_invoice,
    move_invoice,
    refused_move,
)
from litehq_core.domain.invoice_words import invoice_event
from litehq_core.domain.money import Money


class InvoiceChargeStatus(StrEnum):
    """``pending``: the provider has not answered yet; ``requires_action``: the payer must act."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


# What may still bring money in, so that no second charge is made beside it.
UNDER_WAY = frozenset({InvoiceChargeStatus.PENDING, InvoiceChargeStatus.REQUIRES_ACTION})

# The event of an outcome that has brought no money.
_TOLD = {
    InvoiceChargeStatus.REQUIRES_ACTION: EventType.INVOICE_PAYMENT_ACTION_REQUIRED,
    InvoiceChargeStatus.FAILED: EventType.INVOICE_PAYMENT_FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCharge:
    """One charge of an invoice. The id is the idempotency key at the provider.

    Attributes:
        reference: the provider's id, such as ``pi_…``.
        failure: why it failed, in the provider's words.
    """

    id: str
    workspace_id: str
    invoice_id: str
    company_id: str
    status: InvoiceChargeStatus = InvoiceChargeStatus.PENDING
    amount: Money
    reference: str | None = None
    failure: str | None = None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOutcome:
    """What a provider says of a charge; ``fee_minor`` is what it keeps of the money."""

    status: InvoiceChargeStatus
    reference: str | None = None
    failure: str | None = None
    fee_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedInvoice:
    """An invoice, a charge of it, and the events of the decision that made them so."""

    invoice: Invoice
    charge: InvoiceCharge
    events: tuple[EventDraft, ...] = ()


def begin_charge(invoice: Invoice, charge_id: str, now: datetime) -> InvoiceCharge:
    """The intent to charge all that is due.

    Raises:
        InvalidTransition: nothing can be charged: a draft, a credit note, one that is settled.
    """
    if invoice.kind is not InvoiceKind.INVOICE or invoice.status is not InvoiceStatus.OPEN:
        raise refused_move(invoice, "be charged")
    return InvoiceCharge(
        id=charge_id,
        workspace_id=invoice.workspace_id,
        invoice_id=invoice.id,
        company_id=invoice.company_id,
        amount=Money(currency=invoice.currency, amount_minor=invoice.due_minor),
        created_at=now,
        updated_at=now,
    )


def decide_charged(
    invoice: Invoice, charge: InvoiceCharge, outcome: ChargeOutcome, now: datetime
) -> ChargedInvoice:
    """What an outcome does to an invoice; any number of times, in any order, once.

    What has succeeded stays so, and what has failed can only turn out to have succeeded.
    """
    moved = charge.status in UNDER_WAY or outcome.status is InvoiceChargeStatus.SUCCEEDED
    if not moved or charge.status in (outcome.status, InvoiceChargeStatus.SUCCEEDED):
        return ChargedInvoice(invoice=invoice, charge=charge)
    after = replace(
        charge,
        status=outcome.status,
        reference=outcome.reference or charge.reference,
        failure=outcome.failure,
        updated_at=now,
    )
    if outcome.status is InvoiceChargeStatus.SUCCEEDED:
        paid, events = _paid(invoice, after, outcome.fee_minor, now)
        return ChargedInvoice(invoice=paid, charge=after, events=events)
    linked = amend_invoice(
        invoice, now, stripe_payment_intent_id=after.reference or invoice.stripe_payment_intent_id
    )
    event = invoice_event(_TOLD[outcome.status], linked, invoice)
    return ChargedInvoice(invoice=linked, charge=after, events=(event,))


def _paid(
    invoice: Invoice, charge: InvoiceCharge, fee_minor: int, now: datetime
) -> tuple[Invoice, tuple[EventDraft, ...]]:
    """The invoice with the money on it.

    Of a document that was settled otherwise meanwhile it is owed back: what is due falls below
    zero, and operators see it.
    """
    amount = charge.amount.amount_minor
    money: dict[str, Any] = {
        "paid_minor": invoice.paid_minor + amount,
        "fees_minor": invoice.fees_minor + fee_minor,
        "stripe_payment_intent_id": charge.reference,
    }
    if invoice.status is InvoiceStatus.OPEN and invoice.due_minor == amount:
        after, kind = move_invoice(invoice, InvoiceMove.SETTLE, now, paid_at=now, **money)
    else:
        after, kind = amend_invoice(invoice, now, **money), EventType.INVOICE_UPDATED
    return after, (invoice_event(kind, after, invoice),)


def payment_intent(charged: ChargedInvoice) -> dict[str, Any]:
    """The charge as Stripe's PaymentIntent, which page A promises; the currency in small letters.

    What is no charge of Stripe's has the same shape.
    """
    charge = charged.charge
    return {
        "id": charge.reference or charge.id,
        "object": "payment_intent",
        "status": _INTENT_STATUS[charge.status],
        "amount": charge.amount.amount_minor,
        "currency": charge.amount.currency.lower(),
        "metadata": {"invoice_id": charge.invoice_id},
        "created": int(charge.created_at.timestamp()),
    }


# Stripe's words for where an intent stands.
_INTENT_STATUS = {
    InvoiceChargeStatus.PENDING: "processing",
    InvoiceChargeStatus.REQUIRES_ACTION: "requires_action",
    InvoiceChargeStatus.SUCCEEDED: "succeeded",
    InvoiceChargeStatus.FAILED: "requires_payment_method",
}
