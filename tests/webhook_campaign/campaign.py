"""The campaign: receivers of every kind, processes that are killed, and what became of each event.

Issue 7, 7: none lost (delivered, or given up after the last try), none for work that was rolled
back, duplicates under one in a hundred, every signature valid.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg

from litehq_core import (
    CreateWebhook,
    CreateWorkspace,
    create_webhook,
    create_workspace,
    system_actor,
)
from tests.stores import database
from tests.webhook_campaign.life import alive
from tests.webhook_campaign.receivers import RECEIVERS, SECRETS, Taken, receivers

# Longer than a lease: what a life had under way is due again in the next one.
BETWEEN_LIVES = timedelta(seconds=90)
LIFE_SECONDS = 3_600
# They never say yes to what they hear of.
REFUSING = frozenset({"broken", "redirecting", "gone"})
_DELIVERIES = """
    SELECT w.description, d.event_id, d.status FROM webhook_deliveries d
      JOIN webhooks w ON w.workspace_id = d.workspace_id AND w.id = d.webhook_id"""
_EVENTS = "SELECT id, type FROM events WHERE type IN ('room.updated', 'company.updated')"


@dataclass
class Report:
    """What came of it. A fault is whatever must not be."""

    events: int = 0
    deliveries: int = 0
    delivered: int = 0
    dead: int = 0
    requests: int = 0
    duplicates: int = 0
    killed: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        share = 100 * self.duplicates / max(self.delivered, 1)
        return (
            f"{self.events} events, {self.deliveries} deliveries: {self.delivered} delivered, "
            f"{self.dead} dead; {self.requests} requests, {self.duplicates} duplicates "
            f"({share:.2f} %), {self.killed} processes killed, {len(self.faults)} faults"
        )


async def campaign(engine: str, folder: Path, *, events: int, kills: int) -> Report:
    """Run it on one engine.

    Args:
        kills: how many processes are killed on the way, evenly spread over the deliveries.
    """
    async with database(engine, folder) as url, receivers() as taken:
        workspace_id, first = await _furnish(url, taken.port)
        for life in range(kills + 1):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.webhook_campaign.life"),
                *(url, workspace_id, str(first + events)),
                str((BETWEEN_LIVES * life).total_seconds()),
            )
            try:
                async with asyncio.timeout(LIFE_SECONDS):
                    if life < kills:
                        await _until_delivered(taken, events * 2 * (life + 1) // (kills + 2))
                        process.kill()
                    status = await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if life == kills and status:
                raise RuntimeError(f"the last life ended with {status}")
        report = _judged(taken, await _rows(url, _EVENTS), await _rows(url, _DELIVERIES))
    report.killed = kills
    return report


async def _furnish(url: str, port: int) -> tuple[str, int]:
    """A workspace with an endpoint for each receiver, registered as operators do; the log's end."""
    async with alive(url, timedelta()) as body:
        workspace = await create_workspace(body.ports, CreateWorkspace(name="Campaign"))
        for name, manners in RECEIVERS.items():
            command = CreateWebhook(
                url=f"http://127.0.0.1:{port}/{name}",
                events=(manners.events,),
                secret=SECRETS[name],
                description=name,
            )
            await create_webhook(body.ports, system_actor(workspace.id), command)
        return workspace.id, await body.ports.reads.head(workspace.id)


async def _until_delivered(taken: Taken, count: int) -> None:
    # Nothing here could set an event: it is the other process that makes them come.
    while taken.accepted.total() < count:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def _judged(
    taken: Taken, events: list[tuple[str, ...]], deliveries: list[tuple[str, ...]]
) -> Report:
    """The log, the deliveries and what the receivers say, side by side."""
    kinds: dict[str, str] = dict(events)  # type: ignore[arg-type]
    status = {(name, event): what for name, event, what in deliveries}
    counted = Counter(status.values())
    report = Report(
        events=len(events),
        deliveries=len(deliveries),
        delivered=counted["delivered"],
        dead=counted["dead"],
        requests=taken.tries.total(),
        duplicates=sum(times - 1 for times in taken.accepted.values() if times > 1),
        faults=list(taken.faults),
    )
    for name, manners in RECEIVERS.items():
        for event, kind in kinds.items():
            if manners.events in ("*", kind):
                report.faults += _faults_of(name, event, status.get((name, event)), taken)
    for event, body in taken.bodies.items():
        if b'"undone":true' in body or (b'"campaign"' in body and event not in kinds):
            report.faults.append(f"{event} was rolled back and told all the same")
    return report


def _faults_of(name: str, event: str, status: str | None, taken: Taken) -> list[str]:
    """What is wrong with one event and one receiver."""
    accepted = taken.accepted[name, event]
    if status is None:
        # Once it has said that it is gone, nothing more is meant for it.
        return [] if name == "gone" else [f"{event} was never meant for {name}"]
    expected = "dead" if name in REFUSING else "delivered"
    if status != expected:
        return [f"{event} is {status} for {name}, not {expected}"]
    if (accepted > 0) is not (status == "delivered"):
        return [f"{event} is {status} for {name}, who took it {accepted} times"]
    return []


async def _rows(url: str, query: str) -> list[tuple[str, ...]]:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            rows = connection.execute(query).fetchall()
        connection.close()
        return rows
    database_connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await database_connection.fetch(query)]
    finally:
        await database_connection.close()
