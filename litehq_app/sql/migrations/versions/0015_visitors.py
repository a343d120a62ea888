"""Visitors, and the passes that show them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

VISITORS = "visitors"


def upgrade() -> None:
    op.create_table(
        VISITORS,
        words("workspace_id"),
        words("id"),
        words("status"),
        number("version"),
        words("location_id"),
        words("host_member_id"),
        words("company_id", nullable=True),
        words("booking_id", nullable=True),
        words("name"),
        words("email", nullable=True),
        words("company_name", nullable=True),
        number("expected_at"),
        number("until_at", nullable=True),
        number("ends_at"),
        words("notes", nullable=True),
        words("pass_hash"),
        sa.Column("pass_sealed", sa.LargeBinary(), nullable=False),
        number("checked_in_at", nullable=True),
        number("cancelled_at", nullable=True),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{VISITORS}")),
        refers("location_id", "locations"),
        refers("host_member_id", "members"),
        refers("company_id", "companies"),
        refers("booking_id", "bookings"),
        sa.CheckConstraint(
            "status IN ('expected', 'checked_in', 'cancelled')",
            name=op.f(f"ck_{VISITORS}_status"),
        ),
        sa.UniqueConstraint("workspace_id", "pass_hash", name="uq_visitors_pass_hash"),
        sqlite_strict=True,
    )
    for name, column in (
        ("ix_visitors_created", None),
        ("ix_visitors_host", "host_member_id"),
        ("ix_visitors_location", "location_id"),
    ):
        by = [column] if column else []
        op.create_index(name, VISITORS, ["workspace_id", *by, "created_at", "id"])


def downgrade() -> None:
    op.drop_table(VISITORS)


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=nullable)


def refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=op.f(f"fk_{VISITORS}_{target}"),
    )
