"""Many callers want one slot at the same moment, over HTTP, on both engines."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import Served, serving
from tests.stores import ENGINES, database

CALLERS = 32


def slot_in(days: int) -> dict[str, Any]:
    """Page B's slot on the studio, so many days ahead: free in the demo workspace."""
    day = datetime.now(UTC) + timedelta(days=days)
    start = day.replace(hour=14, minute=0, second=0, microsecond=0)
    return {
        "room_id": "rm_studio",
        "start_at": start.isoformat(),
        "end_at": (start + timedelta(minutes=90)).isoformat(),
    }


async def burst(server: Served, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
    """All bodies at once, each on a connection of its own."""
    limits = httpx.Limits(max_connections=len(bodies), max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=server.url, headers=server.headers, timeout=60, limits=limits
    ) as client:
        return await asyncio.gather(*(client.post("/v1/bookings", json=body) for body in bodies))


@pytest.mark.parametrize("engine", ENGINES)
async def test_of_32_creates_for_one_slot_exactly_one_wins(engine: str, tmp_path: Path) -> None:
    """contract.md: two bookings never overlap on a room, under any concurrency, on every engine."""
    async with database(engine, tmp_path) as url:
        with serving(url, tmp_path) as server:
            slot = slot_in(days=3)
            bodies = [
                {**slot, "booked_by": {"guest": {"email": f"g{n}@example.com", "name": f"G{n}"}}}
                for n in range(CALLERS)
            ]
            answers = await burst(server, bodies)
    won = [answer.json() for answer in answers if answer.status_code == 201]
    lost = [answer for answer in answers if answer.status_code != 201]
    assert len(won) == 1
    assert {answer.status_code for answer in lost} == {409}
    assert {answer.json()["error"]["code"] for answer in lost} == {"slot_unavailable"}
    named = {answer.json()["error"]["conflicting_booking_id"] for answer in lost}
    assert named == {won[0]["id"]}


@pytest.mark.parametrize("engine", ENGINES)
async def test_32_twins_with_one_idempotency_key_have_one_effect(
    engine: str, tmp_path: Path
) -> None:
    """contract.md: same key, same request: one effect; twins replay it or are told to wait."""
    body = {
        **slot_in(days=4),
        "booked_by": {"member_id": "mem_jonas_k"},
        "idempotency_key": "twins-1",
    }
    async with database(engine, tmp_path) as url:
        with serving(url, tmp_path) as server:
            answers = await burst(server, [body] * CALLERS)
            (again,) = await burst(server, [body])
    created = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(created) + len(waiting) == CALLERS
    assert {answer.json()["error"]["code"] for answer in waiting} <= {"idempotency_in_progress"}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert {answer.content for answer in created} == {again.content}
