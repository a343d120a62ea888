"""The waitlist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from litehq_app.sql.columns import Instant, Number
from litehq_app.sql.tables.schema import (
    IS_OFFERED,
    IS_WAITING,
    STRICT,
    SchemaRow,
    one_of,
    partial,
    refers,
    table_of,
    words,
)
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.waitlist import WaitlistStatus


class WaitlistEntryRow(SchemaRow, table=True):
    """Places in line, and what is offered to whom.

    An offer's cells are in ``slot_claims`` under the entry's id; ``offer_busy_until`` is its end
    and its buffer, as ``busy_until`` is a booking's.
    """

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        refers("location_id", "locations"),
        refers("room_id", "rooms"),
        refers("member_id", "members"),
        refers("company_id", "companies"),
        # The entry is written first: its claims must be let go before the booking takes them.
        refers("booking_id", "bookings", deferred=True),
        one_of("status", WaitlistStatus),
        one_of("billing_mode", BillingMode),
        CheckConstraint("to_at > from_at", name="window"),
        CheckConstraint("duration_minutes > 0", name="duration_minutes"),
        CheckConstraint("expires_at = to_at - duration_minutes * 60", name="expires_at"),
        CheckConstraint("attendees >= 1", name="attendees"),
        CheckConstraint("(member_id IS NULL) = (guest_email IS NOT NULL)", name="booker"),
        CheckConstraint("(guest_email IS NULL) = (guest_name IS NULL)", name="guest"),
        CheckConstraint("(status = 'offered') = (offer_expires_at IS NOT NULL)", name="offer"),
        CheckConstraint("offer_end_at > offer_start_at", name="offer_slot"),
        CheckConstraint("(status = 'booked') = (booking_id IS NOT NULL)", name="booking_id"),
        Index("ix_waitlist_created", "workspace_id", "created_at", "id"),
        Index("ix_waitlist_member", "workspace_id", "member_id", "created_at", "id"),
        partial(
            "ix_waitlist_line",
            *("workspace_id", "location_id", "created_at", "id"),
            where=IS_WAITING,
        ),
        partial(
            "ix_waitlist_busy",
            *("workspace_id", "offer_room_id", "offer_busy_until"),
            where=IS_OFFERED,
        ),
        partial("ix_waitlist_check_due", "next_check_at", where=IS_WAITING),
        partial("ix_waitlist_offer_due", "offer_expires_at", where=IS_OFFERED),
        STRICT,
    )

    id: str = words(primary_key=True)
    status: str = words()
    version: int = Field(sa_type=Number)
    location_id: str = words()
    room_id: str | None = words()
    from_at: datetime = Field(sa_type=Instant)
    to_at: datetime = Field(sa_type=Instant)
    duration_minutes: int = Field(sa_type=Number)
    member_id: str | None = words()
    guest_email: str | None = words()
    guest_name: str | None = words()
    company_id: str | None = words()
    attendees: int | None = Field(sa_type=Number)
    billing_mode: str | None = words()
    notes: str | None = words()
    offer_room_id: str | None = words()
    offer_start_at: datetime | None = Field(sa_type=Instant)
    offer_end_at: datetime | None = Field(sa_type=Instant)
    offer_buffer_minutes: int | None = Field(sa_type=Number)
    offer_busy_until: datetime | None = Field(sa_type=Instant)
    offer_expires_at: datetime | None = Field(sa_type=Instant)
    booking_id: str | None = words()
    next_check_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


WAITLIST = table_of(WaitlistEntryRow)
