"""One life of a process that writes events and delivers them: until all is done, or it is killed.

``python -m tests.webhook_campaign.life DATABASE WORKSPACE EVENTS OFFSET_SECONDS``. Its clock jumps
ahead whenever nothing is left to do, so that the schedule of tries passes in moments. It starts
``OFFSET_SECONDS`` ahead, behind the leases of the life before it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from litehq_app.feed.local import LocalFeed
from litehq_app.sql import SqlStore
from litehq_app.vault import AesGcmVault
from litehq_app.webhook_sender.sender import HttpWebhookSender
from litehq_app.webhook_sender.target import Reach
from litehq_app.workers.supervisor import supervised
from litehq_app.workers.webhooks import webhook_duties
from litehq_core import EventType, Ports, WebhookAnswer, WebhookRequest, system_actor
from litehq_core.domain.events import EventDraft
from litehq_core.domain.ids import id_source
from litehq_core.domain.webhook_delivery import JITTER, RETRY_AFTER
from litehq_core.steps.relay_names import WEBHOOKS
from litehq_core.testing import memory_ports

VAULT_KEY = b"k" * 32
IN_ONE_TRANSACTION = 10
# One transaction in so many is rolled back after it has emitted.
ROLLED_BACK = 7
RARE_EACH = 25
# Receivers are next door; what has not answered by then never will.
PATIENCE_SECONDS = 1.0
LOOK_SECONDS = 0.1
QUIET_LOOKS = 4
# The schedule with its jitter, and a little more.
JUMPS = [pause * (1 + JITTER) + timedelta(minutes=2) for pause in RETRY_AFTER]


class _Undone(Exception):
    """Ends a transaction that must leave nothing behind."""


@dataclass
class JumpingClock:
    """The machine's clock, ahead by an offset that grows."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass
class ImpatientSender:
    """The real sender with less patience, which knows whether anything is under way."""

    sender: HttpWebhookSender
    under_way: int = 0

    def require_allowed(self, url: str) -> None:
        """As the real one."""
        self.sender.require_allowed(url)

    async def send(
        self, request: WebhookRequest, *, timeout_seconds: float = PATIENCE_SECONDS
    ) -> WebhookAnswer:
        """As the real one, within moments."""
        self.under_way += 1
        try:
            return await self.sender.send(
                request, timeout_seconds=min(timeout_seconds, PATIENCE_SECONDS)
            )
        finally:
            self.under_way -= 1


@dataclass(frozen=True)
class Body:
    """What a life works with."""

    ports: Ports
    sender: ImpatientSender
    clock: JumpingClock


@asynccontextmanager
async def alive(database_url: str, offset: timedelta) -> AsyncIterator[Body]:
    """The real store, vault, feed and sender; all else in memory."""
    clock, feed = JumpingClock(offset), LocalFeed()
    new_id = id_source(lambda: int(clock().timestamp() * 1_000), secrets.randbits)
    store = await SqlStore.open(database_url, clock=clock, new_id=new_id, on_events=feed.wake)
    sender = ImpatientSender(HttpWebhookSender(Reach(plain_http=True, loopback=True)))
    try:
        yield Body(
            ports=replace(
                memory_ports(clock=clock),
                begin=store.begin,
                reads=store.reads,
                feed=feed,
                vault=AesGcmVault([VAULT_KEY]),
                webhook_sender=sender,
                new_id=new_id,
            ),
            sender=sender,
            clock=clock,
        )
    finally:
        await store.close()


async def write_events(ports: Ports, workspace_id: str, until_position: int) -> None:
    """Let the log grow; what is rolled back on the way bears a mark that nobody may ever see."""
    actor, turn = system_actor(workspace_id, "campaign"), 0
    while (head := await ports.reads.head(workspace_id)) < until_position:
        turn += 1
        is_undone = turn % ROLLED_BACK == 0
        try:
            async with ports.begin(actor) as tx:
                for number in range(head + 1, head + 1 + IN_ONE_TRANSACTION):
                    tx.emit(_draft(number, is_undone=is_undone))
                if is_undone:
                    raise _Undone
        except _Undone:
            continue


def _draft(number: int, *, is_undone: bool) -> EventDraft:
    is_rare = number % RARE_EACH == 0
    return EventDraft(
        type=EventType.COMPANY_UPDATED if is_rare else EventType.ROOM_UPDATED,
        subject_id=f"{'co' if is_rare else 'rm'}_{number}",
        sequence=1,
        object={"campaign": True, "undone": is_undone, "number": number, "note": "Grüße"},
    )


async def quiet(body: Body, workspace_id: str) -> None:
    """Return once nothing is left to do at this hour."""
    reads, looks = body.ports.reads, 0
    while looks < QUIET_LOOKS:
        await asyncio.sleep(LOOK_SECONDS)
        is_busy = (
            body.sender.under_way
            or await reads.webhooks.behind(WEBHOOKS, 1)
            or await reads.webhooks.due(body.clock(), 1)
        )
        looks = 0 if is_busy else looks + 1


async def live(database_url: str, workspace_id: str, events: int, offset: timedelta) -> None:
    """Write, deliver, and see the whole schedule through."""
    async with alive(database_url, offset) as body:
        duties = webhook_duties(body.ports)
        async with supervised([replace(duty, every_seconds=0.02) for duty in duties[:2]]):
            await write_events(body.ports, workspace_id, events)
            await quiet(body, workspace_id)
            for jump in JUMPS:
                body.clock.offset += jump
                await quiet(body, workspace_id)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    url, workspace, count, ahead = sys.argv[1:]
    asyncio.run(live(url, workspace, int(count), timedelta(seconds=float(ahead))))
