"""Up to where each event log has been pruned: nowhere, so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def upgrade() -> None:
    floor = sa.Column("floor", NUMBER, server_default="0", nullable=False)
    op.add_column("event_heads", floor)


def downgrade() -> None:
    op.drop_column("event_heads", "floor")
