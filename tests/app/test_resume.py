"""Followers outlive their server: killed and started again, it goes on where each of them was."""

from __future__ import annotations

from asyncio.subprocess import Process
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from litehq_app.bootstrap import open_ports
from litehq_app.demo.catalogue import WORKSPACE_ID
from litehq_app.settings import Settings
from litehq_core import CreateBooking, create_booking, system_actor
from litehq_core.ports.ports import Ports
from tests.graphql.node import line, script
from tests.serving import KEY, Served, serving

TRANSPORTS = ("ws", "sse")
NEVER_ENOUGH = "1000000"


def afternoon(day: int) -> datetime:
    """Two o'clock in UTC, behind the two weeks that the demo bookings fill."""
    today = datetime.now(UTC).replace(hour=14, minute=0, second=0, microsecond=0)
    return today + timedelta(days=20 + day)


async def book(server: Served, day: int) -> str:
    """An hour of the Atrium; the booking's id."""
    wish = {
        "resource_id": "rm_atrium",
        "start": afternoon(day).isoformat(),
        "duration_minutes": 60,
        "booked_by": "mem_lina_p",
    }
    async with httpx.AsyncClient(base_url=server.url, headers=server.headers) as client:
        answer = await client.post("/v1/bookings", json=wish)
    assert answer.status_code == 201, answer.text
    booking_id: str = answer.json()["id"]
    return booking_id


async def book_unserved(ports: Ports, day: int) -> str:
    """The same, written by another program while no server runs."""
    start = afternoon(day)
    wish = CreateBooking(
        room_id="rm_atrium",
        member_id="mem_lina_p",
        start_at=start,
        end_at=start + timedelta(hours=1),
    )
    return (await create_booking(ports, system_actor(WORKSPACE_ID), wish)).id


async def seen_until(process: Process, booking_id: str) -> list[Any]:
    """The events up to the confirmation of a booking."""
    seen: list[Any] = []
    while not seen or (seen[-1]["booking"]["id"], seen[-1]["sequence"]) != (booking_id, 2):
        told = await line(process)
        if told != "following":
            seen.append(told)
    return seen


async def booking_positions(ports: Ports) -> list[str]:
    """What the log holds about bookings."""
    events = await ports.reads.events_after(WORKSPACE_ID, 0, 1_000_000)
    return [str(event.position) for event in events if event.type.startswith("booking.")]


async def test_a_cursor_outlives_the_server_through_both_transports(tmp_path: Path) -> None:
    """No gap and no repeat: before the kill, while no server runs, and after the restart."""
    database_url = f"sqlite:///{tmp_path / 'resume.db'}"
    settings = Settings(database_url=database_url, vault_key_file=tmp_path / "vault.key")
    seen: dict[str, list[Any]] = {}
    async with AsyncExitStack() as stack:
        with serving(database_url, tmp_path) as server:
            endpoint = f"{server.url}/graphql"
            followers = {
                transport: await stack.enter_async_context(
                    script("follow.mjs", transport, endpoint, KEY, NEVER_ENOUGH, "0")
                )
                for transport in TRANSPORTS
            }
            first = await book(server, 0)
            for transport, process in followers.items():
                seen[transport] = await seen_until(process, first)
            server.process.kill()
        async with open_ports(settings) as ports:
            await book_unserved(ports, 1)
        with serving(database_url, tmp_path, "--port", server.url.rpartition(":")[2]) as again:
            last = await book(again, 2)
            for transport, process in followers.items():
                seen[transport] += await seen_until(process, last)
    async with open_ports(settings) as ports:
        positions = await booking_positions(ports)
    for transport in TRANSPORTS:
        assert [event["cursor"] for event in seen[transport]] == positions


async def test_a_server_that_stops_does_not_wait_for_streams(tmp_path: Path) -> None:
    """They are ended at once; otherwise the server would complain of what it had to cut off."""
    database_url = f"sqlite:///{tmp_path / 'stop.db'}"
    async with AsyncExitStack() as stack:
        with serving(database_url, tmp_path) as server:
            endpoint = f"{server.url}/graphql"
            for transport in TRANSPORTS:
                follower = await stack.enter_async_context(
                    script("follow.mjs", transport, endpoint, KEY, NEVER_ENOUGH)
                )
                assert await line(follower) == "following"
        assert server.process.returncode == 0
    assert "ERROR" not in (tmp_path / "server.log").read_text().upper()
