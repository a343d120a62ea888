"""What is kept of a receiver's answer."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_BODY_BYTES = 64 * 1024
MAX_EXCERPT = 1_000
# The longest pause of the schedule (issue 7): whoever asks for more, asks for too much.
MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60


async def first_bytes(chunks: AsyncIterable[bytes]) -> bytes:
    """The beginning of a body, without reading on once there is enough of it."""
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) >= MAX_BODY_BYTES:
            break
    return bytes(read[:MAX_BODY_BYTES])


def excerpt_of(body: bytes) -> str:
    """The beginning of a body for people to read: its printable characters, others as spaces.

    >>> excerpt_of(b"not\\x00 found \\xff\\n")
    'not  found � '
    """
    # Four bytes a character at most; what the cut leaves of the last is cut off with the rest.
    text = body[: 4 * MAX_EXCERPT + 4].decode("utf-8", "replace")[:MAX_EXCERPT]
    return "".join(character if character.isprintable() else " " for character in text)


def retry_after(headers: Iterable[tuple[bytes, bytes]], now: datetime) -> int | None:
    """The seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3); None if it says nothing of use.

    Either form counts, a number of seconds or a date; a date in the past is no time at all.
    """
    values = [value for name, value in headers if name.lower() == b"retry-after"]
    if not values:
        return None
    text = values[0].decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        # Long numbers are not converted: that costs time in the square of their length.
        seconds = int(text) if len(text) <= 9 else MAX_RETRY_AFTER_SECONDS
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        when = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = round((when - now).total_seconds())
    return min(max(seconds, 0), MAX_RETRY_AFTER_SECONDS)
