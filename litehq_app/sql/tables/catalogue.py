"""What bookings refer to: workspaces, rooms, prices and people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from litehq_app.sql.columns import Flag, Instant, JsonText, Number
from litehq_app.sql.tables.schema import (
    STRICT,
    SchemaRow,
    json_or,
    number_or,
    one_of,
    refers,
    table_of,
    words,
)
from litehq_core.domain.company import BillingTerms
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.workspace import Mode


class WorkspaceRow(SchemaRow, table=True):
    """The operators."""

    __tablename__ = "workspaces"
    __table_args__ = (
        one_of("mode", Mode),
        CheckConstraint("hold_minutes > 0", name="hold_minutes"),
        STRICT,
    )

    name: str = words()
    mode: str = words()
    hold_minutes: int = Field(sa_type=Number)
    offer_minutes: int = number_or(15)
    welcome: list[dict[str, Any]] = json_or("[]")
    invoice_due_days: int = number_or(14)
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class LocationRow(SchemaRow, table=True):
    """The buildings."""

    __tablename__ = "locations"
    __table_args__ = (STRICT,)

    id: str = words(primary_key=True)
    name: str = words()
    timezone: str = words()
    currency: str = words()
    opening_hours: dict[str, Any] = Field(sa_type=JsonText)
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class RoomRow(SchemaRow, table=True):
    """The rooms; their rows are what orders the writes that depend on occupancy."""

    __tablename__ = "rooms"
    __table_args__ = (
        refers("location_id", "locations"),
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("slot_minutes > 0", name="slot_minutes"),
        CheckConstraint("buffer_minutes >= 0", name="buffer_minutes"),
        STRICT,
    )

    id: str = words(primary_key=True)
    location_id: str = words()
    name: str = words()
    capacity: int = Field(sa_type=Number)
    slot_minutes: int = Field(sa_type=Number)
    buffer_minutes: int = Field(sa_type=Number)
    rules: dict[str, Any] = Field(sa_type=JsonText)
    opening_hours: dict[str, Any] | None = Field(sa_type=JsonText)
    active: bool = Field(sa_type=Flag)
    parts: list[str] = json_or("[]")
    shared: bool = Field(sa_type=Flag, sa_column_kwargs={"server_default": false()})
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class RoomPartRow(SchemaRow, table=True):
    """The parts of combined rooms, one by one: by these are rooms found that share a part.

    It repeats ``rooms.parts``, and never changes either.
    """

    __tablename__ = "room_parts"
    __table_args__ = (
        refers("room_id", "rooms", name="fk_room_parts_room"),
        refers("part_id", "rooms", name="fk_room_parts_part"),
        CheckConstraint("part_id <> room_id", name="part"),
        Index("ix_room_parts_part", "workspace_id", "part_id", "room_id"),
        STRICT | {"sqlite_with_rowid": False},
    )

    room_id: str = words(primary_key=True)
    part_id: str = words(primary_key=True)


class BlackoutRow(SchemaRow, table=True):
    """Times in which a room takes no bookings."""

    __tablename__ = "blackouts"
    __table_args__ = (
        refers("room_id", "rooms"),
        CheckConstraint("end_at > start_at", name="interval"),
        Index("ix_blackouts_room", "workspace_id", "room_id", "end_at"),
        STRICT,
    )

    id: str = words(primary_key=True)
    room_id: str = words()
    start_at: datetime = Field(sa_type=Instant)
    end_at: datetime = Field(sa_type=Instant)
    reason: str = words()
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class LocationBlackoutRow(SchemaRow, table=True):
    """Times in which no room of a location takes bookings.

    A table of its own: a column beside ``room_id`` would have to make that one optional, which
    SQLite cannot do in place, and would let a row name both or neither.
    """

    __tablename__ = "location_blackouts"
    __table_args__ = (
        refers("location_id", "locations"),
        CheckConstraint("end_at > start_at", name="interval"),
        Index("ix_location_blackouts_location", "workspace_id", "location_id", "end_at"),
        STRICT,
    )

    id: str = words(primary_key=True)
    location_id: str = words()
    start_at: datetime = Field(sa_type=Instant)
    end_at: datetime = Field(sa_type=Instant)
    reason: str = words()
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class RateCardRow(SchemaRow, table=True):
    """Prices of rooms; ``effective_from`` is a local date, written as ISO 8601."""

    __tablename__ = "rate_cards"
    __table_args__ = (
        refers("room_id", "rooms"),
        CheckConstraint("hourly_minor >= 0", name="hourly_minor"),
        CheckConstraint("tokens_per_hour >= 0", name="tokens_per_hour"),
        Index("ix_rate_cards_room", "workspace_id", "room_id", "effective_from", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    room_id: str = words()
    currency: str = words()
    effective_from: str = words()
    hourly_minor: int = Field(sa_type=Number)
    tokens_per_hour: int | None = Field(sa_type=Number)
    billing_modes: list[str] = Field(sa_type=JsonText)
    cancellation: dict[str, Any] = Field(sa_type=JsonText)
    rules: dict[str, Any] = json_or("{}")
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class CompanyRow(SchemaRow, table=True):
    """The tenant companies."""

    __tablename__ = "companies"
    __table_args__ = (
        one_of("billing_terms", BillingTerms),
        Index("ix_companies_created", "workspace_id", "created_at", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    name: str = words()
    billing_terms: str = words()
    billing_contact: dict[str, Any] | None = Field(sa_type=JsonText)
    address: dict[str, Any] | None = Field(sa_type=JsonText)
    pricing_overrides: list[dict[str, Any]] = json_or("[]")
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class MemberRow(SchemaRow, table=True):
    """The people who book."""

    __tablename__ = "members"
    __table_args__ = (
        refers("company_id", "companies"),
        one_of("status", MemberStatus),
        UniqueConstraint("workspace_id", "email", name="uq_members_email"),
        Index("ix_members_created", "workspace_id", "created_at", "id"),
        Index("ix_members_company", "workspace_id", "company_id", "id"),
        STRICT,
    )

    id: str = words(primary_key=True)
    email: str = words()
    name: str = words()
    tier: str = words()
    company_id: str | None = words()
    status: str = words()
    sequence: int = number_or(0)
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


WORKSPACES = table_of(WorkspaceRow)
LOCATIONS = table_of(LocationRow)
ROOMS = table_of(RoomRow)
ROOM_PARTS = table_of(RoomPartRow)
BLACKOUTS = table_of(BlackoutRow)
LOCATION_BLACKOUTS = table_of(LocationBlackoutRow)
RATE_CARDS = table_of(RateCardRow)
COMPANIES = table_of(CompanyRow)
MEMBERS = table_of(MemberRow)
