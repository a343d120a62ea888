"""Visitors: what is wrong with a wish, how they move, and what is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.errors import InvalidTransition, ValidationFailed, VersionConflict
from litehq_core.domain.events import EventType
from litehq_core.domain.visitor import (
    LONGEST_STAY,
    LONGEST_WAIT,
    RegisterVisitor,
    VisitorMove,
    VisitorStatus,
    move_visitor,
    require_ahead,
    require_wish,
)
from litehq_core.domain.visitor_words import announcement, arrival, invitation, visitor_event
from tests.domain import samples
from tests.domain.samples import NOW

HOUR = timedelta(hours=1)
WISH = RegisterVisitor(
    name="Grace", host_member_id="mem_1", location_id="loc_1", expected_at=NOW + HOUR
)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\0"}, "name"),
        ({"company_name": "x" * 201}, "company"),
        ({"notes": "x" * 4_001}, "notes"),
        ({"email": "nobody"}, "email"),
        ({"expected_at": samples.utc("1969-01-01 00:00")}, "expected_at"),
        ({"until_at": NOW + HOUR}, "until"),
        ({"until_at": NOW + 2 * HOUR + LONGEST_STAY}, "until"),
    ],
)
def test_what_is_wrong_in_itself(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        require_wish(replace(WISH, **wrong))
    assert [error.field for error in refusal.value.errors] == [field]


def test_what_is_right() -> None:
    require_wish(WISH)
    require_wish(replace(WISH, email="g@example.com", until_at=NOW + 2 * HOUR))


def test_a_visit_that_is_over_is_not_announced() -> None:
    require_ahead(replace(WISH, expected_at=NOW - HOUR), NOW)
    overs: tuple[dict[str, Any], ...] = ({"expected_at": NOW - LONGEST_WAIT}, {"until_at": NOW})
    for over in overs:
        with pytest.raises(ValidationFailed):
            require_ahead(replace(WISH, **over), NOW)


def test_a_visitor_comes_or_is_called_off_once() -> None:
    visitor = samples.visitor()
    here, kind = move_visitor(visitor, VisitorMove.CHECK_IN, NOW + HOUR)
    assert (here.status, here.checked_in_at, here.version) == ("checked_in", NOW + HOUR, 2)
    assert kind is EventType.VISITOR_CHECKED_IN
    gone, kind = move_visitor(visitor, VisitorMove.CANCEL, NOW)
    assert (gone.status, gone.cancelled_at) == (VisitorStatus.CANCELLED, NOW)
    for ended in (here, gone):
        for step in VisitorMove:
            with pytest.raises(InvalidTransition):
                move_visitor(ended, step, NOW)
    visitor.require_version(None)
    visitor.require_version(1)
    with pytest.raises(VersionConflict):
        visitor.require_version(2)


def test_when_a_visit_is_past() -> None:
    assert samples.visitor().ends_at == samples.visitor().expected_at + LONGEST_WAIT
    assert samples.visitor(until_at=NOW + 2 * HOUR).ends_at == NOW + 2 * HOUR


def test_events_say_what_changed_and_keep_no_secret() -> None:
    visitor = samples.visitor()
    here, kind = move_visitor(visitor, VisitorMove.CHECK_IN, NOW)
    first, second = visitor_event(kind, visitor, None), visitor_event(kind, here, visitor)
    assert first.previous is None
    assert second.previous == {"status": "expected", "checked_in_at": None}
    assert (second.sequence, second.member_id) == (2, "mem_1")
    assert not [name for name in second.object if "pass" in name]
    assert "hash" not in repr(visitor)


def test_mails_say_who_where_and_when() -> None:
    visitor, host, place = samples.visitor(), samples.member(), samples.location()
    sent = invitation(visitor, host, place, "https://x/passes/ws_1.abc")
    assert sent is not None
    assert sent.recipient.address == "grace@example.com"
    for words in (host.name, "Soho", "11:00", "https://x/passes/ws_1.abc"):
        assert words in sent.text
    assert invitation(replace(visitor, email=None), host, place, "") is None
    assert announcement(visitor, host, place).subject == "Expected: Grace (Navy)"
    assert arrival(replace(visitor, company_name=None), host, place).subject == "Here: Grace"
