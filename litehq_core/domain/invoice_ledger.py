"""What documents mean in the ledger: money received for them, credits given, fees kept.

What bookings owe is in the ledger by the bookings themselves (``domain.booking_ledger``), and a
document that lists them moves no money. As there, entries are the difference between how a
document stood and how it stands.

    paid                    cash    → receivable of the company
    credited by hand        revenue → receivable of the company
    kept by the provider    fees    → cash
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from litehq_core.domain.ids import Prefix
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.ledger import Account, AccountKind, Transfer, TransferKind

_STANDS = frozenset({InvoiceStatus.OPEN, InvoiceStatus.PAID})
# (debit, credit, cause) → minor units.
_Flows = Mapping[tuple[Account, Account, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceStanding:
    """How a document stands: what was paid on it, given by it, and kept of it, in minor units."""

    paid_minor: int = 0
    given_minor: int = 0
    fees_minor: int = 0


def given_minor(invoice: Invoice) -> int:
    """What the operator gives the company by a document, beside what bookings owe."""
    if invoice.status not in _STANDS:
        return 0
    return -sum(line.amount_minor for line in invoice.lines if line.booking_id is None)


def invoice_standing(invoice: Invoice) -> InvoiceStanding:
    """How a document says that it stands."""
    return InvoiceStanding(
        paid_minor=invoice.paid_minor,
        given_minor=given_minor(invoice),
        fees_minor=invoice.fees_minor,
    )


def invoice_standing_of(transfers: Iterable[Transfer]) -> InvoiceStanding:
    """How a document stands by the ledger. ``transfers`` are those that name it, in any order."""
    sums: Counter[tuple[AccountKind, AccountKind]] = Counter()
    for transfer in transfers:
        sums[transfer.debit.kind, transfer.credit.kind] += transfer.amount
        sums[transfer.credit.kind, transfer.debit.kind] -= transfer.amount
    return InvoiceStanding(
        paid_minor=sums[AccountKind.CASH, AccountKind.RECEIVABLE],
        given_minor=sums[AccountKind.REVENUE, AccountKind.RECEIVABLE],
        fees_minor=sums[AccountKind.FEES, AccountKind.CASH],
    )


def invoice_entries(
    before: Invoice | None, after: Invoice, new_id: Callable[[Prefix], str]
) -> tuple[Transfer, ...]:
    """The entries that a decision about a document makes.

    Args:
        before: as it was stored; None for a new one.
    """
    earlier, later = _flows(before) if before else {}, _flows(after)
    changes = [(flow, later[flow] - earlier.get(flow, 0)) for flow in later]
    return tuple(
        Transfer(
            id=new_id(Prefix.TRANSFER),
            kind=TransferKind.DIRECT,
            # What does not stand any more flows back the way it came.
            debit=debit if amount > 0 else credit,
            credit=credit if amount > 0 else debit,
            amount=abs(amount),
            cause=cause,
            invoice_id=after.id,
        )
        for (debit, credit, cause), amount in changes
        if amount
    )


def _flows(invoice: Invoice) -> _Flows:
    house, unit = invoice.workspace_id, invoice.currency
    company = Account(invoice.company_id, AccountKind.RECEIVABLE, unit)
    cash = Account(house, AccountKind.CASH, unit)
    stands = invoice_standing(invoice)
    return {
        (cash, company, "invoice_paid"): stands.paid_minor,
        (Account(house, AccountKind.REVENUE, unit), company, "credited"): stands.given_minor,
        (Account(house, AccountKind.FEES, unit), cash, "provider_fee"): stands.fees_minor,
    }
