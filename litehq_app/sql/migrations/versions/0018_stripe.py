"""Stripe: accounts, customers and events heard; what refunds are taken from."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
FLAG = sa.Boolean().with_variant(sqlite.INTEGER(), "sqlite")

IS_OPEN = "status = 'open'"
IS_CONNECTED = "disconnected_at IS NULL"


def upgrade() -> None:
    op.add_column("payments", sa.Column("sources", sa.Text(), nullable=True))
    op.create_index("ix_payments_reference", "payments", ["workspace_id", "reference"])
    _partial("ix_payments_check_due", "payments", ["updated_at"], IS_OPEN)
    op.create_table(
        "stripe_accounts",
        words("workspace_id"),
        words("account_id"),
        flag("charges_enabled"),
        flag("payouts_enabled"),
        flag("details_submitted"),
        sa.Column("requirements", sa.Text(), nullable=False),
        number("disconnected_at", nullable=True),
        number("polled_at", nullable=True),
        number("next_poll_at"),
        number("version"),
        number("sequence"),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_stripe_accounts")),
        sa.UniqueConstraint("account_id", name="uq_stripe_accounts_account"),
        sqlite_strict=True,
    )
    _partial("ix_stripe_accounts_due", "stripe_accounts", ["next_poll_at"], IS_CONNECTED)
    op.create_table(
        "stripe_customers",
        words("workspace_id"),
        words("payer_id"),
        words("customer_id"),
        sa.PrimaryKeyConstraint("workspace_id", "payer_id", name=op.f("pk_stripe_customers")),
        sqlite_strict=True,
    )
    op.create_table(
        "stripe_events",
        words("workspace_id"),
        words("event_id"),
        number("heard_at"),
        sa.PrimaryKeyConstraint("workspace_id", "event_id", name=op.f("pk_stripe_events")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for table in ("stripe_events", "stripe_customers", "stripe_accounts"):
        op.drop_table(table)
    op.drop_index("ix_payments_check_due", "payments")
    op.drop_index("ix_payments_reference", "payments")
    op.drop_column("payments", "sources")


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, FLAG, nullable=False)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
