"""Series of bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field

from litehq_app.sql.columns import Instant, JsonText, Number
from litehq_app.sql.tables.schema import STRICT, SchemaRow, one_of, refers, table_of, words
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.series import OnConflict


class SeriesRow(SchemaRow, table=True):
    """Wishes that repeat, with what became of each date; their bookings name them."""

    __tablename__ = "series"
    __table_args__ = (
        refers("room_id", "rooms"),
        refers("member_id", "members"),
        refers("company_id", "companies"),
        one_of("billing_mode", BillingMode),
        one_of("on_conflict", OnConflict),
        CheckConstraint("duration_minutes > 0", name="duration_minutes"),
        CheckConstraint("attendees >= 1", name="attendees"),
        CheckConstraint("member_id IS NULL OR guest_email IS NULL", name="booker"),
        CheckConstraint("(guest_email IS NULL) = (guest_name IS NULL)", name="guest"),
        Index("ix_series_created", "workspace_id", "created_at", "id"),
        Index("ix_series_member", "workspace_id", "member_id", "created_at", "id"),
        Index("ix_series_company", "workspace_id", "company_id", "created_at", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    version: int = Field(sa_type=Number)
    room_id: str = words()
    currency: str = words()
    rule: dict[str, Any] = Field(sa_type=JsonText)
    start_at: datetime = Field(sa_type=Instant)
    duration_minutes: int = Field(sa_type=Number)
    member_id: str | None = words()
    guest_email: str | None = words()
    guest_name: str | None = words()
    company_id: str | None = words()
    attendees: int | None = Field(sa_type=Number)
    notes: str | None = words()
    # SQLModel keeps the name `metadata` for itself.
    metadata_: dict[str, Any] = Field(sa_column=Column("metadata", JsonText, nullable=False))
    billing_mode: str = words()
    on_conflict: str = words()
    occurrences: list[dict[str, Any]] = Field(sa_type=JsonText)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    cancelled_at: datetime | None = Field(sa_type=Instant)


SERIES = table_of(SeriesRow)
