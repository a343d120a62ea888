"""Mail over a socket: what a server sees, what is made of its answers, and of its silence."""

from __future__ import annotations

import asyncio
import base64
import datetime
import email
import email.policy
import ipaddress
import ssl
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from litehq_app.mail.address import sender_address, smtp_server
from litehq_app.mail.smtp import SmtpMailer
from litehq_core import system_actor
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.booking_mails import booking_mail
from litehq_core.domain.mail import Mail, Mailbox, MailKind
from litehq_core.ports.mailer import MailDeferred, MailRejected
from litehq_core.testing import memory_ports
from tests.app.smtp_sink import DROP, HANG, Sink, sink
from tests.domain import samples

SENDER = "Soho Works <bookings@soho.example>"


def mailer(server: Sink, *, scheme: str = "smtp", login: str = "", options: str = "") -> SmtpMailer:
    """A mailer for a server on this machine."""
    url = f"{scheme}://{login}127.0.0.1:{server.port}{options}"
    return SmtpMailer(smtp_server(url), sender_address(SENDER))


def received(server: Sink) -> EmailMessage:
    """The one mail that the server was given."""
    (raw,) = server.messages
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def words(message: EmailMessage, subtype: str = "plain") -> str:
    """The text in one of its forms."""
    body = message.get_body((subtype,))
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n")


async def test_a_mail_arrives_as_it_was_written() -> None:
    mail = samples.mail(
        subject="Ihr Büro, 会議室",
        text="Grüße\n.\nnot the end\n",
        html="<p>Grüße</p>",
        recipient=Mailbox(address="ada@example.com", name="Ädä, the “first”"),
    )
    async with sink() as server:
        await mailer(server).send(mail)
    message = received(server)
    assert message["from"] == SENDER
    assert message["to"].addresses[0].display_name == mail.recipient.name
    assert message["to"].addresses[0].addr_spec == "ada@example.com"
    assert message["subject"] == mail.subject
    assert message["date"].datetime == mail.created_at
    assert message["auto-submitted"] == "auto-generated"
    # Two forms: dots that begin a line are doubled on the way, as RFC 5321 has it.
    assert words(message).replace("\n..\n", "\n.\n") == mail.text
    assert words(message, "html").strip() == mail.html
    assert "MAIL FROM:<bookings@soho.example>" in server.commands[1]
    assert server.commands[2].startswith("RCPT TO:<ada@example.com>")
    # The name of this machine is not told.
    assert server.commands[0] == "EHLO soho.example"


@pytest.mark.parametrize(
    ("kind", "method", "status"),
    [
        (MailKind.BOOKING_CONFIRMED, "REQUEST", "CONFIRMED"),
        (MailKind.BOOKING_CHANGED, "REQUEST", "CONFIRMED"),
        (MailKind.BOOKING_CANCELLED, "CANCEL", "CANCELLED"),
    ],
)
async def test_a_booking_arrives_as_an_invitation(kind: MailKind, method: str, status: str) -> None:
    """Read by another program than the one that wrote it, out of the mail as it came."""
    booking = samples.booking(
        samples.slot("2026-05-26 14:00"),
        version=3,
        notes="Kuchen\r\nEND:VEVENT",
        status=BookingStatus(status.lower()),
    )
    ada = Mailbox(address="ada@example.com", name="Ädä")
    draft = booking_mail(kind, [booking], ada)
    async with sink() as server:
        await mailer(server).send(
            samples.mail(text=draft.text, calendar=draft.calendar, recipient=ada)
        )
    message = received(server)
    assert message.get_content_type() == "multipart/alternative"
    *_, part = message.iter_parts()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", method)
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert str(calendar["METHOD"]) == method
    (event,) = calendar.walk("VEVENT")
    # As the feed has them, so that a program which has both shows the booking once.
    assert str(event["UID"]) == f"{booking.id}@{booking.workspace_id}"
    assert (event["SEQUENCE"], str(event["STATUS"])) == (3, status)
    assert event.decoded("DTSTART") == booking.start_at
    assert str(event["ORGANIZER"]) == "mailto:bookings@soho.example"
    assert str(event["ATTENDEE"]) == "mailto:ada@example.com"
    assert "Kuchen\nEND:VEVENT" in str(event["DESCRIPTION"])
    assert "Room " in words(message)


