"""The outbox of mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from litehq_app.sql.columns import Instant, Number
from litehq_app.sql.tables.schema import STRICT, SchemaRow, one_of, partial, table_of, words
from litehq_core.domain.mail import MailStatus

IS_QUEUED = "status = 'queued'"
IS_ENDED = "status <> 'queued'"


class MailRow(SchemaRow, table=True):
    """Mails, and how far each has got.

    ``subject_id`` refers to a row of whatever table the kind is about, so nothing guards it.
    """

    __tablename__ = "mails"
    __table_args__ = (
        one_of("status", MailStatus),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_mails_created", "workspace_id", "created_at", "id"),
        partial("ix_mails_subject", "workspace_id", "subject_id", where=IS_QUEUED),
        partial("ix_mails_due", "next_attempt_at", where=IS_QUEUED),
        partial("ix_mails_prune_due", "updated_at", where=IS_ENDED),
        STRICT,
    )

    id: str = words(primary_key=True)
    kind: str = words()
    subject_id: str = words()
    address: str = words()
    name: str = words()
    subject: str = words()
    text: str = words()
    html: str | None = words()
    calendar: str | None = words()
    status: str = words()
    attempts: int = Field(sa_type=Number)
    next_attempt_at: datetime = Field(sa_type=Instant)
    last_error: str | None = words()
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


MAILS = table_of(MailRow)
