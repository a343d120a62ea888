"""What is told of invoices: their records and their events."""

from __future__ import annotations

from litehq_core.domain.attributes import Record
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.invoice import Invoice
from litehq_core.domain.records import snapshot

_ALWAYS_NEW = frozenset({"version", "updated_at"})


def invoice_record(invoice: Invoice) -> Record:
    """An invoice, all attributes."""
    return {
        "id": invoice.id,
        "kind": invoice.kind.value,
        "status": invoice.status.value,
        "number": invoice.number,
        "company_id": invoice.company_id,
        "currency": invoice.currency,
        "lines": [line.as_json() for line in invoice.lines],
        "taxes": [total.as_json() for total in invoice.taxes],
        "net_minor": invoice.amount_minor - invoice.tax_minor,
        "tax_minor": invoice.tax_minor,
        "amount_minor": invoice.amount_minor,
        "paid_minor": invoice.paid_minor,
        "credited_minor": invoice.credited_minor,
        "due_minor": invoice.due_minor,
        "credited_invoice_id": invoice.credited_invoice_id,
        "memo": invoice.memo,
        "stripe_payment_intent_id": invoice.stripe_payment_intent_id,
        "xero_sync_status": invoice.sync.status.value,
        "opened_at": invoice.opened_at,
        "due_at": invoice.due_at,
        "paid_at": invoice.paid_at,
        "voided_at": invoice.voided_at,
        "version": invoice.version,
        "created_at": invoice.created_at,
        "updated_at": invoice.updated_at,
    }


def invoice_event(kind: EventType, after: Invoice, before: Invoice | None) -> EventDraft:
    """The event that made ``after``. Each version is one event, so the version counts them."""
    now = snapshot(invoice_record(after))
    old = snapshot(invoice_record(before)) if before else None
    return EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=after.version,
        object=now,
        previous=old
        and {
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != now[name]
        },
        company_id=after.company_id,
    )
