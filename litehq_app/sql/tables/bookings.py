"""Bookings, the cells they claim, their quotes and their payments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field

from litehq_app.sql.columns import Flag, Instant, JsonText, Number
from litehq_app.sql.tables.schema import (
    HAS_CHANGE,
    HAS_PENDING_CALL,
    IN_SERIES,
    IS_CONFIRMED,
    IS_HOLD,
    IS_OCCUPYING,
    IS_OPEN,
    STRICT,
    SchemaRow,
    json_or,
    number_or,
    one_of,
    partial,
    refers,
    table_of,
    words,
)
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.payment import PaymentKind, PaymentPurpose, PaymentStatus
from litehq_core.domain.rate_card import BillingMode


class BookingRow(SchemaRow, table=True):
    """The bookings. ``busy_until`` is the end and the buffer: what occupancy is asked by.

    A pending change is kept whole as JSON; the ``change_…`` columns repeat what occupancy and
    the sweep ask of it.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        refers("room_id", "rooms"),
        refers("member_id", "members"),
        refers("company_id", "companies"),
        one_of("status", BookingStatus),
        one_of("billing_mode", BillingMode),
        CheckConstraint("end_at > start_at", name="slot"),
        CheckConstraint("busy_until = end_at + buffer_minutes * 60", name="busy_until"),
        CheckConstraint("buffer_minutes >= 0", name="buffer_minutes"),
        CheckConstraint("attendees >= 1", name="attendees"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        CheckConstraint("tokens_charged >= 0", name="tokens_charged"),
        CheckConstraint(
            "paid_minor >= 0 AND refunded_minor >= 0 AND tokens_spent >= 0", name="settled"
        ),
        CheckConstraint("member_id IS NULL OR guest_email IS NULL", name="booker"),
        CheckConstraint("(guest_email IS NULL) = (guest_name IS NULL)", name="guest"),
        CheckConstraint("(pending_change IS NULL) = (change_expires_at IS NULL)", name="change"),
        CheckConstraint("change_end_at > change_start_at", name="change_slot"),
        Index("ix_bookings_start", "workspace_id", "start_at", "id"),
        Index("ix_bookings_room", "workspace_id", "room_id", "start_at", "id"),
        Index("ix_bookings_member", "workspace_id", "member_id", "start_at", "id"),
        Index("ix_bookings_company", "workspace_id", "company_id", "start_at", "id"),
        partial("ix_bookings_series", "workspace_id", "series_id", "start_at", where=IN_SERIES),
        partial("ix_bookings_busy", "workspace_id", "room_id", "busy_until", where=IS_OCCUPYING),
        partial(
            "ix_bookings_change_busy",
            "workspace_id",
            "change_room_id",
            "change_busy_until",
            where=HAS_CHANGE,
        ),
        partial("ix_bookings_hold_due", "expires_at", where=IS_HOLD),
        partial("ix_bookings_end_due", "busy_until", where=IS_CONFIRMED),
        partial("ix_bookings_change_due", "change_expires_at", where=HAS_CHANGE),
        STRICT,
    )

    id: str = words(primary_key=True)
    room_id: str = words()
    status: str = words()
    version: int = Field(sa_type=Number)
    sequence: int = Field(sa_type=Number)
    start_at: datetime = Field(sa_type=Instant)
    end_at: datetime = Field(sa_type=Instant)
    buffer_minutes: int = Field(sa_type=Number)
    busy_until: datetime = Field(sa_type=Instant)
    member_id: str | None = words()
    guest_email: str | None = words()
    guest_name: str | None = words()
    company_id: str | None = words()
    attendees: int | None = Field(sa_type=Number)
    notes: str | None = words()
    # SQLModel keeps the name `metadata` for itself.
    metadata_: dict[str, Any] = Field(sa_column=Column("metadata", JsonText, nullable=False))
    billing_mode: str = words()
    currency: str = words()
    amount_minor: int = Field(sa_type=Number)
    price_lines: list[dict[str, Any]] = Field(sa_type=JsonText)
    tokens_charged: int | None = Field(sa_type=Number)
    policy: dict[str, Any] = Field(sa_type=JsonText)
    payment_id: str | None = words()
    checkout_url: str | None = words()
    expires_at: datetime | None = Field(sa_type=Instant)
    pending_change: dict[str, Any] | None = Field(sa_type=JsonText)
    change_room_id: str | None = words()
    change_start_at: datetime | None = Field(sa_type=Instant)
    change_end_at: datetime | None = Field(sa_type=Instant)
    change_buffer_minutes: int | None = Field(sa_type=Number)
    change_busy_until: datetime | None = Field(sa_type=Instant)
    change_expires_at: datetime | None = Field(sa_type=Instant)
    change_attendees: int | None = Field(sa_type=Number)
    no_show: bool = Field(sa_type=Flag)
    paid_minor: int = Field(sa_type=Number)
    refunded_minor: int = Field(sa_type=Number)
    tokens_spent: int = Field(sa_type=Number)
    token_lots: list[list[Any]] = json_or("[]")
    fee_minor: int = number_or(0)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    cancelled_at: datetime | None = Field(sa_type=Instant)
    # No foreign key: SQLite could only have it by writing the table anew.
    series_id: str | None = words()


