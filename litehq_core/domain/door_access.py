"""What a member may open, for badge systems: the doors of the rooms that he may book.

His access is his tier and those rooms while he is active, and nothing at any other time. What
changes it changes with an event: ``door_access.granted`` tells all that he may open from now on,
``door_access.revoked`` what he may open no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.member import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A room that takes bookings; ``tiers`` may book it, None means everybody's."""

    room_id: str
    tiers: frozenset[str] | None


def doors_open_to(member: Member, doors: Sequence[Door]) -> tuple[str, ...]:
    """The rooms that a member may open, by id."""
    if not member.is_active:
        return ()
    return tuple(
        sorted(door.room_id for door in doors if door.tiers is None or member.tier in door.tiers)
    )


def access_events(
    before: Member | None, after: Member, doors: Sequence[Door]
) -> tuple[EventDraft, ...]:
    """What a change of a member does to his access: nothing, or what it takes and what it gives.

    Their sequence is not counted yet. A tier is a part of the access, since badge systems may
    know rooms by it: an active member who changes it is granted what comes with the new one.
    """
    had, has = (doors_open_to(before, doors) if before else ()), doors_open_to(after, doors)
    was_active = before is not None and before.is_active
    same_tier = before is not None and before.tier == after.tier
    lost = had if was_active and not after.is_active else tuple(sorted(set(had) - set(has)))
    drafts: list[EventDraft] = []
    if lost or (was_active and not after.is_active):
        drafts.append(_draft(EventType.DOOR_ACCESS_REVOKED, after, before, lost))
    if after.is_active and not (was_active and same_tier):
        drafts.append(_draft(EventType.DOOR_ACCESS_GRANTED, after, before, has))
    return tuple(drafts)


def _draft(
    kind: EventType, after: Member, before: Member | None, room_ids: Sequence[str]
) -> EventDraft:
    return EventDraft(
        type=kind,
        subject_id=after.id,
        sequence=0,
        object={
            "member_id": after.id,
            "email": after.email,
            "name": after.name,
            "tier": after.tier,
            "status": after.status.value,
            "company_id": after.company_id,
            "room_ids": list(room_ids),
        },
        previous={"tier": before.tier, "status": before.status.value} if before else None,
        member_id=after.id,
        company_id=after.company_id,
    )