async def test_a_second_try_is_recognisably_the_same_mail() -> None:
    mail = samples.mail()
    async with sink() as server:
        await mailer(server).send(mail)
        await mailer(server).send(mail)
    ids = [email.message_from_bytes(raw)["message-id"] for raw in server.messages]
    assert ids == ["<mail_1@soho.example>"] * 2
    assert server.messages[0] == server.messages[1]


@pytest.mark.parametrize(
    "hostile",
    ["x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\r\n\r\nBcc:", "x\u2028Bcc: a@b.c"],
)
async def test_no_name_begins_another_header(hostile: str) -> None:
    mail = samples.mail(
        subject=samples.mail_draft(subject=hostile).subject,
        recipient=Mailbox(address="ada@example.com", name=hostile),
    )
    async with sink() as server:
        await mailer(server).send(mail)
    message = received(server)
    assert message["bcc"] is None
    assert [c for c in server.commands if c.startswith("RCPT")] == ["RCPT TO:<ada@example.com>"]


async def test_a_line_break_that_got_into_the_row_stops_at_the_door() -> None:
    """Planted behind the domain's back: the message itself refuses it too."""
    async with sink() as server:
        with pytest.raises(MailRejected):
            await mailer(server).send(samples.mail(subject="x\r\nBcc: eve@example.com"))
    assert server.commands == []


@pytest.mark.parametrize(
    "address",
    [
        "ada>NOTIFY=NEVER<@example.com",
        "ada,eve@example.com",
        "ada@eve@example.com",
        '"ada@example.com',
        "ada@example..com",
        # Few servers take a name in another script, and EmailMessage writes none.
        "ädä@example.com",
        "ada@" + "ü" * 80 + ".example",
    ],
)
async def test_what_is_no_address_is_not_sent(address: str) -> None:
    async with sink() as server:
        with pytest.raises(MailRejected):
            await mailer(server).send(samples.mail(recipient=Mailbox(address=address)))
    assert not [c for c in server.commands if c.startswith("DATA")]


async def test_a_domain_in_another_script_goes_as_dns_knows_it() -> None:
    async with sink() as server:
        await mailer(server).send(samples.mail(recipient=Mailbox(address="ada@büro.example")))
    assert "RCPT TO:<ada@xn--bro-hoa.example>" in server.commands


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("CONNECT", "421 too busy", MailDeferred),
        ("CONNECT", "554 go away", MailDeferred),
        ("CONNECT", DROP, MailDeferred),
        ("MAIL", "450 not now", MailDeferred),
        # About ourselves: for the operator to put right, and nothing is lost meanwhile.
        ("MAIL", "550 not you", MailDeferred),
        ("RCPT", "451 4.3.0 later", MailDeferred),
        ("RCPT", "550 5.1.1 no such user", MailRejected),
        ("DATA", "452 full", MailDeferred),
        ("DATA", "554 no", MailRejected),
        ("DATA.", "451 4.7.1 greylisted", MailDeferred),
        ("DATA.", "554 5.7.1 spam", MailRejected),
        ("DATA.", DROP, MailDeferred),
        ("MAIL", DROP, MailDeferred),
        ("RCPT", "?", MailDeferred),
    ],
)
async def test_every_answer_is_a_later_or_a_never(
    verb: str, answer: str, error: type[Exception]
) -> None:
    """RFC 5321, 4.2.1. Whatever is not clearly a no to this mail is tried again."""
    async with sink(answers={verb: answer}) as server:
        with pytest.raises(error) as refusal:
            await mailer(server).send(samples.mail())
    if answer[:3].isdigit():
        assert answer.split(" ", 1)[1] in str(refusal.value)


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "RCPT", "DATA."])
async def test_a_server_that_hangs_is_given_up(verb: str) -> None:
    async with sink(answers={verb: HANG}) as server:
        with pytest.raises(MailDeferred):
            await mailer(server, options="?timeout=0.05").send(samples.mail())


async def test_a_server_that_does_not_say_goodbye_has_the_mail_all_the_same() -> None:
    for answer in (DROP, HANG, "500 what"):
        async with sink(answers={"QUIT": answer}) as server:
            await mailer(server, options="?timeout=0.05").send(samples.mail())
        assert len(server.messages) == 1


