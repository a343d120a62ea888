"""What is told of a member's monthly tokens: that they were set, or stopped.

The number of them is a field of the member, so his version rises, and the event is one of his.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.member import Member
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.domain.wall_clock import instant_text


def allocation_set(
    member: Member, before: TokenAllocation | None, after: TokenAllocation, now: datetime
) -> tuple[Member, EventDraft]:
    """The member one version on, and the event; ``before`` is what he got until now."""
    old = _terms(before) if before else None
    return _told(EventType.TOKENS_ALLOCATION_SET, member, old, _terms(after), now)


def allocation_stopped(
    member: Member, before: TokenAllocation, now: datetime
) -> tuple[Member, EventDraft]:
    """The member one version on, and the event: he gets nothing any more."""
    old = _terms(before)
    new = {**dict.fromkeys(old), "tokens_per_month": 0}
    return _told(EventType.TOKENS_ALLOCATION_STOPPED, member, old, new, now)


def _terms(allocation: TokenAllocation) -> dict[str, Any]:
    rooms = allocation.room_ids
    return {
        "tokens_per_month": allocation.tokens_per_month,
        "rollover_cap": allocation.rollover_cap,
        "room_ids": None if rooms is None else sorted(rooms),
        "priority": allocation.priority,
        "timezone": allocation.timezone,
        "day_of_month": allocation.day_of_month,
        "next_at": instant_text(allocation.next_at),
    }


def _told(
    kind: EventType,
    member: Member,
    old: dict[str, Any] | None,
    new: dict[str, Any],
    now: datetime,
) -> tuple[Member, EventDraft]:
    told = replace(member, version=member.version + 1, sequence=member.sequence + 1, updated_at=now)
    event = EventDraft(
        type=kind,
        subject_id=member.id,
        sequence=told.sequence,
        object={"member_id": member.id, **new},
        previous=old and {name: value for name, value in old.items() if value != new[name]},
        member_id=member.id,
        company_id=member.company_id,
    )
    return told, event
