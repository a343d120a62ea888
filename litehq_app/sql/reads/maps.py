"""Attributes and columns: the one place that knows both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, literal_column

from litehq_app.sql.places import ALL_BLACKOUTS
from litehq_app.sql.tables import (
    API_KEYS,
    BOOKINGS,
    COMPANIES,
    EVENTS,
    INVOICES,
    LOCATIONS,
    MEMBERS,
    RATE_CARDS,
    ROOMS,
    SERIES,
    TRANSFERS,
    VISITORS,
    WAITLIST,
    WEBHOOK_DELIVERIES,
    WEBHOOKS,
)
from litehq_app.sql.token_allocations import pool_in
from litehq_app.sql.waitlist import position_in
from litehq_app.sql.webhooks import dead_in, pending_in
from litehq_core.domain.attributes import (
    ApiTokenAttribute,
    BlackoutAttribute,
    BookingAttribute,
    CompanyAttribute,
    EventAttribute,
    InvoiceAttribute,
    LocationAttribute,
    MemberAttribute,
    Noun,
    RateCardAttribute,
    RoomAttribute,
    SeriesAttribute,
    TokenTransactionAttribute,
    VisitorAttribute,
    WaitlistAttribute,
    WebhookAttribute,
    WebhookDeliveryAttribute,
)


@dataclass(frozen=True, slots=True)
class Through:
    """An attribute that a noun borrows from one of its relations."""

    relation: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Computed:
    """An attribute that no column holds: an expression over the noun's row."""

    expression: Callable[[FromClause], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class NounMap:
    """A noun's table, or several read as one; for each attribute a column, or the way to it.

    ``only``: which of the rows the noun has, where it does not have all of them.
    """

    table: FromClause
    attributes: Mapping[str, str | Through | Computed]
    only: Callable[[FromClause], ColumnElement[bool]] | None = None


def _moves_tokens(transfers: FromClause) -> ColumnElement[bool]:
    """``IS_TOKEN_MOVE``, in literals: a planner uses a partial index only if it sees them."""
    kinds: tuple[ColumnElement[str], ...] = (literal_column("'direct'"), literal_column("'post'"))
    c = transfers.c
    return and_(c.unit == literal_column("'token'"), c.kind.in_(kinds))


def _map(
    table: FromClause,
    attributes: type[StrEnum],
    others: Mapping[str, Through | Computed] | None = None,
) -> NounMap:
    # An attribute stands in the column of its own name unless it is named among the others.
    own: dict[str, str | Through | Computed] = {str(name): str(name) for name in attributes}
    return NounMap(table, {**own, **(others or {})})


MAPS: Mapping[Noun, NounMap] = {
    Noun.BOOKING: _map(BOOKINGS, BookingAttribute),
    Noun.ROOM: _map(ROOMS, RoomAttribute, {"timezone": Through("location", "timezone")}),
    Noun.LOCATION: _map(LOCATIONS, LocationAttribute),
    Noun.MEMBER: _map(MEMBERS, MemberAttribute, {"pool_allocation": Computed(pool_in)}),
    Noun.COMPANY: _map(COMPANIES, CompanyAttribute),
    Noun.API_TOKEN: _map(API_KEYS, ApiTokenAttribute),
    Noun.SERIES: _map(SERIES, SeriesAttribute),
    Noun.BLACKOUT: _map(ALL_BLACKOUTS, BlackoutAttribute),
    Noun.RATE_CARD: _map(RATE_CARDS, RateCardAttribute),
    Noun.VISITOR: _map(VISITORS, VisitorAttribute),
    Noun.INVOICE: _map(INVOICES, InvoiceAttribute),
    Noun.WEBHOOK: _map(
        WEBHOOKS,
        WebhookAttribute,
        {"pending_count": Computed(pending_in), "dead_count": Computed(dead_in)},
    ),
    Noun.WEBHOOK_DELIVERY: _map(WEBHOOK_DELIVERIES, WebhookDeliveryAttribute),
    Noun.WAITLIST_ENTRY: _map(WAITLIST, WaitlistAttribute, {"position": Computed(position_in)}),
    Noun.TOKEN_TRANSACTION: replace(_map(TRANSFERS, TokenTransactionAttribute), only=_moves_tokens),
    Noun.EVENT: _map(EVENTS, EventAttribute),
}
