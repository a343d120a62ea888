"""A blackout as a decision, and what it finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.blackouts import (
    MAX_NAMED,
    CreateBlackout,
    DeleteBlackout,
    lifted,
    new_blackout,
    placed,
)
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Blackout
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from tests.domain import samples
from tests.domain.samples import NOW, slot, utc

DAY: dict[str, Any] = {"start_at": utc("2026-06-01 10:00"), "end_at": utc("2026-06-01 14:00")}


def _made(**fields: Any) -> Blackout:
    wish = CreateBlackout(**{"room_id": "rm_1", **DAY, **fields})
    return new_blackout(wish, workspace_id="ws_1", blackout_id="blk_9", now=NOW)[0]


def _taken(booking_id: str | None, start: str, **fields: Any) -> Occupied:
    plain: dict[str, Any] = {
        "booking_id": booking_id,
        "room_id": "rm_1",
        "slot": slot(start),
        "buffer_minutes": 0,
        "kind": BusyKind.BOOKING,
    }
    return Occupied(**{**plain, **fields})


def _calendar(*occupied: Occupied) -> RoomCalendar:
    return RoomCalendar(room=samples.room(), occupied=occupied, blackouts=(), now=NOW)


def test_a_new_blackout_and_its_event() -> None:
    wish = CreateBlackout(room_id="rm_1", reason="Paint", **DAY)
    blackout, event = new_blackout(wish, workspace_id="ws_1", blackout_id="blk_9", now=NOW)
    assert blackout.interval == Interval(DAY["start_at"], DAY["end_at"])
    assert (event.type, event.subject_id, event.sequence) == ("blackout.created", "blk_9", 1)
    assert (event.room_id, event.object["start_at"]) == ("rm_1", "2026-06-01T10:00:00Z")
    gone = lifted(blackout)
    assert (gone.type, gone.sequence, gone.object) == ("blackout.deleted", 2, event.object)


def test_a_location_is_closed_as_a_room_is() -> None:
    blackout = _made(room_id=None, location_id="loc_1")
    assert (blackout.room_id, blackout.location_id) == (None, "loc_1")
    assert lifted(blackout).room_id is None


def test_it_may_have_begun_but_must_not_be_over() -> None:
    begun = _made(start_at=NOW - timedelta(hours=1), end_at=NOW + timedelta(seconds=1))
    assert begun.interval.start < NOW
    # Instants are whole seconds, rounded up as everywhere.
    assert _made(end_at=NOW + timedelta(milliseconds=1), start_at=NOW).interval.end > NOW


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"end_at": DAY["start_at"]}, ["end_at"]),
        ({"start_at": NOW - timedelta(hours=2), "end_at": NOW}, ["end_at"]),
        (
            {name: value.replace(tzinfo=None) for name, value in DAY.items()},
            ["start_at", "end_at"],
        ),
        ({"reason": "x" * 4_001}, ["reason"]),
        ({"location_id": "loc_1"}, ["room_id"]),
        ({"room_id": None}, ["room_id"]),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], wrong: list[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        _made(**fields)
    assert [error.field for error in refused.value.errors] == wrong


def test_what_it_finds_is_named_by_start_each_booking_once() -> None:
    """Held and booked; not what has lapsed, lies beside it, or is only offered."""
    lapsed = {"kind": BusyKind.HOLD, "expires_at": NOW}
    one = _calendar(
        _taken("bk_b", "2026-06-01 12:00"),
        _taken("bk_a", "2026-06-01 13:30"),
        _taken("bk_before", "2026-06-01 09:00"),
        _taken("bk_after", "2026-06-01 14:00"),
        _taken("bk_lapsed", "2026-06-01 11:00", **lapsed),
        _taken(None, "2026-06-01 11:00", entry_id="wl_1"),
    )
    # A booking and the change that it waits for, seen from two rooms that share a part.
    two = _calendar(_taken("bk_b", "2026-06-01 12:00"), _taken("bk_b", "2026-06-01 13:00"))
    found = placed(_made(), [one, two])
    assert found.conflicting_booking_ids == ("bk_b", "bk_a")
    assert found.conflicting_count == 2
    assert placed(_made(), []).conflicting_booking_ids == ()


def test_many_are_counted_and_the_first_are_named() -> None:
    crowd = [_taken(f"bk_{n:03}", "2026-06-01 12:00") for n in range(MAX_NAMED + 5)]
    found = placed(_made(), [_calendar(*crowd)])
    assert (len(found.conflicting_booking_ids), found.conflicting_count) == (100, 105)


def test_a_wish_to_open_may_say_where() -> None:
    of_room, of_location = _made(), _made(room_id=None, location_id="loc_1")
    anywhere = DeleteBlackout(blackout_id="blk_9")
    assert anywhere.means(of_room)
    assert anywhere.means(of_location)
    here = DeleteBlackout(blackout_id="blk_9", room_id="rm_1")
    assert here.means(of_room)
    assert not here.means(of_location)
    there = DeleteBlackout(blackout_id="blk_9", location_id="loc_1")
    assert there.means(of_location)
    assert not there.means(of_room)
