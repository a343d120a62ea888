"""What hangs on members and companies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from litehq_app.sql.columns import Instant
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


INVITATIONS = table_of(InvitationRow)
