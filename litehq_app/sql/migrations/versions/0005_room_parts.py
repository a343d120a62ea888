"""What rooms are made of, and which are shared; how many a waiting change is for.

Rows that exist, and those that a process of the release before still writes, are ordinary rooms.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
FLAG = sa.Boolean().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    # In place, as in 0002.
    op.add_column("rooms", sa.Column("parts", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("rooms", sa.Column("shared", FLAG, nullable=False, server_default=sa.false()))
    op.add_column("bookings", sa.Column("change_attendees", NUMBER, nullable=True))
    op.create_table(
        "room_parts",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("room_id", WORDS, nullable=False),
        sa.Column("part_id", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "room_id", "part_id", name=op.f("pk_room_parts")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "room_id"],
            ["rooms.workspace_id", "rooms.id"],
            name=op.f("fk_room_parts_room"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "part_id"],
            ["rooms.workspace_id", "rooms.id"],
            name=op.f("fk_room_parts_part"),
        ),
        sa.CheckConstraint("part_id <> room_id", name=op.f("ck_room_parts_part")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_room_parts_part", "room_parts", ["workspace_id", "part_id", "room_id"])


def downgrade() -> None:
    op.drop_table("room_parts")
    op.drop_column("bookings", "change_attendees")
    op.drop_column("rooms", "shared")
    op.drop_column("rooms", "parts")
