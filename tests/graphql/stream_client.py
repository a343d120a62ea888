"""A ``graphql-sse`` client that speaks to the application without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from litestar.types import ASGIApp


class StreamClient:
    """One response that comes piece by piece. ``status`` and ``headers`` are there at once."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.pings = 0
        self.outgoing: asyncio.Queue[Any] = asyncio.Queue()
        # Cleared by a reader who takes nothing more.
        self.reading = asyncio.Event()
        self.reading.set()
        self._text = ""

    async def started(self) -> None:
        """Wait for the head of the response."""
        async with asyncio.timeout(5):
            start = await self.outgoing.get()
        assert start["type"] == "http.response.start"
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}

    async def event(self, within_seconds: float = 5.0) -> tuple[str, Any]:
        """The next event and its data; what only keeps the connection open is counted.

        Raises:
            EOFError: the server has ended the response instead.
        """
        async with asyncio.timeout(within_seconds):
            while True:
                block, found, rest = self._text.partition("\n\n")
                if found:
                    self._text = rest
                    if block != ":":
                        return _parsed(block)
                    self.pings += 1
                    continue
                message = await self.outgoing.get()
                self._text += message["body"].decode()
                if not message["more_body"]:
                    raise EOFError

    async def next(self) -> Any:
        """The data of the next result."""
        kind, response = await self.event()
        assert kind == "next"
        assert "errors" not in response, response
        return response["data"]

    async def end(self) -> Any:
        """The code of the only error of the next result, after which the stream is complete."""
        kind, response = await self.event()
        assert kind == "next"
        [error] = response["errors"]
        assert await self.event() == ("complete", None)
        try:
            await self.event()
        except EOFError:
            return error["extensions"]
        raise AssertionError("the stream goes on")


def _parsed(block: str) -> tuple[str, Any]:
    fields = dict(line.partition(":")[::2] for line in block.split("\n"))
    data = fields["data"].strip()
    return fields["event"].strip(), json.loads(data) if data else None


@asynccontextmanager
async def streaming(
    app: ASGIApp,
    secret: str,
    query: str,
    *,
    method: str = "POST",
    path: str = "/graphql",
    accept: str = "text/event-stream",
    **variables: Any,
) -> AsyncIterator[StreamClient]:
    """The response to an operation; the client hangs up when the block ends."""
    client = StreamClient()
    parameters = {"query": query, "variables": variables}
    by_post = method == "POST"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b""
        if by_post
        else urlencode({"query": query, "variables": json.dumps(variables)}).encode(),
        "root_path": "",
        "headers": [
            (b"authorization", f"Bearer {secret}".encode()),
            (b"content-type", b"application/json"),
            (b"accept", accept.encode()),
        ],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 8000),
        "state": {},
        "extensions": {},
    }
    body = json.dumps(parameters).encode() if by_post else b""
    incoming: asyncio.Queue[Any] = asyncio.Queue()
    await incoming.put({"type": "http.request", "body": body, "more_body": False})

    async def send(message: Any) -> None:
        await client.reading.wait()
        await client.outgoing.put(message)

    application: Any = app
    server: asyncio.Task[None] = asyncio.create_task(application(scope, incoming.get, send))
    try:
        await client.started()
        yield client
    finally:
        client.reading.set()
        await incoming.put({"type": "http.disconnect"})
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await server
        assert server.done()
