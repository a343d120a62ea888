"""What a webhook's URL says, read once and strictly.

Nobody reads the URL a second time: the parts found here are those that the connection and the
request line are made of. Two readers that disagree are how a filter is passed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from litehq_app.webhook_sender.public_addresses import Address, is_public
from litehq_core.domain.errors import ValidationFailed

MAX_URL_LENGTH = 2_048
MAX_NAME_LENGTH = 253
LOWEST_LOOPBACK_PORT = 1_024

_DEFAULT_PORTS = {"https": 443, "http": 80}
# Other ports belong to other protocols, which must not be spoken to through us.
_PORTS = {"https": (443, 8443), "http": (80, 8080)}
# RFC 3986 without the fragment, which is never sent.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+", re.ASCII)
_URL = re.compile(r"(https?)://([^/?]*)([/?].*)?", re.ASCII | re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([1-9][0-9]{0,4}))?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# "Ends in a number", as the URL standard of browsers has it: then all of it is an IPv4 address,
# in decimal, octal or hexadecimal, of one to four parts.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})", re.ASCII)
# Names that are answered inside a network or a machine, if at all.
_INNER_NAMES = (
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far webhooks may go beyond HTTPS to public addresses.

    Attributes:
        plain_http: without encryption too.
        loopback: to this very machine too, on any port but those of the system.
    """

    plain_http: bool = False
    loopback: bool = False

    def allows(self, address: Address) -> bool:
        """Whether a connection may be opened to ``address``."""
        return is_public(address) or (self.loopback and _is_loopback(address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The parts of a URL.

    Attributes:
        host: a name in lower case, or an address without brackets.
        path: with the query, as it is sent.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """What ``Host`` says: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_target(url: str, reach: Reach) -> Target:
    """Read a URL that webhooks may be sent to.

    Raises:
        ValidationFailed: with the field ``url``, for one that can never be sent to.
    """
    if len(url) > MAX_URL_LENGTH:
        raise _wrong(f"must have at most {MAX_URL_LENGTH} characters")
    if not _CHARACTERS.fullmatch(url) or _PERCENT.search(url):
        raise _wrong(
            "must consist of the ASCII characters of a URL, without a fragment; write names in "
            "other scripts as xn--… and other characters as %…"
        )
    found = _URL.fullmatch(url)
    if found is None:
        raise _wrong("must begin with https://")
    scheme, authority, path = found[1].lower(), found[2], found[3] or "/"
    if "@" in authority:
        raise _wrong("must not hold a user name or a password")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None or not parts[1]:
        raise _wrong("must name a host, and a port as a plain number")
    host, is_loopback = _host(parts[1].lower(), reach)
    if scheme == "http" and not (reach.plain_http or is_loopback):
        raise _wrong("must begin with https://")
    port = int(parts[2] or _DEFAULT_PORTS[scheme])
    _require_port(scheme, port, is_loopback)
    return Target(
        scheme=scheme, host=host, port=port, path=path if path.startswith("/") else f"/{path}"
    )


def literal_address(host: str) -> Address | None:
    """The address that a host is, without asking anybody; None if it is a name."""
    try:
        return IPv6Address(host) if ":" in host else IPv4Address(host)
    except AddressValueError:
        return None


def _host(text: str, reach: Reach) -> tuple[str, bool]:
    """The host, and whether it is this machine by its own words.

    Raises:
        ValidationFailed: no host, or one that is not allowed.
    """
    if text.startswith("["):
        address = literal_address(text[1:-1])
        if not isinstance(address, IPv6Address) or "%" in text:
            raise _wrong("must hold an IPv6 address between its brackets, without a zone")
    elif _NUMBER.fullmatch(text.rstrip(".").rpartition(".")[2]):
        address = literal_address(text)
        if address is None:
            raise _wrong("must write an IPv4 address as four decimal numbers without zeros ahead")
    else:
        return text, _require_name(text, reach)
    if not reach.allows(address):
        raise _wrong("must not lead to an address inside a network")
    return str(address), _is_loopback(address)


def _require_name(name: str, reach: Reach) -> bool:
    """Refuse what is no public name; whether it is this machine's own.

    Raises:
        ValidationFailed: no name of the domain name system, or one that is answered inside.
    """
    labels = name.split(".")
    if len(name) > MAX_NAME_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise _wrong("must name a host")
    if name == "localhost" and reach.loopback:
        return True
    if len(labels) == 1 or any(name.endswith(f".{inner}") for inner in _INNER_NAMES):
        raise _wrong("must not name a host inside a network")
    return False


def _require_port(scheme: str, port: int, is_loopback: bool) -> None:
    if is_loopback and LOWEST_LOOPBACK_PORT <= port <= 65_535:
        return
    if port not in _PORTS[scheme]:
        allowed = " or ".join(str(one) for one in _PORTS[scheme])
        raise _wrong(f"must use port {allowed}")


def _is_loopback(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_loopback
    # Not those that carry an IPv4 address: some releases of Python count them.
    return int(address) == 1


def _wrong(reason: str) -> ValidationFailed:
    return ValidationFailed.of("url", reason)
