"""Where an SMTP server is, and how to speak to it, from one URL."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}


class StartTls(StrEnum):
    """Whether a connection that begins in the clear becomes an encrypted one."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A server, and who we are there.

    Attributes:
        implicit_tls: encrypted from the first byte (``smtps``).
        timeout_seconds: of each step, connecting included.
    """

    host: str
    port: int
    implicit_tls: bool
    start_tls: StartTls
    username: str | None
    password: str | None = field(repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS


def smtp_server(url: str) -> SmtpServer:
    """``smtp://USER:PASSWORD@HOST:587`` or ``smtps://…``, user and password in percent-encoding.

    ``?starttls=required|optional|off`` and ``?timeout=SECONDS`` may follow. STARTTLS is required
    unless the server is on this machine.

    Raises:
        ValueError: it is none of these, or a password would go over a network in the clear. The
            message never holds the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Its message may quote what stands where a port should, which may be a password.
        raise ValueError("is not a URL") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError("must be smtp://USER:PASSWORD@HOST:PORT, or smtps://")
    options = parse_qs(parts.query, keep_blank_values=True)
    if unknown := sorted(set(options) - {"starttls", "timeout"}):
        raise ValueError(f"knows the options starttls and timeout, not {', '.join(unknown)}")
    server = SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        implicit_tls=parts.scheme == "smtps",
        start_tls=_start_tls(options, parts.hostname),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        timeout_seconds=_timeout(options),
    )
    if (server.username is None) != (server.password is None):
        raise ValueError("must name a user and a password, or neither")
    in_the_clear = not server.implicit_tls and server.start_tls is not StartTls.REQUIRED
    if server.password and in_the_clear and not _is_here(server.host):
        raise ValueError("would send the password in the clear; leave starttls=required")
    return server


def sender_address(text: str) -> Address:
    """``bookings@example.com`` or ``Soho Works <bookings@example.com>``.

    Raises:
        ValueError: it is not exactly one address.
    """
    message = EmailMessage()
    found: tuple[Address, ...] = ()
    # It raises at a line break, and notes most other things that are wrong.
    with suppress(ValueError):
        message["From"] = text
        found = () if message["From"].defects else message["From"].addresses
    if len(found) != 1 or not found[0].username or not found[0].domain.isascii():
        raise ValueError("must be one address, such as Soho Works <bookings@example.com>")
    return found[0]


def _start_tls(options: dict[str, list[str]], host: str) -> StartTls:
    if "starttls" not in options:
        return StartTls.OFF if _is_here(host) else StartTls.REQUIRED
    try:
        return StartTls(options["starttls"][-1])
    except ValueError:
        raise ValueError(f"starttls must be one of {', '.join(StartTls)}") from None


def _timeout(options: dict[str, list[str]]) -> float:
    try:
        seconds = float(options.get("timeout", [str(TIMEOUT_SECONDS)])[-1])
    except ValueError:
        seconds = 0.0
    # Connecting, logging in and each of the few steps take so long at most, and all of them
    # together must not outlast the lease of a mail.
    if not 0 < seconds <= 30:
        raise ValueError("timeout must lie within 0–30 seconds")
    return seconds


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
