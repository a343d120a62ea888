"""Events of a waitlist entry. Each of its versions is one event, so the version counts them."""

from __future__ import annotations

from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.records import snapshot, waitlist_record
from litehq_core.domain.waitlist import WaitlistEntry

# They change with every event, so they say nothing about what happened.
_ALWAYS_NEW = frozenset({"version", "updated_at"})
# The place in line changes without any event of the entry's own.
_NOT_KEPT = frozenset({"position"})


def waitlist_event(
    kind: EventType, after: WaitlistEntry, before: WaitlistEntry | None
) -> EventDraft:
    """The event that made ``after``, with the old values of what changed."""
    now = _kept(after)
    old = _kept(before) if before else None
    offer = after.offer or (before.offer if before else None)
    return EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=after.version,
        object=now,
        previous=old
        and {
            name: value
            for name, value in old.items()
            if name not in _ALWAYS_NEW and value != now[name]
        },
        member_id=after.member_id,
        company_id=after.company_id,
        room_id=offer.room_id if offer else after.room_id,
    )


def _kept(entry: WaitlistEntry) -> dict[str, object]:
    record = snapshot(waitlist_record(entry, None))
    return {name: value for name, value in record.items() if name not in _NOT_KEPT}
