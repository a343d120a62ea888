"""The outbox in memory, and a mailer that says yes, remembers, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from litehq_core.domain.ids import Prefix
from litehq_core.domain.mail import Mail, MailDraft, MailKind, MailStatus, queued, suppressed
from litehq_core.ports.boundary import require_outside
from litehq_core.testing.table import Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryMails(Shelf[Mail]):
    """The outbox. The store has one writer, so that every mail is locked already."""

    def __init__(
        self,
        tables: MemoryTables,
        workspace_id: str,
        now: datetime,
        new_id: Callable[[Prefix], str],
    ) -> None:
        super().__init__(tables.mails, workspace_id)
        self._mails = tables.mails
        self._home = workspace_id
        self._now = now
        self._new_id = new_id

    async def add(self, draft: MailDraft) -> Mail:  # type: ignore[override]
        """Queue a mail."""
        mail_id = self._new_id(Prefix.MAIL)
        mail = queued(draft, mail_id=mail_id, workspace_id=self._home, now=self._now)
        await super().add(mail)
        return mail

    async def get(self, mail_id: str, *, lock: bool = False) -> Mail | None:
        """A mail; the one writer is lock enough."""
        return await super().get(mail_id)

    async def suppress(self, subject_id: str, kinds: Collection[MailKind]) -> int:
        """Take back what is still queued of a subject's mails, of these kinds; how many."""
        found = [
            mail
            for mail in self.all()
            if mail.status is MailStatus.QUEUED
            and mail.subject_id == subject_id
            and mail.kind in kinds
        ]
        for mail in found:
            await self.save(suppressed(mail, self._now))
        return len(found)

    async def remove(self, mail_id: str) -> None:
        """Take a mail out of the outbox, if it is there."""
        if await self.get(mail_id) is not None:
            self._mails.delete((self._home, mail_id))

    async def latest(
        self, limit: int, before: tuple[datetime, str] | None = None
    ) -> Sequence[Mail]:
        """The newest first by ``(created_at, id)``, those before such a pair alone."""
        found = [mail for mail in self.all() if before is None or _turn(mail) < before]
        return sorted(found, key=_turn, reverse=True)[:limit]


class MemoryMailer:
    """Keeps what it is given in ``sent``; ``fail_once`` lets the next mail fail instead."""

    is_mailbox = True

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self._failures: list[Exception] = []

    def fail_once(self, error: Exception) -> None:
        """Let the next mail fail so; failures asked for earlier come first."""
        self._failures.append(error)

    async def send(self, mail: Mail) -> None:
        """Take a mail."""
        require_outside("sending a mail")
        if self._failures:
            raise self._failures.pop(0)
        self.sent.append(mail)


def _turn(mail: Mail) -> tuple[datetime, str]:
    return (mail.created_at, mail.id)
