"""Series of bookings, and the checkout that several bookings share.

Bookings and payments that exist belong to no series and share nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As in 0001.
WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "series",
        _words("workspace_id"),
        _words("id"),
        _number("version"),
        _words("room_id"),
        _words("currency"),
        sa.Column("rule", sa.Text(), nullable=False),
        _number("start_at"),
        _number("duration_minutes"),
        _words("member_id", nullable=True),
        _words("guest_email", nullable=True),
        _words("guest_name", nullable=True),
        _words("company_id", nullable=True),
        _number("attendees", nullable=True),
        _words("notes", nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        _words("billing_mode"),
        _words("on_conflict"),
        sa.Column("occurrences", sa.Text(), nullable=False),
        _number("created_at"),
        _number("updated_at"),
        _number("cancelled_at", nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_series")),
        _refers("room_id", "rooms"),
        _refers("member_id", "members"),
        _refers("company_id", "companies"),
        _check("billing_mode", "billing_mode IN ('card', 'tokens', 'invoice')"),
        _check("on_conflict", "on_conflict IN ('fail', 'skip', 'alternative')"),
        _check("duration_minutes", "duration_minutes > 0"),
        _check("attendees", "attendees >= 1"),
        _check("booker", "member_id IS NULL OR guest_email IS NULL"),
        _check("guest", "(guest_email IS NULL) = (guest_name IS NULL)"),
        sqlite_strict=True,
    )
    op.create_index("ix_series_created", "series", ["workspace_id", "created_at", "id"])
    for name in ("member", "company"):
        columns = ["workspace_id", f"{name}_id", "created_at", "id"]
        op.create_index(f"ix_series_{name}", "series", columns)
    # Both engines add such columns in place.
    op.add_column("bookings", _words("series_id", nullable=True))
    op.add_column("payments", sa.Column("shares", sa.Text(), nullable=True))
    op.create_index(
        "ix_bookings_series",
        "bookings",
        ["workspace_id", "series_id", "start_at"],
        sqlite_where=sa.text("series_id IS NOT NULL"),
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_bookings_series", "bookings")
    op.drop_column("payments", "shares")
    op.drop_column("bookings", "series_id")
    op.drop_table("series")


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, WORDS, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, NUMBER, nullable=nullable)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_series_{name}"))


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.id"],
        name=op.f(f"fk_series_{table}"),
    )
