"""What is told of a member's monthly tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from litehq_core.domain.allocation_events import allocation_set, allocation_stopped
from litehq_core.domain.events import EventType
from litehq_core.domain.token_allocation import TokenAllocation
from tests.domain import samples
from tests.domain.samples import NOW

MEMBER = samples.member(version=4, sequence=2)
SIX = TokenAllocation(
    workspace_id=MEMBER.workspace_id,
    member_id=MEMBER.id,
    tokens_per_month=6,
    timezone="UTC",
    next_at=NOW,
    created_at=NOW,
    updated_at=NOW,
)
TERMS = {
    "tokens_per_month": 6,
    "rollover_cap": 0,
    "room_ids": None,
    "priority": SIX.priority,
    "timezone": "UTC",
    "day_of_month": 1,
    "next_at": "2026-05-22T09:00:00Z",
}
LATER = NOW + timedelta(minutes=1)


def test_the_first_one_has_nothing_before_it() -> None:
    told, event = allocation_set(MEMBER, None, SIX, LATER)
    assert (told.version, told.sequence, told.updated_at) == (5, 3, LATER)
    assert (event.type, event.subject_id, event.sequence) == (
        EventType.TOKENS_ALLOCATION_SET,
        MEMBER.id,
        3,
    )
    assert event.object == {"member_id": MEMBER.id, **TERMS}
    assert event.previous is None
    assert (event.member_id, event.company_id) == (MEMBER.id, MEMBER.company_id)


def test_another_tells_what_was_other_before() -> None:
    two = replace(SIX, rollover_cap=2, room_ids=frozenset({"rm_b", "rm_a"}))
    _, event = allocation_set(MEMBER, SIX, two, LATER)
    assert event.object["room_ids"] == ["rm_a", "rm_b"]
    assert event.previous == {"rollover_cap": 0, "room_ids": None}


def test_one_that_is_stopped_leaves_nothing() -> None:
    told, event = allocation_stopped(MEMBER, SIX, LATER)
    assert (told.version, event.type) == (5, EventType.TOKENS_ALLOCATION_STOPPED)
    assert event.object == {
        "member_id": MEMBER.id,
        **dict.fromkeys(TERMS),
        "tokens_per_month": 0,
    }
    assert event.previous == {name: value for name, value in TERMS.items() if value is not None}
