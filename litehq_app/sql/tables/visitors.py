"""Visitors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Instant, Number, Octets
from litehq_app.sql.tables.schema import STRICT, SchemaRow, one_of, refers, table_of, words
from litehq_core.domain.visitor import VisitorStatus


class VisitorRow(SchemaRow, table=True):
    """Who is expected. ``ends_at`` is when the visit counts as past."""

    __tablename__ = "visitors"
    __table_args__ = (
        refers("location_id", "locations"),
        refers("host_member_id", "members"),
        refers("company_id", "companies"),
        refers("booking_id", "bookings"),
        one_of("status", VisitorStatus),
        UniqueConstraint("workspace_id", "pass_hash", name="uq_visitors_pass_hash"),
        Index("ix_visitors_created", "workspace_id", "created_at", "id"),
        Index("ix_visitors_host", "workspace_id", "host_member_id", "created_at", "id"),
        Index("ix_visitors_location", "workspace_id", "location_id", "created_at", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    status: str = words()
    version: int = Field(sa_type=Number)
    location_id: str = words()
    host_member_id: str = words()
    company_id: str | None = words()
    booking_id: str | None = words()
    name: str = words()
    email: str | None = words()
    company_name: str | None = words()
    expected_at: datetime = Field(sa_type=Instant)
    until_at: datetime | None = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    notes: str | None = words()
    pass_hash: str = words()
    pass_sealed: bytes = Field(sa_type=Octets)
    checked_in_at: datetime | None = Field(sa_type=Instant)
    cancelled_at: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


VISITORS = table_of(VisitorRow)
