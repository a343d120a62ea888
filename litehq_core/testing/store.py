"""The store in memory: its one writer, and what a commit does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.domain.events import Event, EventDraft
from litehq_core.domain.ids import Prefix
from litehq_core.ports.boundary import transaction_boundary
from litehq_core.ports.feed import Feed
from litehq_core.ports.transaction import Transaction
from litehq_core.testing.tables import MemoryTables
from litehq_core.testing.transaction import MemoryTransaction


class MemoryStore:
    """Gives out transactions, one at a time, in whatever workspace, just as SQLite does."""

    def __init__(
        self,
        tables: MemoryTables,
        *,
        clock: Callable[[], datetime],
        feed: Feed,
        new_id: Callable[[Prefix], str],
        wait_seconds: float,
    ) -> None:
        self._clock = clock
        self._feed = feed
        self._new_id = new_id
        self._wait_seconds = wait_seconds
        self._writer = asyncio.Lock()
        self.tables = tables

    @asynccontextmanager
    async def begin(self, actor: Actor) -> AsyncIterator[Transaction]:
        """Open a transaction for an actor, in the actor's workspace.

        Raises:
            ServiceUnavailable: another transaction kept the writer for too long.
            RuntimeError: a transaction is open in this task already.
        """
        with transaction_boundary():
            try:
                async with asyncio.timeout(self._wait_seconds):
                    await self._writer.acquire()
            except TimeoutError:
                raise ServiceUnavailable from None
            journal = self.tables.journal
            try:
                journal.is_open = True
                now = self._clock().replace(microsecond=0)
                tx = MemoryTransaction(self.tables, actor, now, self._new_id)
                yield tx
                tx.prune_log()
                self._append(actor, tx.drafts, now)
                journal.entries.clear()
            finally:
                # Empty after a commit; anything else takes back all that was done.
                journal.undo()
                journal.is_open = False
                self._writer.release()
        if tx.drafts:
            self._feed.wake(actor.workspace_id)

    def _append(self, actor: Actor, drafts: list[EventDraft], now: datetime) -> None:
        if not drafts:
            return
        log = self.tables.events.setdefault(actor.workspace_id, [])
        head = self.tables.event_floors.get(actor.workspace_id, 0) + len(log)
        log.extend(
            Event(
                id=self._new_id(Prefix.EVENT),
                workspace_id=actor.workspace_id,
                position=position,
                type=draft.type,
                subject_id=draft.subject_id,
                sequence=draft.sequence,
                occurred_at=now,
                object=draft.object,
                previous=draft.previous,
                actor_id=actor.key_id,
                request_id=actor.request_id,
                member_id=draft.member_id,
                company_id=draft.company_id,
                room_id=draft.room_id,
            )
            for position, draft in enumerate(drafts, start=head + 1)
        )
