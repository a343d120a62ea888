"""What a store acknowledged is there after a crash: nothing of it is lost, nothing is half done."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from litehq_app.sql import SqlStore
from litehq_core.domain.api_key import system_actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.claims import Claim
from litehq_core.domain.interval import Interval
from litehq_core.testing import memory_ports
from tests import stores
from tests.contract.house import furnished
from tests.domain import samples
from tests.domain.samples import slot

ACKNOWLEDGED_AT_LEAST = 12
ROOT = Path(__file__).parents[2]
FIRST = slot("2026-06-01 08:00")


def _hour(number: int) -> Interval:
    by = timedelta(hours=number)
    return Interval(FIRST.start + by, FIRST.end + by)


async def write_until_killed(url: str) -> None:
    """Book hour after hour, and say so once a booking is committed. Runs in its own process."""
    store = await SqlStore.open(url, new_id=stores.new_test_id, on_events=stores.ignore_events)
    ports = replace(memory_ports(), begin=store.begin, reads=store.reads, new_id=stores.new_test_id)
    house = await furnished(ports)
    print(house.workspace.id, house.room.id, flush=True)
    number = 0
    while True:
        booking = house.new_booking(_hour(number))
        async with house.begin() as tx:
            await tx.rooms.lock([house.room.id])
            await tx.bookings.add(booking)
            await tx.claims.put(booking.id, [Claim(house.room.id, booking.slot)])
            tx.emit(samples.draft(booking.id))
        print(booking.id, flush=True)
        if number % 5 == 4:
            await store.checkpoint()
        number += 1


async def _killed_writer(url: str) -> tuple[str, str, list[str]]:
    """What a writer acknowledged before it was killed: workspace, room and bookings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.contract.test_crash", url),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        async with asyncio.timeout(60):
            while len(lines) <= ACKNOWLEDGED_AT_LEAST:
                line = await process.stdout.readline()
                assert line, "the writer ended by itself"
                lines.append(line.decode().strip())
    finally:
        # In the middle of whatever it is doing.
        os.kill(process.pid, signal.SIGKILL)
        rest = await process.stdout.read()
        await process.wait()
    # A last line without its end was not acknowledged.
    lines += [line for line in rest.decode().split("\n")[:-1] if line]
    workspace_id, room_id = lines[0].split()
    return workspace_id, room_id, lines[1:]


@pytest.mark.parametrize("engine", stores.ENGINES)
async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    engine: str, tmp_path: Path
) -> None:
    async with stores.database(engine, tmp_path) as url:
        workspace_id, room_id, acknowledged = await _killed_writer(url)
        if engine == "sqlite":
            path = url.removeprefix("sqlite:///")
            connection = sqlite3.connect(path)
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            connection.close()
        store = await SqlStore.open(url, new_id=stores.new_test_id, on_events=stores.ignore_events)
        try:
            await _require_whole(store, workspace_id, room_id, acknowledged)
        finally:
            await store.close()


async def _require_whole(
    store: SqlStore, workspace_id: str, room_id: str, acknowledged: list[str]
) -> None:
    events = await store.reads.events_after(workspace_id, 0, 10_000)
    told = [event.subject_id for event in events]
    # One more may have been committed that nobody was told of; never one less.
    assert told[: len(acknowledged)] == acknowledged
    assert len(told) - len(acknowledged) in (0, 1)
    assert [event.position for event in events] == list(range(1, len(told) + 1))
    found = await store.reads.by_ids(workspace_id, Noun.BOOKING, told, frozenset({"id"}))
    assert set(found) == set(told)
    # Their cells are theirs, and the next hour is free.
    async with store.begin(system_actor(workspace_id)) as tx:
        await tx.rooms.lock([room_id])
        for number in range(len(told)):
            async with tx.savepoint():
                assert not await tx.claims.put("bk_rival", [Claim(room_id, _hour(number))])
        assert await tx.claims.put("bk_rival", [Claim(room_id, _hour(len(told)))])


if __name__ == "__main__":
    asyncio.run(write_until_killed(sys.argv[1]))
