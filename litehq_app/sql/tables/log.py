"""The event log, idempotency keys and API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Flag, Instant, JsonText, Number, Octets
from litehq_app.sql.tables.schema import STRICT, SchemaRow, number_or, refers, table_of, words


class ApiKeyRow(SchemaRow, table=True):
    """Bearer keys, by the hash of their secret alone."""

    __tablename__ = "api_keys"
    __table_args__ = (
        refers("member_id", "members"),
        # The one look-up without a workspace: a caller is known by nothing but his secret.
        UniqueConstraint("secret_hash", name="uq_api_keys_secret_hash"),
        STRICT,
    )

    id: str = words(primary_key=True)
    name: str = words()
    scopes: list[str] = Field(sa_type=JsonText)
    secret_hash: str = words()
    hint: str = words()
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    member_id: str | None = words()
    company_ids: list[str] = Field(sa_type=JsonText)
    version: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class IdempotencyKeyRow(SchemaRow, table=True):
    """What is known of idempotency keys."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_prune_due", "created_at", "workspace_id"), STRICT)

    principal: str = words(primary_key=True)
    operation: str = words(primary_key=True)
    key: str = words(primary_key=True)
    fingerprint: str = words()
    subject_id: str | None = words()
    lease_until: datetime | None = Field(sa_type=Instant)
    answer: bytes | None = Field(sa_type=Octets)
    sealed: bool = Field(sa_type=Flag)
    created_at: datetime = Field(sa_type=Instant)


class EventHeadRow(SchemaRow, table=True):
    """Where each log begins and ends; the row's lock makes the positions dense.

    ``floor`` is the position up to which it has been pruned.
    """

    __tablename__ = "event_heads"
    __table_args__ = (STRICT | {"sqlite_with_rowid": False},)

    head: int = Field(sa_type=Number)
    floor: int = number_or(0)


class EventRow(SchemaRow, table=True):
    """The event log. A trigger refuses every UPDATE."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        # What the audit trail is searched by.
        Index("ix_events_subject", "workspace_id", "subject_id", "position"),
        Index("ix_events_actor", "workspace_id", "actor_id", "position"),
        Index("ix_events_type", "workspace_id", "type", "position"),
        STRICT,
    )

    position: int = Field(sa_type=Number, primary_key=True)
    id: str = words()
    type: str = words()
    subject_id: str = words()
    sequence: int = Field(sa_type=Number)
    occurred_at: datetime = Field(sa_type=Instant)
    object: dict[str, Any] = Field(sa_type=JsonText)
    previous: dict[str, Any] | None = Field(sa_type=JsonText)
    actor_id: str = words()
    request_id: str | None = words()
    member_id: str | None = words()
    company_id: str | None = words()
    room_id: str | None = words()


API_KEYS = table_of(ApiKeyRow)
IDEMPOTENCY_KEYS = table_of(IdempotencyKeyRow)
EVENT_HEADS = table_of(EventHeadRow)
EVENTS = table_of(EventRow)
