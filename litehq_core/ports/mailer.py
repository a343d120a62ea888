"""What carries mails away, as the core sees it. Called outside transactions only."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.mail import Mail


class MailDeferred(Exception):
    """It did not work this time; another try may. The message says why, without any secret."""


class MailRejected(Exception):
    """It will never work. The message says why, without any secret."""


class Mailer(Protocol):
    """Hands mails over to whoever delivers them.

    Attributes:
        is_mailbox: whether the outbox is where mails are read. If not, their words are forgotten
            once they are sent.
    """

    @property
    def is_mailbox(self) -> bool: ...

    async def send(self, mail: Mail) -> None:
        """Hand a mail over. It may be called again with the same mail, whose ``id`` tells.

        Raises:
            MailDeferred: try again later.
            MailRejected: do not try again.
        """
