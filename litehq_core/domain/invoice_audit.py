"""Verifying invoices: that the ledger, the charges, the lines and the numbers all say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.invoice_ledger import (
    InvoiceStanding,
    invoice_standing,
    invoice_standing_of,
)
from litehq_core.domain.ledger_chain import Entry
from litehq_core.domain.ledger_findings import FindingKind

# A finding: its kind, the position of the entry to blame, the subject, what is wrong.
Found = Callable[[FindingKind, int | None, str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledInvoice:
    """A document, and what is stored about it elsewhere.

    Attributes:
        billed: what stands invoiced of bookings because of it, by booking, in minor units.
        charged_minor: what all charges of it that have succeeded brought.
    """

    invoice: Invoice
    billed: Mapping[str, int] = field(default_factory=dict)
    charged_minor: int = 0


class InvoiceAudit:
    """A verification under way: first the entries, then every document, then the end.

    Args:
        found: takes in each finding.
    """

    def __init__(self, found: Found) -> None:
        self._found = found
        self._standings: dict[str, InvoiceStanding] = {}
        self._positions: dict[str, int] = {}
        self._numbers: set[int] = set()
        # What was set off, by company and currency: for each credit there is a debit.
        self._set_off: Counter[tuple[str, str]] = Counter()

    def read(self, entry: Entry) -> None:
        """The next entry of the ledger."""
        invoice_id = entry.transfer.invoice_id
        if invoice_id is not None:
            before = self._standings.get(invoice_id, InvoiceStanding())
            one = invoice_standing_of([entry.transfer])
            self._standings[invoice_id] = InvoiceStanding(
                paid_minor=before.paid_minor + one.paid_minor,
                given_minor=before.given_minor + one.given_minor,
                fees_minor=before.fees_minor + one.fees_minor,
            )
            self._positions[invoice_id] = entry.position

    def compare(self, filed: FiledInvoice) -> None:
        """A document as it is stored."""
        invoice = filed.invoice
        by_ledger = self._standings.pop(invoice.id, InvoiceStanding())
        by_invoice = invoice_standing(invoice)
        if by_ledger != by_invoice:
            text = f"the ledger has {_told(by_ledger)}; the invoice has {_told(by_invoice)}"
            position = self._positions.get(invoice.id)
            self._found(FindingKind.INVOICE_DIFFERS, position, invoice.id, text)
        if filed.charged_minor != invoice.paid_minor:
            text = f"{invoice.paid_minor} paid; its charges brought {filed.charged_minor}"
            self._found(FindingKind.INVOICE_PAYMENT_DIFFERS, None, invoice.id, text)
        listed = _listed(invoice)
        if {k: v for k, v in filed.billed.items() if v} != listed:
            text = f"its lines make {listed}; {dict(filed.billed)} stands invoiced because of it"
            self._found(FindingKind.INVOICE_LINES_DIFFER, None, invoice.id, text)
        if invoice.number is not None:
            self._numbers.add(invoice.number)
        self._set_off[invoice.company_id, invoice.currency] += invoice.credited_minor

    def finish(self, last_number: int) -> None:
        """The end, once every document was compared.

        Args:
            last_number: the last that was given, as it is stored.
        """
        for invoice_id in self._standings:
            text = "the ledger names an invoice that does not exist"
            position = self._positions[invoice_id]
            self._found(FindingKind.INVOICE_UNKNOWN, position, invoice_id, text)
        for number in sorted(set(range(1, last_number + 1)) ^ self._numbers):
            text = "was given to no document" if number <= last_number else "was never given"
            self._found(FindingKind.INVOICE_NUMBER_DIFFERS, None, f"number {number}", text)
        for (company_id, currency), total in self._set_off.items():
            if total:
                text = f"what was set off in {currency} makes {total}, not zero"
                self._found(FindingKind.INVOICE_CREDIT_DIFFERS, None, company_id, text)


def _listed(invoice: Invoice) -> dict[str, int]:
    """What a document lists of bookings; nothing, if it is void."""
    sums: Counter[str] = Counter()
    for line in invoice.lines if invoice.status is not InvoiceStatus.VOID else ():
        if line.booking_id is not None:
            sums[line.booking_id] += line.amount_minor
    return {booking_id: amount for booking_id, amount in sums.items() if amount}


def _told(told: InvoiceStanding) -> str:
    return f"{told.paid_minor} paid, {told.given_minor} given, {told.fees_minor} kept as fees"
