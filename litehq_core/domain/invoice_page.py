"""What stands on an invoice that is read or printed: plain words, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litehq_core.domain.company import Address, Company
from litehq_core.domain.invoice import Invoice, InvoiceKind, InvoiceStatus
from litehq_core.domain.money import Money
from litehq_core.domain.taxes import UNTAXED, TaxRate
from litehq_core.domain.words import amount_text

_TITLES = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "Credit note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePage:
    """A document in words.

    Attributes:
        name: of the file, without its ending.
        at: when the document last changed what it says; the file's date.
        facts: pairs of words above the lines: dates, status.
        rows: for each line what it is for, its tax, and its amount.
        totals: pairs of words below the lines.
    """

    name: str
    title: str
    at: datetime
    seller: str
    buyer: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]
    totals: tuple[tuple[str, str], ...]
    memo: str | None

    def as_json(self) -> Mapping[str, Any]:
        """The page as JSON values, without the date, which is of the file."""
        return {
            "title": self.title,
            "seller": self.seller,
            "buyer": list(self.buyer),
            "facts": [list(pair) for pair in self.facts],
            "rows": [list(row) for row in self.rows],
            "totals": [list(pair) for pair in self.totals],
            "memo": self.memo,
        }


def invoice_page(invoice: Invoice, company: Company, seller: str) -> InvoicePage:
    """The page of a document.

    Args:
        seller: what the operator is called.
    """
    kind = _TITLES[invoice.kind]
    number = "(draft)" if invoice.number is None else str(invoice.number)
    void = ", void" if invoice.status is InvoiceStatus.VOID else ""
    return InvoicePage(
        name=f"{kind.lower().replace(' ', '-')}-{invoice.number or invoice.id}",
        title=f"{kind} {number}{void}",
        at=invoice.opened_at or invoice.created_at,
        seller=seller,
        buyer=_buyer(company),
        facts=_facts(invoice),
        rows=tuple(
            (line.description, _rate_text(line.rate), _amount(invoice, line.amount_minor))
            for line in invoice.lines
        ),
        totals=_totals(invoice),
        memo=invoice.memo,
    )


def _buyer(company: Company) -> tuple[str, ...]:
    contact = company.billing_contact
    named = (company.name, contact.name if contact else None)
    return tuple(part for part in (*named, *_address(company.address)) if part)


def _address(address: Address | None) -> tuple[str | None, ...]:
    if address is None:
        return ()
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    return (address.line1, address.line2, town, address.region, address.country)


def _facts(invoice: Invoice) -> tuple[tuple[str, str], ...]:
    dates = {
        "Date": invoice.opened_at,
        "Due": invoice.due_at if invoice.kind is InvoiceKind.INVOICE else None,
        "Paid": invoice.paid_at if invoice.kind is InvoiceKind.INVOICE else None,
    }
    return tuple((name, _day(at)) for name, at in dates.items() if at is not None)


def _totals(invoice: Invoice) -> tuple[tuple[str, str], ...]:
    found = [("Net", _amount(invoice, invoice.amount_minor - invoice.tax_minor))]
    for tax in invoice.taxes:
        words = f"{_rate_text(tax.rate)} on {_amount(invoice, tax.net_minor)}"
        found.append((words, _amount(invoice, tax.tax_minor)))
    found.append(("Total", _amount(invoice, invoice.amount_minor)))
    if invoice.paid_minor:
        found.append(("Paid", _amount(invoice, -invoice.paid_minor)))
    if invoice.credited_minor:
        found.append(("Set off", _amount(invoice, -invoice.credited_minor)))
    found.append(("Due", _amount(invoice, invoice.due_minor)))
    return tuple(found)


def _rate_text(rate: TaxRate) -> str:
    if rate == UNTAXED:
        return ""
    whole, rest = divmod(rate.basis_points, 100)
    return f"{rate.name} {whole}.{rest:02d}".rstrip("0").rstrip(".") + " %"


def _amount(invoice: Invoice, amount_minor: int) -> str:
    return amount_text(Money(currency=invoice.currency, amount_minor=amount_minor))


def _day(instant: datetime) -> str:
    """The day in UTC: a document is of a company, and a company has no zone."""
    return f"{instant.day} {instant:%B %Y}"
