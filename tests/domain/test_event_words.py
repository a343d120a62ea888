"""The event log in the words of those outside."""

from __future__ import annotations

import pytest

from litehq_core.domain.audit import ActorKind, event_record
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.event_words import (
    EVENT_RECORD,
    actor_kind,
    cursor_at,
    event_json,
    is_cursor,
    position_of,
    types_named,
)
from litehq_core.domain.events import Event, EventType
from tests.domain.samples import NOW


def test_a_cursor_stands_for_its_position() -> None:
    for position in (0, 1, 1742, 10**17):
        assert position_of(cursor_at(position)) == position


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "1e3", "٣", "9" * 19, "AAAAAAAAAAAAW3t9"])
def test_what_is_no_cursor_is_refused_by_its_field(text: str) -> None:
    assert not is_cursor(text)
    with pytest.raises(ValidationFailed) as refused:
        position_of(text)
    assert [error.field for error in refused.value.errors] == ["after"]


def test_types_are_named_one_by_one_or_by_their_area() -> None:
    assert types_named(["member.invited"]) == {EventType.MEMBER_INVITED}
    assert types_named(["company.*", "company.updated", "payment.failed"]) == {
        EventType.COMPANY_CREATED,
        EventType.COMPANY_UPDATED,
        EventType.COMPANY_WELCOMED,
        EventType.PAYMENT_FAILED,
    }


@pytest.mark.parametrize(
    "word",
    ["", "*", "booking", "booking*", "booking.", "nothing.*", ".*", "Booking.created", "b.*"],
)
def test_what_names_no_type_is_refused(word: str) -> None:
    """A typing error must not tell of everything, nor of nothing in silence."""
    with pytest.raises(ValidationFailed) as refused:
        types_named(["booking.created", word])
    assert [error.field for error in refused.value.errors] == ["types"]


def test_a_key_acts_or_the_server_by_itself() -> None:
    assert actor_kind("tok_1") is ActorKind.API_TOKEN
    assert actor_kind("system") is ActorKind.SYSTEM
    assert actor_kind("token") is ActorKind.SYSTEM


def test_an_event_is_told_whole() -> None:
    event = Event(
        id="evt_1",
        workspace_id="ws_1",
        position=7,
        type=EventType.ROOM_UPDATED,
        subject_id="rm_1",
        sequence=3,
        occurred_at=NOW,
        object={"id": "rm_1", "name": "New"},
        previous={"name": "Old"},
        actor_id="system",
        request_id=None,
        member_id=None,
        company_id=None,
        room_id="rm_1",
    )
    record = {name: v for name, v in event_record(event).items() if name in EVENT_RECORD}
    assert event_json("ws_1", record) == {
        "id": "evt_1",
        "object": "event",
        "type": "room.updated",
        "created_at": "2026-05-22T09:00:00Z",
        "sequence": 3,
        "cursor": "7",
        "workspace_id": "ws_1",
        "subject_id": "rm_1",
        "actor": {"id": "system", "kind": "system"},
        "request_id": None,
        "data": {"object": {"id": "rm_1", "name": "New"}, "previous": {"name": "Old"}},
    }
