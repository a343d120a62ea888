"""Whom at a company bills go to, and where it is.

Rows that exist, and those that a process of the release before still writes, do not say.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ("billing_contact", "address")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("companies", sa.Column(column, sa.Text(), nullable=True))


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("companies", column)
