"""Ids: opaque, prefixed, sorting by time (``contract.md``, Ids and time).

New ids are TypeIDs: ``prefix_`` and a UUIDv7 in 26 characters of lower-case Crockford base32.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

MAX_ID_LENGTH = 64
# Stands for an id that cannot exist; a look-up with it finds nothing.
NO_ID = ""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHAPE = re.compile(r"[a-z]{2,4}_[A-Za-z0-9_-]{1,60}", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}", re.ASCII)


class Prefix(StrEnum):
    """The prefix of each noun's ids."""

    BOOKING = "bk"
    ROOM = "rm"
    MEMBER = "mem"
    COMPANY = "co"
    LOCATION = "loc"
    INVOICE = "inv"
    VISITOR = "vis"
    WEBHOOK = "whk"
    WEBHOOK_DELIVERY = "whd"
    EVENT = "evt"
    API_TOKEN = "tok"
    TRANSFER = "ttx"
    RATE_CARD = "rc"
    BLACKOUT = "blk"
    WORKSPACE = "ws"
    QUOTE = "qt"
    PAYMENT = "pay"
    SERIES = "srs"
    LOT = "lot"
    WAITLIST_ENTRY = "wl"
    MAIL = "mail"


def uuid7(unix_ms: int, random_bits: int) -> UUID:
    """A UUIDv7 (RFC 9562, 5.7) from milliseconds since 1970 and 74 random bits."""
    rand_a = (random_bits >> 62) & 0xFFF
    rand_b = random_bits & ((1 << 62) - 1)
    return UUID(int=(unix_ms << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)


def id_of(prefix: Prefix, uuid: UUID) -> str:
    """The TypeID text of ``uuid``: the prefix, ``_`` and 26 characters."""
    value = uuid.int
    return f"{prefix}_" + "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def normalise_id(prefix: Prefix, text: str) -> str:
    """The canonical form of an id that came from outside.

    ``bkg_…`` is a booking too, and the bare UUID of any id is that id. What cannot be an id
    of this noun becomes :data:`NO_ID`, so that it answers like an id never used.

    >>> normalise_id(Prefix.BOOKING, "bkg_7"), normalise_id(Prefix.ROOM, "rm_atrium")
    ('bk_7', 'rm_atrium')
    >>> normalise_id(Prefix.ROOM, "bk_7") == NO_ID
    True
    """
    if prefix is Prefix.BOOKING and text.startswith("bkg_"):
        text = "bk_" + text[4:]
    bare = text.removeprefix(f"{prefix}_")
    if _UUID.fullmatch(bare):
        return id_of(prefix, UUID(bare))
    if len(text) <= MAX_ID_LENGTH and _SHAPE.fullmatch(text) and text.startswith(f"{prefix}_"):
        return text
    return NO_ID


def id_source(
    unix_ms: Callable[[], int], random_bits: Callable[[int], int]
) -> Callable[[Prefix], str]:
    """A maker of new ids that rise even within one millisecond.

    Args:
        unix_ms: the clock, in milliseconds since 1970.
        random_bits: such as ``secrets.randbits``.
    """
    last = 0

    def new_id(prefix: Prefix) -> str:
        nonlocal last
        # Within a millisecond the next id follows the last, so that lists by id keep their order.
        last = max(uuid7(unix_ms(), random_bits(74)).int, last + 1)
        return id_of(prefix, UUID(int=last))

    return new_id
