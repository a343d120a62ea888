"""Documents in Xero's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from litehq_core.domain.company import Company
from litehq_core.domain.invoice import Invoice, InvoiceKind, InvoiceLine
from litehq_core.domain.money import money_text
from litehq_core.domain.taxes import UNTAXED


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What Xero calls a kind of document, and the names of its fields."""

    path: str
    id_field: str
    number_field: str
    kind: str


_RESOURCES = {
    InvoiceKind.INVOICE: Resource(
        path="Invoices", id_field="InvoiceID", number_field="InvoiceNumber", kind="ACCREC"
    ),
    InvoiceKind.CREDIT_NOTE: Resource(
        path="CreditNotes",
        id_field="CreditNoteID",
        number_field="CreditNoteNumber",
        kind="ACCRECCREDIT",
    ),
}


def resource_of(invoice: Invoice) -> Resource:
    """What a document is in Xero."""
    return _RESOURCES[invoice.kind]


def document_words(invoice: Invoice, company: Company, account_code: str) -> dict[str, Any]:
    """An opened document. Of a credit note the amounts are above zero there.

    Args:
        account_code: the account that its lines are booked on.
    """
    resource = resource_of(invoice)
    sign = 1 if invoice.kind is InvoiceKind.INVOICE else -1
    words: dict[str, Any] = {
        "Type": resource.kind,
        resource.number_field: str(invoice.number),
        "Reference": invoice.memo or invoice.id,
        "Contact": _contact(company),
        "Date": _day(invoice.opened_at),
        "LineAmountTypes": "Inclusive",
        "CurrencyCode": invoice.currency,
        "Status": "AUTHORISED",
        "LineItems": [_line(invoice, line, sign, account_code) for line in invoice.lines],
    }
    if invoice.kind is InvoiceKind.INVOICE:
        words["DueDate"] = _day(invoice.due_at)
    return words


def _contact(company: Company) -> dict[str, str]:
    # Our id is what it is found again by, whatever it is called.
    words = {"ContactNumber": company.id, "Name": company.name}
    if company.billing_contact is not None:
        words["EmailAddress"] = company.billing_contact.email
    return words


def _line(invoice: Invoice, line: InvoiceLine, sign: int, account_code: str) -> dict[str, Any]:
    words: dict[str, Any] = {
        "Description": line.description,
        "Quantity": 1,
        "UnitAmount": _decimal(invoice.currency, sign * line.amount_minor),
        "TaxAmount": _decimal(invoice.currency, sign * line.tax_minor),
        "AccountCode": account_code,
    }
    if line.rate == UNTAXED:
        words["TaxType"] = "NONE"
    return words


def _decimal(currency: str, amount_minor: int) -> Decimal:
    """An amount in major units, exactly."""
    return Decimal(money_text(currency, amount_minor).partition(" ")[2])


def _day(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%d}"
