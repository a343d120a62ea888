"""Webhook endpoints, their deliveries, and how far the log has been relayed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Flag, Instant, JsonText, Number, Octets
from litehq_app.sql.tables.schema import STRICT, SchemaRow, one_of, partial, refers, table_of, words
from litehq_core.domain.webhook import WebhookStatus
from litehq_core.domain.webhook_delivery import DeliveryStatus

IS_ACTIVE = "status = 'active'"
IS_REPLAYING = "replay_after IS NOT NULL"
IS_PENDING = "status = 'pending'"
IS_DEAD = "status = 'dead'"
HAS_ENDED = "status <> 'pending'"


class WebhookRow(SchemaRow, table=True):
    """Endpoints. Secrets are sealed."""

    __tablename__ = "webhooks"
    __table_args__ = (
        one_of("status", WebhookStatus),
        Index("ix_webhooks_created", "workspace_id", "created_at", "id"),
        partial("ix_webhooks_active", "workspace_id", "id", where=IS_ACTIVE),
        partial("ix_webhooks_replaying", "workspace_id", "id", where=IS_REPLAYING),
        STRICT,
    )

    id: str = words(primary_key=True)
    status: str = words()
    version: int = Field(sa_type=Number)
    url: str = words()
    description: str | None = words()
    events: list[str] = Field(sa_type=JsonText)
    scopes: list[str] = Field(sa_type=JsonText)
    ordered: bool = Field(sa_type=Flag)
    contact_email: str | None = words()
    secret_sealed: bytes = Field(sa_type=Octets)
    old_secret_sealed: bytes | None = Field(sa_type=Octets)
    old_secret_until: datetime | None = Field(sa_type=Instant)
    verified_at: datetime | None = Field(sa_type=Instant)
    active_since: datetime | None = Field(sa_type=Instant)
    disabled_reason: str | None = words()
    last_success_at: datetime | None = Field(sa_type=Instant)
    last_failure_at: datetime | None = Field(sa_type=Instant)
    last_error: str | None = words()
    failing_since: datetime | None = Field(sa_type=Instant)
    replaying_since: datetime | None = Field(sa_type=Instant)
    replay_after: int | None = Field(sa_type=Number)
    replay_until: int | None = Field(sa_type=Number)
    created_by: str = words()
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class WebhookDeliveryRow(SchemaRow, table=True):
    """Events on their way to endpoints. The unique key is why none is made twice."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        refers("webhook_id", "webhooks"),
        one_of("status", DeliveryStatus),
        CheckConstraint("tries >= 0", name="tries"),
        UniqueConstraint(
            "workspace_id", "webhook_id", "event_id", name="uq_webhook_deliveries_event"
        ),
        Index("ix_webhook_deliveries_created", "workspace_id", "webhook_id", "created_at", "id"),
        partial(
            "ix_webhook_deliveries_due",
            *("workspace_id", "webhook_id", "next_attempt_at"),
            where=IS_PENDING,
        ),
        partial(
            "ix_webhook_deliveries_queue",
            *("workspace_id", "webhook_id", "subject_id", "position"),
            where=IS_PENDING,
        ),
        partial("ix_webhook_deliveries_dead", "workspace_id", "webhook_id", where=IS_DEAD),
        partial("ix_webhook_deliveries_prune_due", "updated_at", where=HAS_ENDED),
        STRICT,
    )

    id: str = words(primary_key=True)
    webhook_id: str = words()
    event_id: str = words()
    type: str = words()
    subject_id: str = words()
    position: int = Field(sa_type=Number)
    body: bytes = Field(sa_type=Octets)
    status: str = words()
    tries: int = Field(sa_type=Number)
    lease: int = Field(sa_type=Number)
    next_attempt_at: datetime = Field(sa_type=Instant)
    last_status: int | None = Field(sa_type=Number)
    last_error: str | None = words()
    attempts: list[dict[str, Any]] = Field(sa_type=JsonText)
    delivered_at: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class RelayPositionRow(SchemaRow, table=True):
    """How far each follower of a log has got."""

    __tablename__ = "relay_positions"
    __table_args__ = (
        CheckConstraint("position >= 0", name="position"),
        STRICT | {"sqlite_with_rowid": False},
    )

    name: str = words(primary_key=True)
    position: int = Field(sa_type=Number)


WEBHOOKS = table_of(WebhookRow)
WEBHOOK_DELIVERIES = table_of(WebhookDeliveryRow)
RELAY_POSITIONS = table_of(RelayPositionRow)
