"""What the token ledger and the audit trail are listed by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IS_TOKEN_MOVE = "unit = 'token' AND kind IN ('direct', 'post')"
TOKEN_LISTS = {
    "ix_transfers_tokens": ["workspace_id", "position"],
    "ix_transfers_wallet": ["workspace_id", "member_id", "position"],
}
SEARCHES = {
    "ix_events_subject": ["workspace_id", "subject_id", "position"],
    "ix_events_actor": ["workspace_id", "actor_id", "position"],
    "ix_events_type": ["workspace_id", "type", "position"],
}


def upgrade() -> None:
    for name, columns in TOKEN_LISTS.items():
        op.create_index(
            name,
            "transfers",
            columns,
            sqlite_where=sa.text(IS_TOKEN_MOVE),
            postgresql_where=sa.text(IS_TOKEN_MOVE),
        )
    op.drop_index("ix_transfers_member", table_name="transfers")
    for name, columns in SEARCHES.items():
        op.create_index(name, "events", columns)


def downgrade() -> None:
    for name in SEARCHES:
        op.drop_index(name, table_name="events")
    op.create_index(
        "ix_transfers_member", "transfers", ["workspace_id", "member_id", "created_at", "id"]
    )
    for name in TOKEN_LISTS:
        op.drop_index(name, table_name="transfers")
