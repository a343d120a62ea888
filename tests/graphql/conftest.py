"""The house that the tests of the GraphQL façade live in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn

from tests.graphql.house import House, furnished


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A furnished workspace, and a client with a key to all of it."""
    house = await furnished()
    async with house.client:
        yield house


@dataclass(frozen=True, slots=True)
class Loopback:
    """The house behind a port of this machine."""

    port: int
    uvicorn: uvicorn.Server

    @property
    def url(self) -> str:
        """The endpoint by HTTP."""
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def socket(self) -> str:
        """The endpoint's socket."""
        return f"ws://127.0.0.1:{self.port}/graphql"

    def stop(self) -> None:
        """Begin to stop, as on a signal."""
        self.uvicorn.should_exit = True


@pytest.fixture
async def server(house: House) -> AsyncIterator[Loopback]:
    """A real server in front of the house."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            house.app,
            lifespan="off",
            log_level="warning",
            ws_max_size=1024 * 1024,
            timeout_graceful_shutdown=5,
        )
        server = Loopback(listener.getsockname()[1], uvicorn.Server(config))
        running = asyncio.create_task(server.uvicorn.serve(sockets=[listener]))
        try:
            yield server
        finally:
            server.stop()
            async with asyncio.timeout(10):
                await running
