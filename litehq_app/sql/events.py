"""The event log as rows and back. Its positions are dense, because the head's row is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import delete, select, update

from litehq_app.sql.tables import EVENT_HEADS, EVENTS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.api_key import Actor
from litehq_core.domain.events import Event, EventDraft, EventType
from litehq_core.domain.ids import Prefix
from litehq_core.domain.log_retention import LogEntry


async def append_events(
    unit: Unit, actor: Actor, drafts: Sequence[EventDraft], new_id: Callable[[Prefix], str]
) -> None:
    """Write the drafts at the end of the workspace's log, in order.

    These are the last statements before the commit: from the first on, everybody who writes
    events in the workspace waits.
    """
    if not drafts:
        return
    count = len(drafts)
    insert = unit.insert(EVENT_HEADS).values(workspace_id=unit.workspace_id, head=count)
    rows = await unit.returned(
        insert.on_conflict_do_update(
            index_elements=[EVENT_HEADS.c.workspace_id],
            set_={"head": EVENT_HEADS.c.head + insert.excluded.head},
        ).returning(EVENT_HEADS.c.head)
    )
    first = rows[0]["head"] - count + 1
    await unit.run(
        EVENTS.insert(),
        [
            {
                "workspace_id": unit.workspace_id,
                "position": position,
                "id": new_id(Prefix.EVENT),
                "type": draft.type,
                "subject_id": draft.subject_id,
                "sequence": draft.sequence,
                "occurred_at": unit.now,
                "object": draft.object,
                "previous": draft.previous,
                "actor_id": actor.key_id,
                "request_id": actor.request_id,
                "member_id": draft.member_id,
                "company_id": draft.company_id,
                "room_id": draft.room_id,
            }
            for position, draft in enumerate(drafts, start=first)
        ],
    )


def event_of(row: Values) -> Event:
    """An event from a row of the log."""
    return Event(
        id=row["id"],
        workspace_id=row["workspace_id"],
        position=row["position"],
        type=EventType(row["type"]),
        subject_id=row["subject_id"],
        sequence=row["sequence"],
        occurred_at=row["occurred_at"],
        object=row["object"],
        previous=row["previous"],
        actor_id=row["actor_id"],
        request_id=row["request_id"],
        member_id=row["member_id"],
        company_id=row["company_id"],
        room_id=row["room_id"],
    )


class SqlEventLog:
    """Implements ``EventLog``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def oldest(self, limit: int) -> Sequence[LogEntry]:
        """The first entries that are left, in order; at most so many."""
        c = EVENTS.c
        query = (
            select(c.position, c.occurred_at)
            .where(self._unit.of(EVENTS))
            .order_by(c.position)
            .limit(limit)
        )
        return [
            LogEntry(position=row["position"], occurred_at=row["occurred_at"])
            for row in await self._unit.rows(query)
        ]

    async def prune(self, through: int) -> None:
        """Take out everything up to a position, and remember for good that it is gone."""
        gone = delete(EVENTS).where(self._unit.of(EVENTS), EVENTS.c.position <= through)
        await self._unit.run(gone)
        # Last, for it locks the head: from here to the commit nobody else writes an event.
        c = EVENT_HEADS.c
        await self._unit.run(
            update(EVENT_HEADS)
            .where(self._unit.of(EVENT_HEADS), c.floor < through)
            .values(floor=through)
        )
