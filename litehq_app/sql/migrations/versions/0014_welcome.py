"""What a workspace does for new companies, and how far it has got with each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "workspaces", sa.Column("welcome", sa.Text(), nullable=False, server_default="[]")
    )
    op.create_table(
        "welcomes",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("company_id", WORDS, nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("member_id", WORDS, nullable=True),
        sa.Column("next_at", NUMBER, nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "company_id", name=op.f("pk_welcomes")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "company_id"],
            ["companies.workspace_id", "companies.id"],
            name=op.f("fk_welcomes_companies"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_welcomes_due", "welcomes", ["next_at"])


def downgrade() -> None:
    op.drop_table("welcomes")
    op.drop_column("workspaces", "welcome")
