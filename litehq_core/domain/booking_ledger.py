"""What a booking's money means in the ledger: owed, paid, given back.

A booking says how it stands; the entries of a decision are the difference between how it stood
and how it stands. So no decision has to think of the ledger, and none can forget it.

    price owed once confirmed   receivable → revenue
    paid                        cash       → receivable
    a refund decided            receivable → refunds
    a refund sent               refunds    → cash

What is paid by card is the booker's own account (a guest's is the booking's); what goes on an
invoice is the company's; what becomes of it there, ``domain.invoice_ledger`` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import Account, AccountKind, Transfer, TransferKind
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus
from litehq_core.domain.rate_card import BillingMode

# The cause of entries about what goes on an invoice.
INVOICED = "invoiced"

_AGREED = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED})

# (debit, credit, cause) → minor units.
_Flows = Mapping[tuple[Account, Account, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a booking stands: what it owes (card and invoice), was paid, and gave back.

    Attributes:
        owed_minor, paid_minor, refunded_minor: in minor units of the booking's currency.
        token_lots: tokens burnt and not given back, by lot.
    """

    owed_minor: int = 0
    paid_minor: int = 0
    refunded_minor: int = 0
    token_lots: Mapping[str, int] = field(default_factory=dict)


def invoiced_minor(booking: Booking) -> int:
    """What goes on an invoice: the price, or what is left of it after a cancellation."""
    if booking.billing_mode is not BillingMode.INVOICE:
        return 0
    if booking.status is BookingStatus.CANCELLED:
        return booking.fee_minor
    return booking.price.amount_minor if booking.status in _AGREED else 0


def charged_minor(booking: Booking) -> int:
    """What is owed by card: the price once it is agreed, and in any case what was kept."""
    kept = booking.settled_minor
    if booking.billing_mode is BillingMode.CARD and booking.status in _AGREED:
        return max(kept, booking.price.amount_minor)
    return kept


def standing(booking: Booking) -> Standing:
    """How a booking says that it stands."""
    lots: Counter[str] = Counter()
    for share in booking.token_lots:
        lots[share.lot_id] += share.tokens
    return Standing(
        owed_minor=invoiced_minor(booking) + charged_minor(booking),
        paid_minor=booking.paid_minor,
        refunded_minor=booking.refunded_minor,
        token_lots=dict(lots),
    )


def standing_of(transfers: Iterable[Transfer]) -> Standing:
    """How a booking stands by the ledger. ``transfers`` are those that name it, in any order."""
    sums: Counter[tuple[AccountKind, AccountKind]] = Counter()
    lots: Counter[str] = Counter()
    for transfer in transfers:
        if transfer.kind not in (TransferKind.DIRECT, TransferKind.POST):
            continue
        pair = (transfer.debit.kind, transfer.credit.kind)
        sums[pair] += transfer.amount
        if transfer.lot_id is not None:
            spends = transfer.debit.kind is AccountKind.WALLET
            lots[transfer.lot_id] += transfer.amount if spends else -transfer.amount

    def net(debit: AccountKind, credit: AccountKind) -> int:
        return sums[debit, credit] - sums[credit, debit]

    return Standing(
        owed_minor=net(AccountKind.RECEIVABLE, AccountKind.REVENUE),
        paid_minor=net(AccountKind.CASH, AccountKind.RECEIVABLE),
        refunded_minor=net(AccountKind.RECEIVABLE, AccountKind.REFUNDS),
        token_lots={lot_id: tokens for lot_id, tokens in lots.items() if tokens},
    )


def money_entries(
    before: Booking | None,
    after: Booking,
    payments: Iterable[Payment],
    new_id: Callable[[Prefix], str],
) -> tuple[Transfer, ...]:
    """The entries that a decision about a booking makes.

    Args:
        before: as it was stored; None for a new one.
        payments: those that the decision writes; a refund that succeeded has been sent, one
            that expired has come back.
    """
    earlier, later = _flows(before) if before else {}, _flows(after)
    changes = [(flow, later.get(flow, 0) - earlier.get(flow, 0)) for flow in {**earlier, **later}]
    for payment in payments:
        if payment.kind is PaymentKind.REFUND and payment.status is PaymentStatus.SUCCEEDED:
            changes.append((_sent(after, payment), payment.amount.amount_minor))
        elif payment.kind is PaymentKind.REFUND and payment.status is PaymentStatus.EXPIRED:
            # First of all: what came back is promised again before the promise is taken back.
            changes.insert(0, (_sent(after, payment), -payment.amount.amount_minor))
    return tuple(
        Transfer(
            id=new_id(Prefix.TRANSFER),
            kind=TransferKind.DIRECT,
            # What was owed and is not any more flows back the way it came.
            debit=debit if amount > 0 else credit,
            credit=credit if amount > 0 else debit,
            amount=abs(amount),
            cause=cause,
            booking_id=after.id,
        )
        for (debit, credit, cause), amount in changes
        if amount
    )


def _sent(booking: Booking, payment: Payment) -> tuple[Account, Account, str]:
    house, unit = booking.workspace_id, payment.amount.currency
    return (
        Account(house, AccountKind.REFUNDS, unit),
        Account(house, AccountKind.CASH, unit),
        "refund_sent",
    )


def _flows(booking: Booking) -> _Flows:
    house, unit = booking.workspace_id, booking.price.currency
    payer = Account(booking.member_id or booking.id, AccountKind.RECEIVABLE, unit)
    company = Account(
        booking.company_id or booking.member_id or booking.id, AccountKind.RECEIVABLE, unit
    )
    revenue = Account(house, AccountKind.REVENUE, unit)
    return {
        (company, revenue, INVOICED): invoiced_minor(booking),
        (payer, revenue, "owed"): charged_minor(booking),
        (Account(house, AccountKind.CASH, unit), payer, "paid"): booking.paid_minor,
        (payer, Account(house, AccountKind.REFUNDS, unit), "refunded"): booking.refunded_minor,
    }
