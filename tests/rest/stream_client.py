"""A reader of server-sent events that speaks to the application without a network.

It reads as the HTML standard has it: a block without data is no event, but its id is kept.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


def stopped() -> asyncio.Event:
    """The state of a server that is about to stop: a stream says where it begins, and ends.

    For clients who cannot read a response before it is whole.
    """
    event = asyncio.Event()
    event.set()
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of the stream."""

    id: str
    type: str
    data: Any


@dataclass(slots=True, kw_only=True)
class Reader:
    """One response that comes piece by piece.

    Attributes:
        last_id: what a browser would send as ``Last-Event-ID``.
        places: how many blocks only said where the stream has come to.
        reading: cleared by a reader who takes nothing more.
        state: what the layers of the application know of the request.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    last_id: str = ""
    retry_ms: int | None = None
    places: int = 0
    outgoing: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    state: dict[str, Any] = field(default_factory=lambda: {"request_id": "req_stream"})
    _text: str = ""

    async def started(self) -> None:
        """Wait for the head of the response."""
        async with asyncio.timeout(10):
            start = await self.outgoing.get()
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}

    async def block(self, within_seconds: float = 20.0) -> Told | None:
        """The next block; None if it is no event.

        Raises:
            EOFError: the server has ended the response instead.
        """
        async with asyncio.timeout(within_seconds):
            while "\n\n" not in self._text:
                message = await self.outgoing.get()
                self._text += message["body"].decode()
                if not message["more_body"]:
                    raise EOFError
        block, _, self._text = self._text.partition("\n\n")
        fields = dict(
            line.partition(": ")[::2] for line in block.split("\n") if not line.startswith(":")
        )
        self.last_id = fields.get("id", self.last_id)
        if "retry" in fields:
            self.retry_ms = int(fields["retry"])
        if "data" not in fields:
            self.places += 1
            return None
        return Told(
            id=self.last_id, type=fields.get("event", "message"), data=json.loads(fields["data"])
        )

    async def next(self, within_seconds: float = 20.0) -> Told:
        """The next event."""
        while True:
            found = await self.block(within_seconds)
            if found is not None:
                return found

    async def body(self) -> Any:
        """All of it, where the answer is JSON."""
        text, more = b"", True
        while more:
            message = await self.outgoing.get()
            text, more = text + message["body"], message.get("more_body", False)
        return json.loads(text)


@asynccontextmanager
async def streaming(
    app: Any,
    secret: str,
    query: Mapping[str, str] | None = None,
    *,
    last_event_id: str | None = None,
    path: str = "/v1/events/stream",
) -> AsyncIterator[Reader]:
    """The stream; the client hangs up when the block ends."""
    reader = Reader()
    reader.reading.set()
    headers = [(b"authorization", f"Bearer {secret}".encode())]
    if last_event_id is not None:
        headers.append((b"last-event-id", last_event_id.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(dict(query or {})).encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 8000),
        "state": reader.state,
        "extensions": {},
    }
    incoming: asyncio.Queue[Any] = asyncio.Queue()
    await incoming.put({"type": "http.request", "body": b"", "more_body": False})

    async def send(message: Any) -> None:
        await reader.reading.wait()
        await reader.outgoing.put(message)

    server: asyncio.Task[None] = asyncio.create_task(app(scope, incoming.get, send))
    try:
        await reader.started()
        yield reader
    finally:
        reader.reading.set()
        await incoming.put({"type": "http.disconnect"})
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                await server
        assert server.done()
