"""What old idempotency keys and quotes are found by, for their removal."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None

SINCE = {"idempotency_keys": "created_at", "quotes": "expires_at"}


def upgrade() -> None:
    for table, since in SINCE.items():
        op.create_index(f"ix_{table}_prune_due", table, [since, "workspace_id"])


def downgrade() -> None:
    for table in SINCE:
        op.drop_index(f"ix_{table}_prune_due", table)
