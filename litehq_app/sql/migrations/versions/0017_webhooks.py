"""Webhook endpoints, their deliveries, and how far the log has been relayed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")

WEBHOOKS = "webhooks"
DELIVERIES = "webhook_deliveries"
RELAYS = "relay_positions"

IS_ACTIVE = sa.text("status = 'active'")
IS_REPLAYING = sa.text("replay_after IS NOT NULL")
IS_PENDING = sa.text("status = 'pending'")
IS_DEAD = sa.text("status = 'dead'")
HAS_ENDED = sa.text("status <> 'pending'")


def upgrade() -> None:
    create_webhooks()
    create_deliveries()
    op.create_table(
        RELAYS,
        words("workspace_id"),
        words("name"),
        number("position"),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f(f"pk_{RELAYS}")),
        sa.CheckConstraint("position >= 0", name=op.f(f"ck_{RELAYS}_position")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_webhooks() -> None:
    op.create_table(
        WEBHOOKS,
        words("workspace_id"),
        words("id"),
        words("status"),
        number("version"),
        words("url"),
        words("description", nullable=True),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("ordered", FLAG, nullable=False),
        words("contact_email", nullable=True),
        octets("secret_sealed"),
        octets("old_secret_sealed", nullable=True),
        number("old_secret_until", nullable=True),
        number("verified_at", nullable=True),
        number("active_since", nullable=True),
        words("disabled_reason", nullable=True),
        number("last_success_at", nullable=True),
        number("last_failure_at", nullable=True),
        words("last_error", nullable=True),
        number("failing_since", nullable=True),
        number("replaying_since", nullable=True),
        number("replay_after", nullable=True),
        number("replay_until", nullable=True),
        words("created_by"),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{WEBHOOKS}")),
        sa.CheckConstraint(
            "status IN ('unverified', 'active', 'disabled')", name=op.f(f"ck_{WEBHOOKS}_status")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_webhooks_created", WEBHOOKS, ["workspace_id", "created_at", "id"])
    partial("ix_webhooks_active", WEBHOOKS, ["workspace_id", "id"], IS_ACTIVE)
    partial("ix_webhooks_replaying", WEBHOOKS, ["workspace_id", "id"], IS_REPLAYING)


def create_deliveries() -> None:
    op.create_table(
        DELIVERIES,
        words("workspace_id"),
        words("id"),
        words("webhook_id"),
        words("event_id"),
        words("type"),
        words("subject_id"),
        number("position"),
        octets("body"),
        words("status"),
        number("tries"),
        number("lease"),
        number("next_attempt_at"),
        number("last_status", nullable=True),
        words("last_error", nullable=True),
        sa.Column("attempts", sa.Text(), nullable=False),
        number("delivered_at", nullable=True),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{DELIVERIES}")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "webhook_id"],
            [f"{WEBHOOKS}.workspace_id", f"{WEBHOOKS}.id"],
            name=op.f(f"fk_{DELIVERIES}_{WEBHOOKS}"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'dead')", name=op.f(f"ck_{DELIVERIES}_status")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f(f"ck_{DELIVERIES}_tries")),
        sa.UniqueConstraint(
            "workspace_id", "webhook_id", "event_id", name="uq_webhook_deliveries_event"
        ),
        sqlite_strict=True,
    )
    of = ["workspace_id", "webhook_id"]
    op.create_index("ix_webhook_deliveries_created", DELIVERIES, [*of, "created_at", "id"])
    partial("ix_webhook_deliveries_due", DELIVERIES, [*of, "next_attempt_at"], IS_PENDING)
    partial("ix_webhook_deliveries_queue", DELIVERIES, [*of, "subject_id", "position"], IS_PENDING)
    partial("ix_webhook_deliveries_dead", DELIVERIES, of, IS_DEAD)
    partial("ix_webhook_deliveries_prune_due", DELIVERIES, ["updated_at"], HAS_ENDED)


def downgrade() -> None:
    op.drop_table(RELAYS)
    op.drop_table(DELIVERIES)
    op.drop_table(WEBHOOKS)


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def octets(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def partial(name: str, table: str, columns: list[str], where: Any) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
