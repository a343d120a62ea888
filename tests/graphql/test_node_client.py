"""The real JavaScript client, over a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from tests.graphql.house import House
from tests.node.install import NODE_FOLDER, node_program

SCRIPT = NODE_FOLDER / "subscription.mjs"


@pytest.fixture
async def server(house: House) -> AsyncIterator[uvicorn.Server]:
    """The house behind a loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            house.app,
            lifespan="off",
            log_level="warning",
            ws_max_size=1024 * 1024,
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        server.address = f"ws://127.0.0.1:{listener.getsockname()[1]}/graphql"  # type: ignore[attr-defined]
        try:
            yield server
        finally:
            server.should_exit = True
            async with asyncio.timeout(10):
                await running


@asynccontextmanager
async def following(server: Any, key: str, *rest: str) -> AsyncIterator[Process]:
    """The script, once it follows."""
    process = await asyncio.create_subprocess_exec(
        node_program(), SCRIPT, server.address, key, *rest, stdout=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line(process: Process) -> Any:
    """The next line that the script prints."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        text = await process.stdout.readline()
    assert text, "the script ended"
    return json.loads(text)


async def ended(process: Process) -> int:
    """How the script ended."""
    async with asyncio.timeout(20):
        return await process.wait()


async def test_the_client_hears_of_a_booking_and_of_what_it_missed(
    house: House, server: uvicorn.Server
) -> None:
    """Created and confirmed, live; then all that followed a cursor."""
    async with following(server, house.secret, "2") as process:
        assert await line(process) == "following"
        booking = await house.book()
        created, confirmed = await line(process), await line(process)
        assert await ended(process) == 0
    assert [created["type"], confirmed["type"]] == ["BOOKING_CREATED", "BOOKING_CONFIRMED"]
    assert confirmed["booking"] == {
        "id": booking["id"],
        "status": "CONFIRMED",
        "room": {"name": "Atrium"},
        "bookedBy": {"name": "Lina P"},
    }
    missed = await house.book("2026-05-25T12:00:00Z")
    async with following(server, house.secret, "3", created["cursor"]) as process:
        lines = [await line(process) for _ in range(4)]
        assert await ended(process) == 0
    events = [event for event in lines if event != "following"]
    assert [(event["booking"]["id"], event["sequence"]) for event in events] == [
        (booking["id"], 2),
        (missed["id"], 1),
        (missed["id"], 2),
    ]


async def test_a_wrong_key_is_forbidden(server: uvicorn.Server) -> None:
    """Close code 4403."""
    async with following(server, "sk_live_wrong", "1") as process:
        assert await line(process) == {"closed": {"code": 4403, "reason": "Forbidden"}}
        assert await ended(process) == 3


async def test_revocation_reaches_a_live_socket_within_five_seconds(
    house: House, server: uvicorn.Server
) -> None:
    """``contract.md``: live sockets included."""
    secret = await house.key(Scope.CALENDAR_READ)
    async with following(server, secret, "1") as process:
        assert await line(process) == "following"
        command = RevokeApiToken(token_id=f"tok_{secret[8:]}")
        await revoke_api_token(house.ports, system_actor("ws_soho"), command)
        async with asyncio.timeout(5):
            assert (await line(process))["closed"]["code"] == 4403
        assert await ended(process) == 3


async def test_a_server_that_stops_closes_its_sockets(house: House, server: uvicorn.Server) -> None:
    """Cleanly, and at once."""
    async with following(server, house.secret, "1") as process:
        assert await line(process) == "following"
        server.should_exit = True
        async with asyncio.timeout(2):
            assert (await line(process))["closed"]["code"] == 1012
    assert house.ports.feed.followed() == frozenset()
