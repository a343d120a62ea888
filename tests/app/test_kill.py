"""``kill -9`` under load: nothing acknowledged is lost, and no retry books twice."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.serving import Served, serving
from tests.stores import ENGINES, database

WORKERS = 8
ANSWERS_BEFORE_THE_KILL = 40
SUMS = "SELECT COALESCE(SUM(posted), 0) FROM accounts WHERE unit = 'token'"
OVERLAPS = """
    SELECT COUNT(*) FROM bookings a JOIN bookings b
      ON a.workspace_id = b.workspace_id AND a.room_id = b.room_id AND a.id < b.id
     WHERE a.status IN ('pending_payment', 'confirmed')
       AND b.status IN ('pending_payment', 'confirmed')
       AND a.start_at < b.end_at AND b.start_at < a.end_at"""
GAPS = "SELECT COALESCE(MAX(position), 0) - COUNT(*) FROM events"


def wishes() -> Iterator[dict[str, Any]]:
    """Bookings for the demo workspace's two well-known rooms, each with a key of its own."""
    # Behind the two weeks that the demo bookings fill, within the 90 days that can be booked.
    first = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    slots = itertools.product(range(20, 80), range(24), ("rm_atrium", "rm_studio"))
    for number, (day, half_hour, room) in enumerate(slots):
        start = first + timedelta(days=day, minutes=30 * half_hour)
        yield {
            "resource_id": room,
            "start": start.isoformat(),
            "duration_minutes": 30,
            "booked_by": "mem_lina_p",
            "idempotency_key": f"kill-{number}",
        }


async def load(
    server: Served, queue: Iterator[dict[str, Any]], acknowledged: dict[str, bytes]
) -> list[dict[str, Any]]:
    """Book until the server dies; what was asked for and not acknowledged."""
    unanswered: list[dict[str, Any]] = []
    under_way = asyncio.Event()

    async def worker() -> None:
        async with httpx.AsyncClient(
            base_url=server.url, headers=server.headers, timeout=30
        ) as client:
            for wish in queue:
                try:
                    answer = await client.post("/v1/bookings", json=wish)
                except httpx.HTTPError:
                    unanswered.append(wish)
                    return
                assert answer.status_code == 201, answer.text
                acknowledged[wish["idempotency_key"]] = answer.content
                if len(acknowledged) >= ANSWERS_BEFORE_THE_KILL:
                    under_way.set()

    async def killer() -> None:
        # By what was done, not by the clock: a crowded machine is slow to get going.
        await under_way.wait()
        server.process.kill()

    await asyncio.gather(killer(), *(worker() for _ in range(WORKERS)))
    return unanswered


async def facts(url: str) -> tuple[int, int, int]:
    """The sum of all token balances, the overlapping pairs, the gaps in the log: all zero."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            one, two, three = (connection.execute(q).fetchone()[0] for q in (SUMS, OVERLAPS, GAPS))
        connection.close()
        return one, two, three
    database_connection = await asyncpg.connect(url)
    try:
        one, two, three = [await database_connection.fetchval(q) for q in (SUMS, OVERLAPS, GAPS)]
    finally:
        await database_connection.close()
    return int(one), int(two), int(three)


@pytest.mark.parametrize("engine", ENGINES)
async def test_nothing_acknowledged_is_lost_and_no_retry_books_twice(
    engine: str, tmp_path: Path
) -> None:
    """contract.md: the first answer byte for byte, also after a crash or a restart at any point."""
    acknowledged: dict[str, bytes] = {}
    queue = wishes()
    async with database(engine, tmp_path) as url:
        with serving(url, tmp_path) as server:
            unanswered = await load(server, queue, acknowledged)
        assert len(acknowledged) > WORKERS, "the load never got going"
        with serving(url, tmp_path) as server:
            async with httpx.AsyncClient(
                base_url=server.url, headers=server.headers, timeout=30
            ) as client:
                await check_after_restart(client, acknowledged, unanswered)
        assert await facts(url) == (0, 0, 0)


async def check_after_restart(
    client: httpx.AsyncClient, acknowledged: dict[str, bytes], unanswered: list[dict[str, Any]]
) -> None:
    """Every answer is still true, and every retry ends with exactly one booking."""
    by_key = {wish["idempotency_key"]: wish for wish in wishes()}
    for key, first in acknowledged.items():
        again = await client.post("/v1/bookings", json=by_key[key])
        assert (again.status_code, again.content) == (201, first)
        assert again.headers["Idempotent-Replayed"] == "true"
    for body in unanswered:
        answer = await client.post("/v1/bookings", json=body)
        # What stopped between two phases keeps its lease; then a retry says so.
        assert answer.status_code == 201 or answer.json()["error"]["code"] == (
            "idempotency_in_progress"
        ), answer.text
