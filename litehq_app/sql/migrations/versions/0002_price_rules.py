"""What rate cards and companies may say about prices.

Rows that exist, and those that a process of the release before still writes, say nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both engines add and drop such a column in place; rebuilt by Alembic's batches, a table of
    # SQLite would lose its CHECKs.
    for table, column, default in (
        ("rate_cards", "rules", "{}"),
        ("companies", "pricing_overrides", "[]"),
    ):
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=default))


def downgrade() -> None:
    op.drop_column("companies", "pricing_overrides")
    op.drop_column("rate_cards", "rules")
