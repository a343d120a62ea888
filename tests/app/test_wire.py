"""Bytes on a socket: what is no HTTP is told in JSON too, and nobody is waited for without end."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from uvicorn import Config, Server

from litehq_app.asgi import create_app
from litehq_app.edge.protocol import MAX_HEAD_BYTES, HttpProtocol
from litehq_core.testing import Clock
from tests.app.installations import DEMO_KEY, MemoryInstallation, settings_of

PATIENCE_SECONDS = 20.0
AUTH = f"Authorization: Bearer {DEMO_KEY}\r\n".encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    def error(self, code: str) -> dict[str, Any]:
        """The error, which must be told as every error is."""
        assert self.headers["content-type"] == "application/json"
        error: dict[str, Any] = json.loads(self.body)["error"]
        assert error["code"] == code
        assert error["request_id"] == self.headers["x-request-id"]
        assert error["docs_url"] == f"http://127.0.0.1:8000/docs/errors/{code}"
        return error


@asynccontextmanager
async def listening(
    clock: Clock, protocol: type[HttpProtocol] = HttpProtocol
) -> AsyncIterator[int]:
    """The port of a server in this process."""
    settings = settings_of(demo=False)
    app = create_app(settings, MemoryInstallation(clock, settings))
    # Whoever connects before it runs is queued.
    config = Config(app, http=protocol, lifespan="on", log_config=None, access_log=False)
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def exchange(port: int, sent: bytes) -> Reply | None:
    """What comes back for some bytes; None if the server just hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await read_reply(reader)
    finally:
        writer.close()


async def read_reply(reader: asyncio.StreamReader) -> Reply | None:
    """One answer."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Reply(int(first.split()[1]), headers, body)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"GET /v1/rooms HTTP/9.9\r\n\r\n",
        b"NOISE /v1/rooms HTTP/1.1\r\n\r\n",
        b"GET /v1/rooms HTTP/1.1\r\nHost x\r\n\r\n",
        b"GET /v1/rooms HTTP/1.1\r\nA: b\x00c\r\n\r\n",
        b"POST /v1/rooms HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /v1/rooms HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /v1/rooms HTTP/1.1\r\nA: " + b"a" * (MAX_HEAD_BYTES + 1),
        b"GET /" + b"a" * (MAX_HEAD_BYTES + 1),
    ],
    ids=lambda sent: repr(sent[:20]),
)
async def test_what_is_no_http_is_refused_in_json(clock: Clock, sent: bytes) -> None:
    """Page A: "No HTML pages"; contract.md, Errors: "the server's own included"."""
    async with listening(clock) as port:
        reply = await exchange(port, sent)
        assert reply is not None
        assert (reply.status, reply.headers["connection"]) == (400, "close")
        reply.error("malformed_request")


async def test_an_address_too_long_is_refused_with_its_headers(clock: Clock) -> None:
    """Still HTTP, so the rate limit is told too."""
    async with listening(clock) as port:
        line = b"GET /v1/rooms?cursor=" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        reply = await exchange(port, line)
        assert reply is not None
        assert "address" in reply.error("malformed_request")["message"]
        assert reply.headers["x-ratelimit-limit"] == "500"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"2\r\n{}\r\n0\r\n\r\n", "auth_invalid"),
        (b"zz\r\n{}\r\n0\r\n\r\n", "malformed_request"),
    ],
)
async def test_bodies_in_chunks(clock: Clock, body: bytes, code: str) -> None:
    """RFC 9112, 7.1."""
    head = b"POST /v1/bookings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    async with listening(clock) as port:
        reply = await exchange(port, head + b"Content-Type: application/json\r\n\r\n" + body)
        assert reply is not None
        reply.error(code)


async def test_head_has_no_body_on_the_wire(clock: Clock) -> None:
    """Or the next answer on the connection would be read from its middle."""
    async with listening(clock) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"content-length: 15" in head.lower()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        reply = await read_reply(reader)
        writer.close()
    assert reply is not None
    assert (reply.status, reply.body) == (200, b'{"status":"ok"}')


async def test_garbage_behind_an_answer_is_told_too(clock: Clock) -> None:
    """On a connection that was good so far."""
    async with listening(clock) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        first = await read_reply(reader)
        writer.write(b"\x00\x00\r\n\r\n")
        second = await read_reply(reader)
        writer.close()
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == (200, 400)


class Hasty(HttpProtocol):
    """Does not wait for long."""

    head_seconds = 0.05


@pytest.mark.parametrize(("sent", "told"), [(b"", False), (b"GET /healthz HTTP/1.1\r\nHo", True)])
async def test_a_head_that_does_not_come_is_given_up(clock: Clock, sent: bytes, told: bool) -> None:
    """Who opens connections and says nothing must not keep them all."""
    async with listening(clock, Hasty) as port:
        reply = await exchange(port, sent)
    assert (reply is not None) is told
    if reply is not None:
        reply.error("malformed_request")
