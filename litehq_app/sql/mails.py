"""Mails as rows and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, literal_column, or_, select, update

from litehq_app.sql.tables import MAILS
from litehq_app.sql.tables.mails import IS_QUEUED
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.ids import Prefix
from litehq_core.domain.mail import Mail, Mailbox, MailDraft, MailKind, MailStatus, queued


class SqlMails:
    """Implements ``Mails``."""

    def __init__(self, unit: Unit, new_id: Callable[[Prefix], str]) -> None:
        self._unit = unit
        self._new_id = new_id

    async def add(self, draft: MailDraft) -> Mail:
        """Queue a mail."""
        mail = queued(
            draft,
            mail_id=self._new_id(Prefix.MAIL),
            workspace_id=self._unit.workspace_id,
            now=self._unit.now,
        )
        await self._unit.add(MAILS, mail_values(mail))
        return mail

    async def get(self, mail_id: str, *, lock: bool = False) -> Mail | None:
        """A mail; with ``lock`` nobody else changes it until the transaction ends."""
        query = select(MAILS).where(self._unit.of(MAILS), MAILS.c.id == mail_id)
        row = await self._unit.row(query.with_for_update() if lock else query)
        return mail_of(row) if row else None

    async def save(self, mail: Mail) -> None:
        """Write all of a mail that exists."""
        await self._unit.save(MAILS, mail_values(mail))

    async def suppress(self, subject_id: str, kinds: Collection[MailKind]) -> int:
        """Take back what is still queued of a subject's mails, of these kinds; how many."""
        return await self._unit.run(
            update(MAILS)
            .where(
                self._unit.of(MAILS),
                literal_column(f"({IS_QUEUED})"),
                MAILS.c.subject_id == subject_id,
                MAILS.c.kind.in_(sorted(kinds)),
            )
            .values(status=MailStatus.SUPPRESSED, updated_at=self._unit.now)
        )

    async def remove(self, mail_id: str) -> None:
        """Take a mail out of the outbox, if it is there."""
        await self._unit.run(delete(MAILS).where(self._unit.of(MAILS), MAILS.c.id == mail_id))

    async def latest(
        self, limit: int, before: tuple[datetime, str] | None = None
    ) -> Sequence[Mail]:
        """The newest first by ``(created_at, id)``, those before such a pair alone."""
        c = MAILS.c
        query = (
            select(MAILS)
            .where(self._unit.of(MAILS))
            .order_by(c.created_at.desc(), c.id.desc())
            .limit(limit)
        )
        if before is not None:
            at, mail_id = before
            earlier = and_(c.created_at == at, c.id < mail_id)
            query = query.where(or_(c.created_at < at, earlier))
        return [mail_of(row) for row in await self._unit.rows(query)]


def mail_values(mail: Mail) -> Values:
    """A mail as a row."""
    return {
        "workspace_id": mail.workspace_id,
        "id": mail.id,
        "kind": mail.kind,
        "subject_id": mail.subject_id,
        "address": mail.recipient.address,
        "name": mail.recipient.name,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "calendar": mail.calendar,
        "status": mail.status,
        "attempts": mail.attempts,
        "next_attempt_at": mail.next_attempt_at,
        "last_error": mail.last_error,
        "created_at": mail.created_at,
        "updated_at": mail.updated_at,
    }


def mail_of(row: Values) -> Mail:
    """The inverse of :func:`mail_values`."""
    return Mail(
        id=row["id"],
        workspace_id=row["workspace_id"],
        kind=MailKind(row["kind"]),
        subject_id=row["subject_id"],
        recipient=Mailbox(address=row["address"], name=row["name"]),
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        calendar=row["calendar"],
        status=MailStatus(row["status"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        last_error=row["last_error"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
