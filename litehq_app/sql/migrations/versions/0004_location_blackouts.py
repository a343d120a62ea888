"""Blackouts of whole locations, beside those of rooms.

A table of its own, so that nothing that exists is touched: a process of the release before goes
on beside it, and on SQLite no table is rebuilt without its CHECKs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "location_blackouts",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("location_id", WORDS, nullable=False),
        sa.Column("start_at", NUMBER, nullable=False),
        sa.Column("end_at", NUMBER, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_location_blackouts")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "location_id"],
            ["locations.workspace_id", "locations.id"],
            name=op.f("fk_location_blackouts_locations"),
        ),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_location_blackouts_interval")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_location_blackouts_location",
        "location_blackouts",
        ["workspace_id", "location_id", "end_at"],
    )


def downgrade() -> None:
    op.drop_table("location_blackouts")
