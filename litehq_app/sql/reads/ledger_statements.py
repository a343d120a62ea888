"""The statements by which readers ask the ledger, each compiled once."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from litehq_app.sql.bookings import with_room
from litehq_app.sql.reads.pages import IDS, LIMIT, WORKSPACE, is_in
from litehq_app.sql.reads.statements import Statement, compiled
from litehq_app.sql.tables import (
    ACCOUNTS,
    BILLED_BOOKINGS,
    BOOKINGS,
    INVOICE_CHARGES,
    INVOICE_NUMBERS,
    INVOICES,
    LEDGER_HEADS,
    LOTS,
    TRANSFERS,
    WORKSPACES,
)
from litehq_core.domain.invoice_charge import InvoiceChargeStatus
from litehq_core.domain.ledger import AccountKind

# The parameters of the statements, beside those of every page.
AT = "at"
AFTER = "after"
UP_TO = "up_to"
ACCOUNT_KEY = ("owner", "kind", "unit")


@cache
def workspaces_statement(dialect: Dialect) -> Statement:
    """Every workspace."""
    c = WORKSPACES.c
    return compiled(select(c.workspace_id).order_by(c.workspace_id), dialect)


@cache
def balance_statement(dialect: Dialect) -> Statement:
    """What an account's entries up to an instant add up to."""
    c = TRANSFERS.c
    is_debit = _is_account("debit")
    is_credit = _is_account("credit")
    query = select(
        (_sum(_posted(-1), is_debit) + _sum(_posted(1), is_credit)).label("posted"),
        _sum(_held(), is_debit).label("held"),
    ).where(_own(c.workspace_id), c.created_at <= _at(), or_(is_debit, is_credit))
    return compiled(query, dialect)


@cache
def wallet_statement(dialect: Dialect) -> Statement:
    """A member's lots, with what their entries up to an instant add up to."""
    c = TRANSFERS.c
    is_debit = c.debit_kind == literal(AccountKind.WALLET.value)
    kept = [column for column in LOTS.c if column.name not in ("posted", "held")]
    query = (
        select(
            *kept,
            (_sum(_posted(-1), is_debit) + _sum(_posted(1), ~is_debit)).label("posted"),
            _sum(_held(), is_debit).label("held"),
        )
        .join(TRANSFERS, and_(c.workspace_id == LOTS.c.workspace_id, c.lot_id == LOTS.c.id))
        .where(
            _own(LOTS.c.workspace_id),
            LOTS.c.member_id == bindparam("member_id", type_=LOTS.c.member_id.type),
            c.created_at <= _at(),
        )
        .group_by(*kept)
    )
    return compiled(query, dialect)


def _is_account(side: str) -> ColumnElement[bool]:
    c = TRANSFERS.c
    columns = (c[f"{side}_owner"], c[f"{side}_kind"], c.unit)
    return and_(
        *(
            column == bindparam(name, type_=column.type)
            for column, name in zip(columns, ACCOUNT_KEY, strict=True)
        )
    )


def _posted(sign: int) -> ColumnElement[Any]:
    """What an entry adds to the balance of one side (``domain.ledger.effects``)."""
    c = TRANSFERS.c
    return case((or_(c.kind == "direct", c.kind == "post"), sign * c.amount), else_=0)


def _held() -> ColumnElement[Any]:
    c = TRANSFERS.c
    return case(
        (c.kind == "hold", c.amount),
        (or_(c.kind == "post", c.kind == "void"), -c.amount),
        else_=0,
    )


def _sum(amount: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)


@cache
def spendable_statement(dialect: Dialect) -> Statement:
    """What some members can spend, by what is stored."""
    c = LOTS.c
    query = (
        select(c.member_id, func.sum(c.posted - c.held).label("spendable"))
        .where(
            _own(c.workspace_id),
            is_in(c.member_id, IDS, dialect),
            or_(c.expires_at.is_(None), c.expires_at > _at()),
        )
        .group_by(c.member_id)
    )
    return compiled(query, dialect)


