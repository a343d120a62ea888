"""Mail through an SMTP server: one connection a mail, with a bound on every step."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from litehq_app.mail.address import SmtpServer, StartTls
from litehq_app.mail.message import message_of
from litehq_core.domain.mail import Mail
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.mailer import MailDeferred, MailRejected

# All steps of one mail together; below the lease under which it is sent.
TOTAL_SECONDS = 120.0

_START_TLS = {StartTls.REQUIRED: True, StartTls.OPTIONAL: None, StartTls.OFF: False}


class SmtpMailer:
    """Sends through ``server`` in the name of ``sender``."""

    is_mailbox = False

    def __init__(self, server: SmtpServer, sender: Address) -> None:
        self._server = server
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Hand a mail to the server.

        Only what the server says of this recipient or this text is final. What it says of
        ourselves, a wrong password say, is for the operator to put right, and the mail waits.

        Raises:
            MailDeferred, MailRejected: as the port says.
        """
        require_outside("sending a mail")
        message = message_of(mail, self._sender)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                await self._send(message)
        except TimeoutError as error:
            raise MailDeferred("the mail server took too long") from error

    async def _send(self, message: EmailMessage) -> None:
        client = self._client()
        try:
            await client.connect()
        except (SMTPException, OSError) as error:
            client.close()
            raise MailDeferred(f"no connection to the mail server: {_words(error)}") from error
        try:
            await client.send_message(message)
        except SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0]) from error
        except SMTPDataError as error:
            raise _judged(error) from error
        except ValueError as error:
            raise MailRejected("the address is none that mail can be sent to") from error
        except (SMTPException, OSError) as error:
            raise MailDeferred(f"the mail server did not take it: {_words(error)}") from error
        else:
            # It is sent; that the server cannot say goodbye changes nothing.
            with suppress(SMTPException, OSError):
                await client.quit()
        finally:
            client.close()

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            timeout=server.timeout_seconds,
            use_tls=server.implicit_tls,
            start_tls=False if server.implicit_tls else _START_TLS[server.start_tls],
            # The name of this machine is nobody's business, and looking it up can hang.
            local_hostname=self._sender.domain,
        )


def _judged(error: SMTPResponseException) -> MailDeferred | MailRejected:
    """RFC 5321, 4.2.1: 4yz may pass, 5yz will not."""
    kind = MailRejected if error.code >= 500 else MailDeferred
    return kind(_words(error))


def _words(error: Exception) -> str:
    """What a server said, or what went wrong with the connection."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
