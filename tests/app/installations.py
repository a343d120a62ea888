"""Applications to test: over memory with a clock that is moved, or as `litehq serve` has them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from litestar import Litestar

from litehq_app.asgi import create_app
from litehq_app.bootstrap import Installation, rate_limit
from litehq_app.payments.simulated import SimulatedConnect, SimulatedPayments
from litehq_app.settings import Settings
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock, memory_ports

DEMO_KEY = "sk_test_for_these_tests"


def settings_of(**values: object) -> Settings:
    """Settings in which the machine's own environment has no say, as far as tests rely on them."""
    return Settings(**{"host": "127.0.0.1", "port": 8000, "demo_key": DEMO_KEY, **values})  # type: ignore[arg-type]


class MemoryInstallation:
    """An opener of installations that live in memory, all over the same ports."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self.settings = settings
        self.ports: Ports = memory_ports(
            clock=clock,
            payments=SimulatedPayments(settings.base_url),
            connect=SimulatedConnect(settings.base_url),
            rate_limit=rate_limit(settings),
        )
        self.checkpoints = 0

    @asynccontextmanager
    async def __call__(self, _: Settings) -> AsyncIterator[Installation]:
        async def checkpoint() -> None:
            self.checkpoints += 1

        async def is_empty() -> bool:
            return True

        yield Installation(
            ports=self.ports, checkpoint=checkpoint, is_empty=is_empty, key=b"k" * 32
        )


@asynccontextmanager
async def client_of(app: Litestar, *, key: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose lifespan lasts as long as the block."""
    async with (
        app.lifespan(),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(cast(Any, app), raise_app_exceptions=False),
            base_url="http://127.0.0.1:8000",
            headers={"Authorization": f"Bearer {key}"} if key else {},
        ) as client,
    ):
        yield client


@asynccontextmanager
async def served(
    clock: Clock, *, routes: Callable[[Litestar], None] = lambda _: None, **values: object
) -> AsyncIterator[tuple[httpx.AsyncClient, Ports]]:
    """A client and the ports of an application in memory."""
    settings = settings_of(**values)
    installation = MemoryInstallation(clock, settings)
    app = create_app(settings, installation)
    routes(app)
    async with client_of(app) as client:
        yield client, installation.ports
