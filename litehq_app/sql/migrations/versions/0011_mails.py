"""The outbox of mails."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")

MAILS = "mails"
IS_QUEUED = "status = 'queued'"
IS_ENDED = "status <> 'queued'"
RULES = {
    "status": "status IN ('queued', 'sent', 'failed', 'suppressed')",
    "attempts": "attempts >= 0",
}


def upgrade() -> None:
    op.create_table(
        MAILS,
        words("workspace_id"),
        words("id"),
        words("kind"),
        words("subject_id"),
        words("address"),
        words("name"),
        words("subject"),
        words("text"),
        words("html", nullable=True),
        words("status"),
        number("attempts"),
        number("next_attempt_at"),
        words("last_error", nullable=True),
        number("created_at"),
        number("updated_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{MAILS}")),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{MAILS}_{name}"))
            for name, rule in RULES.items()
        ),
        sqlite_strict=True,
    )
    index("ix_mails_created", "workspace_id", "created_at", "id")
    index("ix_mails_subject", "workspace_id", "subject_id", where=IS_QUEUED)
    index("ix_mails_due", "next_attempt_at", where=IS_QUEUED)
    index("ix_mails_prune_due", "updated_at", where=IS_ENDED)


def downgrade() -> None:
    op.drop_table(MAILS)


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WORDS, nullable=nullable)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=False)


def index(name: str, *columns: str, where: str | None = None) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(name, MAILS, list(columns), sqlite_where=only, postgresql_where=only)
