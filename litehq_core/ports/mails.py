"""The outbox, as a transaction offers it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from litehq_core.domain.mail import Mail, MailDraft, MailKind


class Mails(Protocol):
    """Mails by id, written with the change that they tell of and sent after it."""

    async def add(self, draft: MailDraft) -> Mail:
        """Queue a mail."""

    async def get(self, mail_id: str, *, lock: bool = False) -> Mail | None:
        """A mail; with ``lock`` nobody else changes it until the transaction ends."""

    async def save(self, mail: Mail) -> None:
        """Write all of a mail that exists."""

    async def suppress(self, subject_id: str, kinds: Collection[MailKind]) -> int:
        """Take back what is still queued of a subject's mails, of these kinds; how many."""

    async def remove(self, mail_id: str) -> None:
        """Take a mail out of the outbox, if it is there."""

    async def latest(
        self, limit: int, before: tuple[datetime, str] | None = None
    ) -> Sequence[Mail]:
        """The newest first by ``(created_at, id)``, those before such a pair alone."""
