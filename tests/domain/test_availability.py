"""Availability: what is listed bookable can be booked, and nothing else can."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.availability import RoomAvailability, availability
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.evaluation import GUEST, Booker, Request, evaluate
from litehq_core.domain.interval import Interval, merge
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.wall_clock import instant_at
from tests.domain import samples
from tests.domain.calendars import bookers, calendars
from tests.domain.samples import slot, utc
from tests.domain.strategies import cells, zoned_days

STEP = timedelta(minutes=5)
FLEX = Booker(tier="flex")


def _look(calendar: RoomCalendar, window: Interval, minutes: int | None = None) -> RoomAvailability:
    return availability(calendar, window, minutes=minutes, booker=FLEX)


@given(zoned_days(), st.data())
def test_free_and_busy_partition_the_window(
    where: tuple[ZoneInfo, date], data: st.DataObject
) -> None:
    """contract.md: ``free[]`` and ``busy[]`` partition the window."""
    zone, day = where
    calendar = data.draw(calendars(zone, day, shared=True))
    window = data.draw(cells(first=instant_at(zone, day, 0), most=288))
    found = _look(calendar, window)
    pieces = sorted([*found.free, *(block.interval for block in found.busy)])
    assert (pieces[0].start, pieces[-1].end) == (window.start, window.end)
    assert all(piece.start < piece.end for piece in pieces)
    assert all(earlier.end == later.start for earlier, later in pairwise(pieces))
    assert list(found.free) == sorted(found.free)
    assert [block.interval for block in found.busy] == sorted(b.interval for b in found.busy)
    # What is free is free of everything that is in the room, and the room is open.
    in_the_way = [
        *(o.slot for o in calendar.live() if not calendar.room.shared),
        *(blackout.interval for blackout in calendar.blackouts),
    ]
    for free in found.free:
        assert not any(free.overlaps(interval) for interval in in_the_way)
        assert any(o.contains(free) for o in calendar.room.open_intervals(window))


@settings(max_examples=120)
@given(zoned_days(), st.sampled_from((5, 30, 60, 90, 240)), st.data())
def test_every_start_that_is_listed_can_be_booked_and_no_other(
    where: tuple[ZoneInfo, date], minutes: int, data: st.DataObject
) -> None:
    """contract.md: each of ``starts[]`` can be booked for that length, and no other start can."""
    zone, day = where
    calendar = data.draw(calendars(zone, day))
    booker = data.draw(bookers(instant_at(zone, day, 0)))
    room, length = calendar.room, timedelta(minutes=minutes)
    window = data.draw(cells(first=instant_at(zone, day, 0), most=288))
    listed = availability(calendar, window, minutes=minutes, booker=booker).starts
    assert listed is not None
    bookable = []
    instant = window.start
    while instant < window.end:
        wish = Interval(instant, instant + length)
        aligned = all(room.grid.is_aligned(zone, edge) for edge in (wish.start, wish.end))
        # As a create would: rules judged for this slot alone.
        violations = evaluate(Request(slot=wish), calendar.rule_context(wish, booker))
        if aligned and not violations and calendar.conflict(wish) is None:
            bookable.append(instant)
        instant += STEP
    assert list(listed) == bookable
    free = merge(_look(calendar, Interval(window.start, window.end + length)).free)
    for start in listed:
        assert any(piece.contains(Interval(start, start + length)) for piece in free)


@settings(max_examples=200)
@given(cells(first=utc("2026-06-01 00:00")), st.data())
def test_a_conflict_is_exactly_a_gap_that_is_too_small(wish: Interval, data: st.DataObject) -> None:
    """contract.md: between two bookings of a room lies at least the room's buffer."""
    calendar = data.draw(calendars(ZoneInfo("UTC"), date(2026, 6, 1)))
    ours = timedelta(minutes=calendar.room.buffer_minutes)
    clashes = [
        o
        for o in calendar.occupied
        if (o.expires_at is None or calendar.now < o.expires_at)
        and not (
            wish.end + ours <= o.slot.start
            or o.slot.end + timedelta(minutes=o.buffer_minutes) <= wish.start
        )
    ]
    shut = [b for b in calendar.blackouts if b.interval.overlaps(wish)]
    found = calendar.conflict(wish)
    if clashes:
        assert found == min(clashes, key=lambda o: (o.slot.start, o.booking_id))
    elif shut:
        assert found in shut
    else:
        assert found is None


NOON = utc("2026-06-01 12:00")


def _calendar(*occupied: Occupied, **fields: Any) -> RoomCalendar:
    room: Room = fields.pop("room", samples.room())
    plain = RoomCalendar(room=room, occupied=occupied, blackouts=(), now=utc("2026-06-01 06:00"))
    return replace(plain, **fields)


def _taken(when: Interval, kind: BusyKind = BusyKind.BOOKING, **fields: Any) -> Occupied:
    plain = Occupied(booking_id="bk_1", room_id="rm_1", slot=when, buffer_minutes=0, kind=kind)
    return replace(plain, **fields)


def _busy(found: RoomAvailability) -> list[tuple[Interval, str, str | None]]:
    return [(block.interval, block.kind.value, block.reason) for block in found.busy]