async def test_a_server_that_is_not_there() -> None:
    async with sink() as server:
        pass
    with pytest.raises(MailDeferred):
        await mailer(server).send(samples.mail())


async def test_never_inside_a_transaction() -> None:
    ports = memory_ports()
    async with sink() as server, ports.begin(system_actor("ws_1")):
        with pytest.raises(RuntimeError, match="inside an open transaction"):
            await mailer(server).send(samples.mail())
    assert server.commands == []


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server encrypts with, under a certificate that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "server.pem"
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    authority = tmp_path / "authority.pem"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


async def test_with_starttls_the_password_goes_encrypted(trusted: ssl.SSLContext) -> None:
    async with sink(tls=trusted) as server:
        await mailer(server, login="ada:s%40cret@", options="?starttls=required").send(
            samples.mail()
        )
    assert server.encrypted == [True]
    assert [base64.b64decode(login) for login in server.logins] == [b"\0ada\0s@cret"]
    assert server.commands.index("STARTTLS") < next(
        n for n, command in enumerate(server.commands) if command.startswith("AUTH")
    )


async def test_smtps_is_encrypted_from_the_first_byte(trusted: ssl.SSLContext) -> None:
    async with sink(tls=trusted, implicit_tls=True) as server:
        await mailer(server, scheme="smtps", login="ada:secret@").send(samples.mail())
    assert server.encrypted == [True]


async def test_a_server_without_starttls_gets_neither_mail_nor_password() -> None:
    async with sink() as server:
        with pytest.raises(MailDeferred):
            await mailer(server, login="ada:secret@", options="?starttls=required").send(
                samples.mail()
            )
    assert (server.logins, server.messages) == ([], [])


async def test_a_certificate_that_nobody_trusts_is_refused(
    trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with sink(tls=trusted) as server:
        with pytest.raises(MailDeferred):
            await mailer(server, login="ada:secret@", options="?starttls=required").send(
                samples.mail()
            )
    assert (server.logins, server.messages) == ([], [])


async def test_a_wrong_password_loses_no_mail_and_is_not_told() -> None:
    async with sink(answers={"AUTH": "535 5.7.8 bad credentials"}) as server:
        with pytest.raises(MailDeferred) as refusal:
            await mailer(server, login="ada:s3cret@").send(samples.mail())
    assert "bad credentials" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert server.messages == []


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://host", "smtp://"),
        ("smtp://", "smtp://"),
        ("smtp://user:s3cret@host:port", "URL"),
        ("smtp://user:s3cret@host/path", "smtp://"),
        ("smtp://user:s3cret@host?tls=no", "tls"),
        ("smtp://user:s3cret@host?starttls=perhaps", "starttls"),
        ("smtp://user:s3cret@host?timeout=0", "timeout"),
        ("smtp://user:s3cret@host?timeout=soon", "timeout"),
        ("smtp://user@host", "password"),
        ("smtp://user:s3cret@host?starttls=off", "in the clear"),
        ("smtp://user:s3cret@10.0.0.1?starttls=optional", "in the clear"),
    ],
)
def test_urls_that_are_refused(url: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong) as refusal:
        smtp_server(url)
    assert "s3cret" not in str(refusal.value)


def test_what_a_url_leaves_out() -> None:
    far, near, safe = (
        smtp_server(url)
        for url in ("smtp://mail.example", "smtp://[::1]:25", "smtps://u:p@m.example")
    )
    assert (far.port, far.start_tls.value, far.username) == (587, "required", None)
    assert (near.host, near.port, near.start_tls.value) == ("::1", 25, "off")
    assert (safe.port, safe.implicit_tls, safe.password) == (465, True, "p")
    assert "p'" not in repr(safe)


@pytest.mark.parametrize(
    "text", ["", "nobody", "a@b.c, d@e.f", "a@b.c\nBcc: d@e.f", "<>", "Soho Works", "a@bücher.de"]
)
def test_senders_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be one address"):
        sender_address(text)


async def test_a_slow_mail_holds_up_no_other() -> None:
    """Two mails at once on one mailer: each has a connection of its own."""
    async with sink() as server:
        postman = mailer(server)
        await asyncio.gather(*(postman.send(_numbered(n)) for n in range(5)))
    assert len(server.messages) == 5


def _numbered(number: int) -> Mail:
    return samples.mail(id=f"mail_{number}")
