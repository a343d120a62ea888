"""Mail without a server: it stays in the outbox, where ``/dev/mail`` shows it."""

from __future__ import annotations

from litehq_core.domain.mail import Mail
from litehq_core.ports.boundary import require_outside


class LocalMailer:
    """Takes every mail and carries it nowhere."""

    is_mailbox = True

    async def send(self, mail: Mail) -> None:
        """Nothing is left to do: the row is the mail."""
        require_outside("sending a mail")
