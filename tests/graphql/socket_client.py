"""A ``graphql-transport-ws`` client that speaks to the application without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

from litestar.types import ASGIApp

PROTOCOL = "graphql-transport-ws"


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class SocketClient:
    """One socket. Messages are JSON values."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Any] = asyncio.Queue()

    async def send(self, message: Any) -> None:
        """Send a message; text as it is, anything else as JSON."""
        text = message if isinstance(message, str) else json.dumps(message)
        await self.incoming.put({"type": "websocket.receive", "text": text})

    async def receive(self, within_seconds: float = 5.0) -> Any:
        """The next message.

        Raises:
            Closed: the server closed instead.
        """
        async with asyncio.timeout(within_seconds):
            event = await self.outgoing.get()
        if event["type"] == "websocket.close":
            raise Closed(event.get("code", 1000), event.get("reason") or "")
        return json.loads(event["text"])

    async def closed(self, within_seconds: float = 5.0) -> Closed:
        """How the server closes; what it says before is passed over."""
        async with asyncio.timeout(within_seconds):
            while True:
                try:
                    await self.receive(within_seconds)
                except Closed as closed:
                    return closed

    async def init(self, secret: str | None) -> Self:
        """Introduce ourselves, and wait to be let in."""
        payload = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        await self.send({"type": "connection_init", "payload": payload})
        assert (await self.receive())["type"] == "connection_ack"
        return self

    async def subscribe(self, query: str, operation_id: str = "1", **variables: Any) -> None:
        """Start an operation."""
        payload = {"query": query, "variables": variables}
        await self.send({"id": operation_id, "type": "subscribe", "payload": payload})

    async def next(self, operation_id: str = "1") -> Any:
        """The next result's data."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", operation_id), message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]


@asynccontextmanager
async def connected(
    app: ASGIApp, *, protocols: tuple[str, ...] = (PROTOCOL,), headers: dict[str, str] | None = None
) -> AsyncIterator[SocketClient]:
    """A socket that the server has accepted; gone when the block ends."""
    client = SocketClient()
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 8000),
        "subprotocols": list(protocols),
        "state": {},
        "extensions": {},
    }

    async def send(message: Any) -> None:
        await client.outgoing.put(message)
        if message["type"] == "websocket.close":
            await client.incoming.put({"type": "websocket.disconnect", "code": message["code"]})

    await client.incoming.put({"type": "websocket.connect"})
    application: Any = app
    server: asyncio.Task[None] = asyncio.create_task(application(scope, client.incoming.get, send))
    async with asyncio.timeout(5):
        accepted = await client.outgoing.get()
    assert accepted["type"] == "websocket.accept"
    try:
        yield client
    finally:
        await client.incoming.put({"type": "websocket.disconnect", "code": 1000})
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await server
        assert server.done()
