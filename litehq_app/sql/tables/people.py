"""What hangs on members and companies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Instant, JsonText
from litehq_app.sql.tables.schema import STRICT, SchemaRow, refers, table_of, words


class InvitationRow(SchemaRow, table=True):
    """Invitations, by the hash of their secret; each member has one at most."""

    __tablename__ = "invitations"
    __table_args__ = (
        refers("member_id", "members"),
        UniqueConstraint("workspace_id", "secret_hash", name="uq_invitations_secret_hash"),
        STRICT,
    )

    member_id: str = words(primary_key=True)
    secret_hash: str = words()
    expires_at: datetime = Field(sa_type=Instant)
    accepted_at: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)


class WelcomeRow(SchemaRow, table=True):
    """The welcomes of companies that are under way."""

    __tablename__ = "welcomes"
    __table_args__ = (
        refers("company_id", "companies"),
        Index("ix_welcomes_due", "next_at"),
        STRICT,
    )

    company_id: str = words(primary_key=True)
    steps: list[dict[str, Any]] = Field(sa_type=JsonText)
    outcomes: list[str] = Field(sa_type=JsonText)
    member_id: str | None = words()
    next_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)


INVITATIONS = table_of(InvitationRow)
WELCOMES = table_of(WelcomeRow)
