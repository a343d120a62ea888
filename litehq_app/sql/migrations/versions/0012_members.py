"""Invitations, the count of a member's events, and addresses in lower case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    op.add_column("members", sa.Column("sequence", NUMBER, nullable=False, server_default="0"))
    # Where two addresses of a workspace differ in case alone, the one in lower case has it, or
    # else the first member; the others keep theirs, and are found by it no more.
    op.execute(
        "UPDATE members SET email = lower(email) WHERE email <> lower(email) AND NOT EXISTS ("
        "SELECT 1 FROM members AS other WHERE other.workspace_id = members.workspace_id"
        " AND other.id <> members.id AND lower(other.email) = lower(members.email)"
        " AND (other.email = lower(members.email) OR other.id < members.id))"
    )
    op.create_table(
        "invitations",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("member_id", WORDS, nullable=False),
        sa.Column("secret_hash", WORDS, nullable=False),
        sa.Column("expires_at", NUMBER, nullable=False),
        sa.Column("accepted_at", NUMBER, nullable=True),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name=op.f("pk_invitations")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_invitations_members"),
        ),
        sa.UniqueConstraint("workspace_id", "secret_hash", name="uq_invitations_secret_hash"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("invitations")
    op.drop_column("members", "sequence")
