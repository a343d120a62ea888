"""Events of what bookings refer to: a record that is there, other than it was, or gone."""

from __future__ import annotations

from litehq_core.domain.attributes import Record
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.records import snapshot

# They change with every event, so they say nothing about what happened.
_ALWAYS_NEW = frozenset({"version", "updated_at"})


def created_event(kind: EventType, record: Record, *, room_id: str | None = None) -> EventDraft:
    """There is something new. ``room_id``: the room that it is about, if it is about one."""
    return EventDraft(
        type=kind,
        subject_id=record["id"],
        sequence=record["version"],
        object=snapshot(record),
        room_id=room_id,
    )


def updated_event(
    kind: EventType, before: Record, after: Record, *, room_id: str | None = None
) -> EventDraft:
    """Something is other than it was; ``previous`` has the old values of what changed."""
    old, new = snapshot(before), snapshot(after)
    return EventDraft(
        type=kind,
        subject_id=after["id"],
        sequence=after["version"],
        object=new,
        previous={
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != new[name]
        },
        room_id=room_id,
    )


def deleted_event(kind: EventType, record: Record, *, room_id: str | None = None) -> EventDraft:
    """Something is gone; ``object`` is what it was."""
    return EventDraft(
        type=kind,
        subject_id=record["id"],
        sequence=record["version"] + 1,
        object=snapshot(record),
        room_id=room_id,
    )
