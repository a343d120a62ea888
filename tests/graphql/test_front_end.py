"""A front end: urql in strict TypeScript, its types generated from the schema as it is today."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from litehq_graphql.schema import sdl
from tests.graphql.conftest import Loopback
from tests.graphql.house import House
from tests.graphql.node import script
from tests.node.install import require_packages

SECONDS = 120
COMPILER = "frontend/node_modules/typescript/bin/tsc"
SLOT = ("2026-05-25T09:00:00Z", "2026-05-25T10:00:00Z")


async def done(name: str, *arguments: str) -> tuple[int | None, str]:
    """How a script ended, and what it wrote."""
    async with script(name, *arguments) as process, asyncio.timeout(SECONDS):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def compiled(schema: Path) -> None:
    """The front end against a schema."""
    folder = require_packages("frontend")
    assert await done("frontend/generate.mjs", str(schema)) == (0, "")
    assert await done(COMPILER, "--project", str(folder)) == (0, "")


async def test_it_lists_books_cancels_and_follows(
    house: House, server: Loopback, tmp_path: Path
) -> None:
    """Issue: "a small TypeScript program … with generated types"; over HTTP and a socket."""
    schema = tmp_path / "schema.graphql"
    schema.write_text(sdl())
    await compiled(schema)
    arguments = (server.url, house.secret, "rm_atrium", "mem_lina_p", *SLOT)
    async with script("frontend/built/app.js", *arguments) as process, asyncio.timeout(SECONDS):
        # Before, "from now on" has not begun.
        await house.until_followed()
        output, _ = await process.communicate(b"go\n")
    assert process.returncode == 0
    said: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    events = [one["event"] for one in said if "event" in one]
    assert events == [
        {"type": "BOOKING_CREATED", "status": "PENDING_PAYMENT"},
        {"type": "BOOKING_CONFIRMED", "status": "CONFIRMED"},
        {"type": "BOOKING_CANCELLED", "status": "CANCELLED"},
    ]
    assert [one for one in said if "event" not in one] == [
        {"rooms": {"count": 2, "names": ["Atrium", "Studio"]}},
        {"booked": {"status": "CONFIRMED", "room": "Atrium", "by": "Lina P", "minor": 0}},
        {"refused": {"code": "slot_unavailable", "others": True}},
        {"cancelled": {"status": "CANCELLED"}},
        {"bookings": [{"status": "CANCELLED", "at": SLOT[0]}]},
    ]