class SlotClaimRow(SchemaRow, table=True):
    """Five-minute cells of UTC, numbered since 1970. The primary key is the rule.

    ``seat`` is 0 but for shared rooms, whose seats are numbered from 0; combined rooms have no
    rows, since their parts have. No foreign key to the booking: it would be checked for every
    cell, and bookings are never deleted.
    """

    __tablename__ = "slot_claims"
    __table_args__ = (
        Index("ix_slot_claims_booking", "workspace_id", "booking_id"),
        STRICT | {"sqlite_with_rowid": False},
    )

    room_id: str = words(primary_key=True)
    seat: int = Field(sa_type=Number, primary_key=True)
    cell: int = Field(sa_type=Number, primary_key=True)
    booking_id: str = words()


class QuoteRow(SchemaRow, table=True):
    """Prices that hold for a while."""

    __tablename__ = "quotes"
    __table_args__ = (
        refers("room_id", "rooms"),
        one_of("billing_mode", BillingMode),
        CheckConstraint("end_at > start_at", name="slot"),
        Index("ix_quotes_prune_due", "expires_at", "workspace_id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    room_id: str = words()
    start_at: datetime = Field(sa_type=Instant)
    end_at: datetime = Field(sa_type=Instant)
    booker: str = words()
    billing_mode: str = words()
    price: dict[str, Any] = Field(sa_type=JsonText)
    tokens: int | None = Field(sa_type=Number)
    policy: dict[str, Any] = Field(sa_type=JsonText)
    violations: list[dict[str, Any]] = Field(sa_type=JsonText)
    conflicting_booking_id: str | None = words()
    alternatives: list[dict[str, Any]] = Field(sa_type=JsonText)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class PaymentRow(SchemaRow, table=True):
    """Checkouts and refunds: intents first, then what came of them.

    ``shares`` is null unless several bookings share a checkout; ``booking_id`` is their first.
    ``sources`` are the charges that a refund is taken from, once that is settled.
    """

    __tablename__ = "payments"
    __table_args__ = (
        refers("booking_id", "bookings", deferred=True),
        one_of("kind", PaymentKind),
        one_of("purpose", PaymentPurpose),
        one_of("status", PaymentStatus),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        Index("ix_payments_booking", "workspace_id", "booking_id", "created_at", "id"),
        partial("ix_payments_due", "status", "kind", "updated_at", where=HAS_PENDING_CALL),
        partial("ix_payments_check_due", "updated_at", where=IS_OPEN),
        Index("ix_payments_reference", "workspace_id", "reference"),
        STRICT,
    )

    id: str = words(primary_key=True)
    booking_id: str = words()
    kind: str = words()
    purpose: str = words()
    status: str = words()
    currency: str = words()
    amount_minor: int = Field(sa_type=Number)
    reference: str | None = words()
    checkout_url: str | None = words()
    expires_at: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    shares: list[dict[str, Any]] | None = Field(sa_type=JsonText)
    sources: list[dict[str, Any]] | None = Field(sa_type=JsonText)


BOOKINGS = table_of(BookingRow)
SLOT_CLAIMS = table_of(SlotClaimRow)
QUOTES = table_of(QuoteRow)
PAYMENTS = table_of(PaymentRow)