def test_a_day_of_everything() -> None:
    """contract.md: ``kind: booking|hold|buffer|blackout|closed|rule``."""
    calendar = _calendar(
        _taken(slot("2026-06-01 10:00"), buffer_minutes=15),
        _taken(
            slot("2026-06-01 12:00"),
            BusyKind.HOLD,
            booking_id="bk_2",
            expires_at=utc("2026-06-01 06:30"),
        ),
        room=samples.room(
            buffer_minutes=15,
            rules=BookingRules(lead_minutes=60, horizon_days=0, max_minutes=14 * 60),
        ),
        blackouts=(samples.blackout(interval=slot("2026-06-01 14:00")),),
    )
    found = _look(calendar, slot("2026-06-01 05:00", 18 * 60))
    assert _busy(found) == [
        (slot("2026-06-01 05:00", 60), "closed", None),
        (slot("2026-06-01 06:00", 60), "rule", "lead_time"),
        (slot("2026-06-01 09:45", 15), "buffer", None),
        (slot("2026-06-01 10:00", 60), "booking", None),
        (slot("2026-06-01 11:00", 15), "buffer", None),
        (slot("2026-06-01 11:45", 15), "buffer", None),
        (slot("2026-06-01 12:00", 60), "hold", None),
        (slot("2026-06-01 14:00", 60), "blackout", "Deep clean"),
        (slot("2026-06-01 20:00", 60), "rule", "horizon"),
        (slot("2026-06-01 21:00", 120), "closed", None),
    ]
    assert found.free[0] == slot("2026-06-01 07:00", 165)
    assert (found.room_id, found.timezone, found.starts) == ("rm_1", "Europe/London", None)


@pytest.mark.parametrize("change_start", ["2026-06-01 10:00", "2026-06-01 09:00"])
def test_a_booking_hides_the_hold_of_its_own_pending_change(change_start: str) -> None:
    """``BusyKind``: why a time is not free, in the order in which one hides another."""
    booking = _taken(slot("2026-06-01 10:00"))
    change = _taken(slot(change_start, 120), BusyKind.HOLD, expires_at=NOON)
    for occupied in ((booking, change), (change, booking)):
        found = _look(_calendar(*occupied), slot("2026-06-01 10:00"))
        assert _busy(found) == [(slot("2026-06-01 10:00"), "booking", None)]


def test_a_lapsed_hold_is_free() -> None:
    """contract.md: free at that instant, whether or not a worker has swept it."""
    hold = _taken(slot("2026-06-01 14:00"), BusyKind.HOLD, expires_at=NOON)
    window = slot("2026-06-01 14:00")
    before = _look(_calendar(hold, now=NOON - timedelta(seconds=1)), window)
    assert (before.free, _busy(before)) == ((), [(window, "hold", None)])
    after = _look(_calendar(hold, now=NOON), window, 30)
    assert (after.free, _busy(after)) == ((window,), [])
    assert after.starts == (utc("2026-06-01 14:00"), utc("2026-06-01 14:30"))


@pytest.mark.parametrize(
    ("start", "is_free"),
    [
        ("2026-06-01 12:45", True),  # its own 15 minutes end where the other begins
        ("2026-06-01 12:50", False),
        ("2026-06-01 15:00", False),
        ("2026-06-01 15:05", False),
        ("2026-06-01 15:10", True),  # the other's frozen 10 minutes are over
    ],
)
def test_the_gap_before_is_the_rooms_and_the_gap_after_the_others(
    start: str, *, is_free: bool
) -> None:
    """architecture: the buffer is the gap between two bookings, frozen on the booking."""
    calendar = _calendar(
        _taken(slot("2026-06-01 14:00"), buffer_minutes=10), room=samples.room(buffer_minutes=15)
    )
    assert (calendar.conflict(slot(start)) is None) is is_free
    # An edit keeps the gap that its booking was made with.
    assert calendar.conflict(slot("2026-06-01 12:50"), buffer_minutes=10) is None


def test_a_booking_does_not_stand_in_its_own_way() -> None:
    calendar = _calendar(_taken(slot("2026-06-01 14:00")))
    wish = slot("2026-06-01 14:30")
    assert calendar.conflict(wish) is not None
    assert calendar.conflict(wish, ignoring="bk_1") is None
    assert calendar.conflict(wish, ignoring="bk_2") is not None


def test_an_inactive_room_has_no_free_time_and_no_starts() -> None:
    found = _look(_calendar(room=samples.room(active=False)), slot("2026-06-01 10:00", 120), 30)
    assert (found.free, found.starts) == ((), ())
    assert _busy(found) == [(slot("2026-06-01 10:00", 120), "rule", "room_inactive")]


def test_starts_are_for_the_caller() -> None:
    """contract.md: each of them can be booked by that caller."""
    room = samples.room(rules=BookingRules(allowed_tiers=frozenset({"flex"})))
    window = slot("2026-06-01 10:00", 60)

    def starts(booker: Booker) -> tuple[datetime, ...] | None:
        return availability(_calendar(room=room), window, minutes=30, booker=booker).starts

    assert starts(FLEX) == (utc("2026-06-01 10:00"), utc("2026-06-01 10:30"))
    assert starts(Booker(tier="day")) == starts(GUEST) == ()
    assert starts(Booker(tier="flex", is_active=False)) == ()


def test_a_start_just_before_the_windows_end_may_run_past_it() -> None:
    found = _look(_calendar(), slot("2026-06-01 10:00", 60), 240)
    assert found.starts == (utc("2026-06-01 10:00"), utc("2026-06-01 10:30"))