@cache
def of_booking_statement(dialect: Dialect) -> Statement:
    """The entries that name a booking."""
    c = TRANSFERS.c
    named = c.booking_id == bindparam("booking_id", type_=c.booking_id.type)
    query = select(TRANSFERS).where(_own(c.workspace_id), named).order_by(c.position)
    return compiled(query, dialect)


@cache
def head_statement(dialect: Dialect) -> Statement:
    """Where the chain ends."""
    return compiled(select(LEDGER_HEADS).where(_own(LEDGER_HEADS.c.workspace_id)), dialect)


@cache
def entries_statement(dialect: Dialect) -> Statement:
    """The entries after a position."""
    return _walk(select(TRANSFERS), TRANSFERS.c.workspace_id, TRANSFERS.c.position, dialect)


@cache
def lots_statement(dialect: Dialect) -> Statement:
    """The lots after an id."""
    return _walk(select(LOTS), LOTS.c.workspace_id, LOTS.c.id, dialect)


@cache
def bookings_statement(dialect: Dialect) -> Statement:
    """The bookings after an id."""
    return _walk(with_room(BOOKINGS), BOOKINGS.c.workspace_id, BOOKINGS.c.id, dialect)


@cache
def invoices_statement(dialect: Dialect) -> Statement:
    """The invoices after an id."""
    return _walk(select(INVOICES), INVOICES.c.workspace_id, INVOICES.c.id, dialect)


@cache
def billed_statement(dialect: Dialect) -> Statement:
    """What stands invoiced of bookings because of the invoices between two ids."""
    c = BILLED_BOOKINGS.c
    amount = func.sum(c.amount_minor).label("amount_minor")
    query = select(c.invoice_id, c.booking_id, amount).group_by(c.invoice_id, c.booking_id)
    return compiled(query.where(_own(c.workspace_id), *_between(c.invoice_id)), dialect)


@cache
def charged_statement(dialect: Dialect) -> Statement:
    """What the charges of the invoices between two ids have brought."""
    c = INVOICE_CHARGES.c
    amount = func.sum(c.amount_minor).label("amount_minor")
    has_succeeded = c.status == literal(InvoiceChargeStatus.SUCCEEDED.value)
    query = select(c.invoice_id, amount).group_by(c.invoice_id)
    return compiled(
        query.where(_own(c.workspace_id), has_succeeded, *_between(c.invoice_id)), dialect
    )


@cache
def invoice_number_statement(dialect: Dialect) -> Statement:
    """The last number that was given to an invoice."""
    return compiled(select(INVOICE_NUMBERS).where(_own(INVOICE_NUMBERS.c.workspace_id)), dialect)


def _between(invoice_id: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    return (
        invoice_id > bindparam(AFTER, type_=invoice_id.type),
        invoice_id <= bindparam(UP_TO, type_=invoice_id.type),
    )


def _walk(
    query: Select[Any], workspace_id: ColumnElement[Any], key: ColumnElement[Any], dialect: Dialect
) -> Statement:
    return compiled(
        query.where(_own(workspace_id), key > bindparam(AFTER, type_=key.type))
        .order_by(key)
        .limit(_limit()),
        dialect,
    )


@cache
def balances_statement(dialect: Dialect) -> Statement:
    """The stored balances after an account."""
    key = [ACCOUNTS.c[name] for name in ACCOUNT_KEY]
    after = tuple_(*(bindparam(column.name, type_=column.type) for column in key))
    query = (
        select(ACCOUNTS)
        .where(_own(ACCOUNTS.c.workspace_id), tuple_(*key) > after)
        .order_by(*key)
        .limit(_limit())
    )
    return compiled(query, dialect)


def _own(workspace_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return workspace_id == bindparam(WORKSPACE, type_=workspace_id.type)


def _at() -> ColumnElement[Any]:
    return bindparam(AT, type_=TRANSFERS.c.created_at.type)


def _limit() -> ColumnElement[Any]:
    return bindparam(LIMIT, type_=BigInteger())
