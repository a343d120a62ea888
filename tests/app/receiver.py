"""A receiver of webhooks on loopback that behaves as it is told, well or badly."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

# What a receiver does with the connection once the request is read.
Manners = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came in.

    Attributes:
        connections: how many were opened, with a request or without.
        over: set when the test is: whoever hangs, hangs until then.
    """

    manners: Manners
    port: int = 0
    connections: int = 0
    requests: list[Received] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Its address, in plain HTTP."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                self.requests.append(await read_request(reader))
                await self.manners(writer)
        finally:
            writer.transport.abort() if writer.is_closing() else writer.close()


def answers(
    status: str = "200 OK", *headers: str, body: bytes = b"ok", length: int | None = None
) -> Manners:
    """Answer at once. ``length`` is what the answer claims of its body."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
        "",
        "",
    ]
    return says("\r\n".join(lines).encode("latin-1") + body)


def says(raw: bytes) -> Manners:
    """Send these bytes, whatever they are, and close."""

    async def manners(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return manners


@asynccontextmanager
async def receiving(
    manners: Manners, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Receiver]:
    """A receiver that runs while the block does."""
    receiver = Receiver(manners)
    talks: list[asyncio.Task[None]] = []

    def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(receiver.serve(reader, writer)))

    server = await asyncio.start_server(talk, host, 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        receiver.over.set()
        for one in talks:
            one.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> Received:
    """The next request, whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(head[0], headers, body)
