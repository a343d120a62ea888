"""The whole application on a database, called in process: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Litestar

from litehq_app.asgi import create_app
from litehq_app.bootstrap import Installation
from litehq_app.settings import Settings
from litehq_core.domain.api_key import EVERY_SCOPE, hash_secret, system_actor
from litehq_core.domain.booking_rules import MAX_HORIZON_DAYS
from litehq_core.domain.rate_limit import RateLimit
from litehq_core.domain.room import Room
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Catalogued
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.domain import samples
from tests.isolation.house import NOW, OURS, catalogue, party
from tests.stores import sql_store

SECRET = "sk_live_fuzz"
Headers = list[tuple[bytes, bytes]]
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
Around = Callable[[AsgiApp], AsgiApp]


def as_it_is(app: AsgiApp) -> AsgiApp:
    """Nothing is put before the application."""
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request as it comes over the wire."""

    method: str
    path: bytes
    query: bytes = b""
    headers: Headers = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Server:
    """An application that runs, and what makes things in it.

    Attributes:
        around: what is put before the application; tests put faults there.
    """

    app: Litestar
    ports: Ports
    around: Around = as_it_is
    _numbers: Any = field(default_factory=lambda: count(1))

    def next(self) -> int:
        """A number that was not given before."""
        number: int = next(self._numbers)
        return number

    async def ask(self, call: Call) -> Heard:
        """The answer to a request, which begins with our key unless it brings one."""
        named = {name for name, _ in call.headers}
        own: Headers = [(b"host", b"127.0.0.1"), (b"content-length", b"%d" % len(call.body))]
        if b"authorization" not in named:
            own.append((b"authorization", f"Bearer {SECRET}".encode()))
        if call.body and b"content-type" not in named:
            own.append((b"content-type", b"application/json"))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "http",
            "method": call.method,
            # As uvicorn does it.
            "path": unquote_to_bytes(call.path).decode("utf-8", "replace"),
            "raw_path": call.path,
            "query_string": call.query,
            "root_path": "",
            "headers": [*own, *call.headers],
            "client": ("127.0.0.1", 5000),
            "server": ("127.0.0.1", 8000),
            "state": {},
            "extensions": {},
        }
        incoming = [
            {"type": "http.request", "body": call.body, "more_body": False},
            {"type": "http.disconnect"},
        ]
        outgoing: list[Any] = []

        async def receive() -> Any:
            return incoming.pop(0) if incoming else await asyncio.Future()

        async def send(message: Any) -> None:
            outgoing.append(message)

        application: Any = self.app
        async with asyncio.timeout(60):
            await self.around(application)(scope, receive, send)
        start, *rest = outgoing
        return Heard(
            status=start["status"],
            headers={n.decode("latin-1").lower(): v.decode("latin-1") for n, v in start["headers"]},
            body=b"".join(message.get("body", b"") for message in rest),
        )


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for a database, in memory where the machine has such: nothing of it is to last."""
    memory = Path("/dev/shm")
    chosen = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="litehq-fuzz-", dir=chosen) as folder:
        yield Path(folder)


@asynccontextmanager
async def serving(folder: Path, engine: str = "sqlite") -> AsyncIterator[Server]:
    """A furnished workspace, whose rate limit nobody reaches.

    Args:
        folder: where its database lies, if that is a SQLite file.
        engine: one of ``tests.stores.ENGINES``. NUL and lone surrogates trouble only PostgreSQL.
    """
    clock = Clock(NOW)
    settings = Settings(demo=False, database_url=f"sqlite:///{folder / 'unused.db'}")
    async with sql_store(engine, folder, clock=clock) as store:
        plain = memory_ports(clock=clock, rate_limit=RateLimit(burst=10**9, per_minute=10**9))
        ports = replace(plain, begin=store.begin, reads=store.reads)
        await _furnish(ports)

        @asynccontextmanager
        async def opened(_: Settings) -> AsyncIterator[Installation]:
            yield Installation(
                ports=ports,
                checkpoint=store.checkpoint,
                is_empty=store.is_empty,
                key=b"fuzz",
            )

        app = create_app(settings, opened)
        async with app.lifespan():
            yield Server(app=app, ports=ports)


def _bookable_long_ahead(item: Catalogued) -> Catalogued:
    """A long campaign books ten hours of each day, and lets few of them go."""
    if not isinstance(item, Room):
        return item
    return replace(item, rules=replace(item.rules, horizon_days=MAX_HORIZON_DAYS))


async def _furnish(ports: Ports) -> None:
    actor = system_actor(OURS)
    await import_catalogue(ports, actor, [_bookable_long_ahead(item) for item in catalogue(OURS)])
    grant = partial(GrantTokens, amount=100)
    await grant_tokens(ports, actor, grant(member_id=party(OURS).member_id))
    key = samples.api_key(
        id="tok_fuzz", workspace_id=OURS, scopes=EVERY_SCOPE, secret_hash=hash_secret(SECRET)
    )
    async with ports.begin(actor) as tx:
        await tx.api_keys.add(key)
