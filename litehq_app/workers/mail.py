"""Mail goes out beside the sweeps: a server that hangs holds nothing else up."""

from __future__ import annotations

import structlog

from litehq_app.workers.supervisor import Duty
from litehq_core.domain.mail import Mail
from litehq_core.ports.mailer import MailDeferred, MailRejected
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.duties.send_mail import BATCH, send_mail

log = structlog.get_logger(logger_name="litehq.workers.mail")


def mail(ports: Ports, *, every_seconds: float = 1.0) -> Duty:
    """Send what the outbox holds."""

    def note(tried: Mail, error: Exception) -> None:
        # By its id alone: whom it is for and what it says is no matter of the log.
        if isinstance(error, (MailDeferred, MailRejected)):
            final = isinstance(error, MailRejected)
            log.warning("mail_failed", mail_id=tried.id, final=final, error=str(error))
        else:
            log.error("mail_failed", mail_id=tried.id, exc_info=error)

    async def perform() -> bool:
        return await send_mail(ports, note) >= BATCH

    return Duty(name="mail", perform=perform, every_seconds=every_seconds)
