"""Mails as messages of RFC 5322."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from litehq_core.domain.calendar_text import CalendarPerson
from litehq_core.domain.invites import method_of, organised
from litehq_core.domain.mail import Mail
from litehq_core.ports.mailer import MailRejected


def message_of(mail: Mail, sender: Address) -> EmailMessage:
    """The message: the same bytes whenever it is made, so that a second try is the same mail.

    Raises:
        MailRejected: nobody could send it; the address is none, for example.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = recipient_address(mail)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.created_at)
        # Ids are unique in the installation, and the domain is its own.
        message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
        # RFC 3834: no answering machine answers it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        if mail.html is not None:
            message.add_alternative(mail.html, subtype="html")
        if mail.calendar is not None:
            # Last, for programs prefer the last of the alternatives that they understand.
            organizer = CalendarPerson(email=sender.addr_spec, name=sender.display_name or None)
            message.add_alternative(
                organised(mail.calendar, organizer),
                subtype="calendar",
                params={"method": method_of(mail.calendar).value},
            )
        # Whatever cannot be written is found here, and not half way through a transmission.
        message.as_bytes()
    except (MessageError, ValueError, LookupError) as error:
        raise MailRejected(f"the mail cannot be written: {type(error).__name__}") from error
    return message


def recipient_address(mail: Mail) -> Address:
    """Whom it goes to, the domain as DNS knows it.

    Raises:
        MailRejected: it is no address.
    """
    user, _, domain = mail.recipient.address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
        return Address(display_name=mail.recipient.name, addr_spec=f"{user}@{ascii_domain}")
    except (MessageError, ValueError, IndexError) as error:
        raise MailRejected("the address is none that mail can be sent to") from error
