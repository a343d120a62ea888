"""Server-sent events as HTML has them (9.2), as far as ``/v1/events/stream`` makes use of them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two empty lines.

    Attributes:
        id: where the stream has come to, if the block says so.
        data: what happened; None in a block that only says where the stream has come to.
    """

    event: str
    data: str | None
    id: str | None


async def blocks_of(lines: AsyncIterable[str]) -> AsyncIterator[Block]:
    """The blocks of a stream; one that breaks off is left out."""
    fields: dict[str, list[str]] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(":")
            # A line that begins with a colon is a comment: it has the name of none.
            fields.setdefault(name, []).append(value.removeprefix(" "))
            continue
        data, ids = fields.get("data"), fields.get("id")
        if data is not None or ids:
            yield Block(
                event=fields.get("event", ["message"])[-1],
                data=None if data is None else "\n".join(data),
                id=ids[-1] if ids else None,
            )
        fields = {}
