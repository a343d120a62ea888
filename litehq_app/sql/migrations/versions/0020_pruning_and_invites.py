"""What old idempotency keys and quotes are found by, for their removal; the calendars of mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
SINCE = {"idempotency_keys": "created_at", "quotes": "expires_at"}


def upgrade() -> None:
    for table, since in SINCE.items():
        op.create_index(f"ix_{table}_prune_due", table, [since, "workspace_id"])
    op.add_column("mails", sa.Column("calendar", WORDS, nullable=True))


def downgrade() -> None:
    op.drop_column("mails", "calendar")
    for table in SINCE:
        op.drop_index(f"ix_{table}_prune_due", table)
