"""One server with many receivers, each with manners of its own, which remembers what it took."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from litehq_core import new_webhook_secret
from tests.app.receiver import Received, read_request

# What every receiver takes well, or it would never have been registered.
CHALLENGE = "endpoint.verification"
# A few events in a hundred; what misbehaves at length hears of these alone.
RARE = "company.updated"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def _raw(head: str, body: bytes = b"") -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        length = "" if "\r\n" in head else f"\r\nContent-Length: {len(body)}"
        writer.write(f"HTTP/1.1 {head}{length}\r\n\r\n".encode() + body)
        await writer.drain()

    return answer


async def _hang(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"on and on " * 1_000)
        await writer.drain()


_WELL = _raw("204 No Content\r\nX: y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a receiver takes an event.

    Attributes:
        events: what it asks for.
        at_first: how it takes the first try of a part of its events.
        share: of how many events out of a hundred that is.
        always: whether every try is taken so.
        takes: whether ``at_first`` is a yes all the same.
    """

    events: str = RARE
    at_first: Answer = _WELL
    share: int = 100
    always: bool = False
    takes: bool = False


RECEIVERS: Mapping[str, Manners] = {
    "steady": Manners(events="*", share=0),
    "flaky": Manners(events="*", at_first=_raw("500 Oh"), share=10),
    "broken": Manners(at_first=_raw("500 Oh", b"broken"), always=True),
    "redirecting": Manners(at_first=_raw("302 Found\r\nLocation: /steady"), always=True),
    "hanging": Manners(at_first=_hang, share=25),
    "resetting": Manners(at_first=_reset),
    "busy": Manners(at_first=_raw("429 Slow\r\nRetry-After: 9\r\nContent-Length: 0")),
    "endless": Manners(at_first=_endless, always=True, takes=True),
    "gone": Manners(at_first=_raw("410 Gone"), always=True),
}
SECRETS = {
    name: new_webhook_secret(name) if name != "busy" else "a-secret-of-another-form"
    for name in RECEIVERS
}


@dataclass
class Taken:
    """What the receivers know in the end.

    Attributes:
        accepted: how often each took each event with a 2xx.
        tries: how often each was asked to.
        bodies: of each event; it must not differ from one try to the next.
        faults: signatures that are wrong, bodies that differ.
    """

    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    tries: Counter[tuple[str, str]] = field(default_factory=Counter)
    bodies: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                request = await read_request(reader)
                await self._take(request.line.split()[1].strip("/"), request, writer)
        finally:
            writer.close()

    async def _take(self, name: str, request: Received, writer: asyncio.StreamWriter) -> None:
        self._check_signatures(name, request)
        event = json.loads(request.body)
        if event["type"] == CHALLENGE:
            await _WELL(writer)
            return
        key = (name, event["id"])
        if self.bodies.setdefault(event["id"], request.body) != request.body:
            self.faults.append(f"{key} differs from try to try")
        self.tries[key] += 1
        manners = RECEIVERS[name]
        chosen = int(hashlib.sha256(event["id"].encode()).hexdigest(), 16) % 100 < manners.share
        if chosen and (manners.always or self.tries[key] == 1):
            self.accepted[key] += manners.takes
            await manners.at_first(writer)
            return
        self.accepted[key] += 1
        await _WELL(writer)

    def _check_signatures(self, name: str, request: Received) -> None:
        """Both, as two kinds of receivers would. The time may be of another day: clocks jump."""
        secret, headers = SECRETS[name], request.headers
        bare = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
        verifier = Webhook(secret if secret.startswith("whsec_") else secret.encode())
        expected = verifier.sign(
            headers["webhook-id"],
            datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC),
            request.body.decode(),
        )
        if (headers["litehq-signature"], headers["webhook-signature"]) != (bare, expected):
            self.faults.append(f"a signature to {name} is wrong")


@asynccontextmanager
async def receivers() -> AsyncIterator[Taken]:
    """The server, while the block lasts."""
    taken = Taken()
    talks: set[asyncio.Task[None]] = set()

    def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(taken.serve(reader, writer))
        talks.add(task)
        task.add_done_callback(talks.discard)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    taken.port = server.sockets[0].getsockname()[1]
    try:
        yield taken
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
