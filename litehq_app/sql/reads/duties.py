"""What falls due by itself, in every workspace: the one kind of read that names none.

The conditions are written as the partial indexes are, so that each duty is a short index scan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    select,
)

from litehq_app.sql.tables import (
    BILLING_RUNS,
    BOOKINGS,
    EVENT_HEADS,
    EVENTS,
    IDEMPOTENCY_KEYS,
    INVOICE_CHARGES,
    INVOICES,
    LOTS,
    MAILS,
    PAYMENTS,
    QUOTES,
    STRIPE_ACCOUNTS,
    TOKEN_ALLOCATIONS,
    WAITLIST,
    WELCOMES,
)
from litehq_app.sql.tables.invoices import IS_PENDING, IS_PLANNED, IS_SYNC_DUE
from litehq_app.sql.tables.mails import IS_ENDED, IS_QUEUED
from litehq_app.sql.tables.provider import IS_CONNECTED
from litehq_app.sql.tables.schema import (
    HAS_CHANGE,
    HAS_PENDING_CALL,
    IS_CONFIRMED,
    IS_FILLED,
    IS_HOLD,
    IS_OFFERED,
    IS_OPEN,
    IS_WAITING,
)
from litehq_core.domain.idempotency import RETENTION as KEYS_KEPT
from litehq_core.domain.mail import RETENTION as MAILS_KEPT
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.domain.quote import RETENTION as QUOTES_KEPT
from litehq_core.ports.reads import Duty

NOW = "now"
LIMIT = "row_limit"

# How long after its instant something is due. A checkout is opened, and a card charged, by whoever
# asked for it; only what was forgotten for so long is the worker's. Nor is the provider asked
# about an open checkout all the time.
GRACE = {
    Duty.OPEN_CHECKOUTS: timedelta(minutes=1),
    Duty.CHECK_CHECKOUTS: timedelta(minutes=1),
    Duty.CHARGE_INVOICES: timedelta(minutes=1),
    Duty.PRUNE_MAIL: MAILS_KEPT,
    Duty.PRUNE_KEYS: KEYS_KEPT,
    Duty.PRUNE_QUOTES: QUOTES_KEPT,
}


def duty_query(duty: Duty) -> Select[Any]:
    """What is due by :data:`NOW`, longest due first."""
    match duty:
        case Duty.EXPIRE_HOLDS | Duty.DROP_CHANGES | Duty.COMPLETE_BOOKINGS:
            return _booking_due(duty)
        case Duty.OPEN_CHECKOUTS | Duty.CLOSE_CHECKOUTS | Duty.SEND_REFUNDS:
            return _call_due(*_CALLS[duty])
        case Duty.LAPSE_OFFERS | Duty.CHECK_WAITLIST:
            return _waitlist_due(duty)
        case Duty.RENEW_ALLOCATIONS | Duty.EXPIRE_LOTS:
            return _tokens_due(duty)
        case Duty.SEND_MAIL | Duty.PRUNE_MAIL:
            return _mail_due(duty)
        case Duty.PRUNE_KEYS | Duty.PRUNE_QUOTES:
            return _outlived(*_OUTLIVED[duty])
        case Duty.BILL_COMPANIES | Duty.CHARGE_INVOICES | Duty.SYNC_INVOICES:
            return _invoices_due(duty)
    # Those that are left stand alone.
    return _ALONE[duty]()


def _invoices_due(duty: Duty) -> Select[Any]:
    if duty is Duty.BILL_COMPANIES:
        c = BILLING_RUNS.c
        return _due(BILLING_RUNS, IS_PLANNED, c.next_at, subject=c.company_id)
    if duty is Duty.CHARGE_INVOICES:
        return _due(INVOICE_CHARGES, IS_PENDING, INVOICE_CHARGES.c.updated_at)
    return _due(INVOICES, IS_SYNC_DUE, INVOICES.c.sync_next_at)


def _booking_due(duty: Duty) -> Select[Any]:
    if duty is Duty.EXPIRE_HOLDS:
        return _due(BOOKINGS, IS_HOLD, BOOKINGS.c.expires_at)
    if duty is Duty.DROP_CHANGES:
        return _due(BOOKINGS, HAS_CHANGE, BOOKINGS.c.change_expires_at)
    return _due(BOOKINGS, IS_CONFIRMED, BOOKINGS.c.busy_until)


def _waitlist_due(duty: Duty) -> Select[Any]:
    if duty is Duty.LAPSE_OFFERS:
        return _due(WAITLIST, IS_OFFERED, WAITLIST.c.offer_expires_at)
    return _due(WAITLIST, IS_WAITING, WAITLIST.c.next_check_at)


def _tokens_due(duty: Duty) -> Select[Any]:
    c = TOKEN_ALLOCATIONS.c
    if duty is Duty.RENEW_ALLOCATIONS:
        return _due(TOKEN_ALLOCATIONS, "TRUE", c.next_at, subject=c.member_id)
    counted = (
        select(c.lot_id)
        .where(c.workspace_id == LOTS.c.workspace_id, c.lot_id == LOTS.c.id)
        .exists()
    )
    return _due(LOTS, IS_FILLED, LOTS.c.expires_at).where(~counted)


def _mail_due(duty: Duty) -> Select[Any]:
    if duty is Duty.SEND_MAIL:
        return _due(MAILS, IS_QUEUED, MAILS.c.next_attempt_at)
    return _due(MAILS, IS_ENDED, MAILS.c.updated_at)


def _company_due() -> Select[Any]:
    c = WELCOMES.c
    return _due(WELCOMES, "TRUE", c.next_at, subject=c.company_id)


def _log_due() -> Select[Any]:
    """By the first event that is left, which the head's row knows: one look-up for each log.

    Not a join, of which a planner might take the wrong end: the logs from end to end.
    """
    c, head = EVENTS.c, EVENT_HEADS.c
    first_at = (
        select(c.occurred_at)
        .where(c.workspace_id == head.workspace_id, c.position == head.floor + 1)
        .scalar_subquery()
    )
    return (
        select(head.workspace_id, head.workspace_id.label("id"))
        .where(first_at <= bindparam(NOW, type_=c.occurred_at.type))
        .order_by(first_at, head.workspace_id)
        .limit(bindparam(LIMIT, type_=BigInteger()))
    )


_CALLS = {
    Duty.OPEN_CHECKOUTS: (PaymentKind.CHECKOUT, PaymentStatus.PENDING),
    Duty.CLOSE_CHECKOUTS: (PaymentKind.CHECKOUT, PaymentStatus.CLOSING),
    Duty.SEND_REFUNDS: (PaymentKind.REFUND, PaymentStatus.PENDING),
}


def _call_due(kind: PaymentKind, status: PaymentStatus) -> Select[Any]:
    condition = f"{HAS_PENDING_CALL} AND status = '{status}' AND kind = '{kind}'"
    return _due(PAYMENTS, condition, PAYMENTS.c.updated_at)


_OUTLIVED = {
    Duty.PRUNE_KEYS: (IDEMPOTENCY_KEYS, IDEMPOTENCY_KEYS.c.created_at),
    Duty.PRUNE_QUOTES: (QUOTES, QUOTES.c.expires_at),
}


def _due(
    table: Table,
    condition: str,
    since: ColumnElement[Any],
    *,
    subject: ColumnElement[Any] | None = None,
) -> Select[Any]:
    who = (table.c.id if subject is None else subject).label("id")
    return (
        select(table.c.workspace_id, who)
        .where(literal_column(f"({condition})"), since <= bindparam(NOW, type_=since.type))
        .order_by(since, table.c.workspace_id, who)
        .limit(bindparam(LIMIT, type_=BigInteger()))
    )


def _outlived(table: Table, since: ColumnElement[Any]) -> Select[Any]:
    """The workspaces that the oldest rows nobody needs any more belong to."""
    most = bindparam(LIMIT, type_=BigInteger())
    oldest = (
        select(table.c.workspace_id, since.label("since"))
        .where(since <= bindparam(NOW, type_=since.type))
        .order_by(since, table.c.workspace_id)
        .limit(most)
        .subquery("oldest")
    )
    workspace_id = oldest.c.workspace_id
    return (
        select(workspace_id, workspace_id.label("id"))
        .group_by(workspace_id)
        .order_by(func.min(oldest.c.since), workspace_id)
        .limit(most)
    )


_ALONE: Mapping[Duty, Callable[[], Select[Any]]] = {
    Duty.CHECK_CHECKOUTS: lambda: _due(
        PAYMENTS, f"{IS_OPEN} AND kind = '{PaymentKind.CHECKOUT}'", PAYMENTS.c.updated_at
    ),
    Duty.POLL_PROVIDER: lambda: _due(
        STRIPE_ACCOUNTS,
        IS_CONNECTED,
        STRIPE_ACCOUNTS.c.next_poll_at,
        subject=STRIPE_ACCOUNTS.c.account_id,
    ),
    Duty.PRUNE_EVENTS: _log_due,
    Duty.WELCOME_COMPANIES: _company_due,
}
