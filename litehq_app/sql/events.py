"""The event log as rows and back. Its positions are dense, because the head's row is locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from litehq_app.sql.tables import EVENT_HEADS, EVENTS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.api_key import Actor
from litehq_core.domain.events import Event, EventDraft, EventType
from litehq_core.domain.ids import Prefix


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
