"""The waitlist's state machine, lines, and which slot is offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from litehq_core.domain.availability import availability
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.claims import Claim
from litehq_core.domain.errors import (
    BookingRuleViolated,
    InvalidTransition,
    SlotMisaligned,
    VersionConflict,
)
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.events import EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.member import MemberStatus
from litehq_core.domain.offering import (
    EntryDecision,
    FreedRoom,
    JoinWaitlist,
    accepting,
    decide_end,
    decide_join,
    decide_leave,
    decide_offer,
    decide_taken,
    find_offer,
    may_fit,
)
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.waitlist import (
    TRANSITIONS,
    Offer,
    WaitlistEntry,
    WaitlistMove,
    WaitlistStatus,
    move_entry,
)
from tests.domain import samples
from tests.domain.samples import NOW, slot, utc

DAY = slot("2026-06-01 08:00", 12 * 60)
OFFERED = samples.waitlist_entry(status=WaitlistStatus.OFFERED, offer=samples.offer(), version=2)


@pytest.mark.parametrize(("status", "step"), list(product(WaitlistStatus, WaitlistMove)))
def test_every_move_is_a_row_of_the_table(status: WaitlistStatus, step: WaitlistMove) -> None:
    entry = replace(OFFERED, status=status)
    if (status, step) not in TRANSITIONS:
        with pytest.raises(InvalidTransition, match="waitlist entry") as refused:
            move_entry(entry, step, NOW)
        assert refused.value.details() == {"status": status.value}
        return
    moved, kind = move_entry(entry, step, NOW + timedelta(minutes=1))
    assert (moved.status, kind) == TRANSITIONS[status, step]
    assert moved.version == entry.version + 1
    assert moved.updated_at == NOW + timedelta(minutes=1)
    assert moved.offer is None


def test_what_has_ended_stays() -> None:
    ends = {WaitlistStatus.BOOKED, WaitlistStatus.EXPIRED, WaitlistStatus.CANCELLED}
    assert not {status for status, _ in TRANSITIONS} & ends


def test_an_offer_is_claimed_with_its_buffer() -> None:
    entry = replace(OFFERED, offer=samples.offer(buffer_minutes=15))
    assert entry.held == (("rm_1", slot("2026-06-01 14:00", 75)),)
    assert samples.waitlist_entry().held == ()


def test_an_entry_is_over_at_its_last_start() -> None:
    entry = samples.waitlist_entry(DAY, duration_minutes=90)
    assert entry.expires_at == utc("2026-06-01 18:30")
    assert not entry.is_over(utc("2026-06-01 18:29"))
    assert entry.is_over(utc("2026-06-01 18:30"))


def test_an_offer_lapses_at_its_instant() -> None:
    assert not OFFERED.is_lapsed(utc("2026-05-22 09:14"))
    assert OFFERED.is_lapsed(utc("2026-05-22 09:15"))
    assert not samples.waitlist_entry().is_lapsed(utc("2030-01-01 00:00"))


def test_it_is_looked_at_again_until_it_is_over() -> None:
    entry = samples.waitlist_entry()
    assert entry.put_off(NOW).next_check_at == NOW + timedelta(minutes=15)
    late = utc("2026-06-01 13:50")
    assert entry.put_off(late).next_check_at == utc("2026-06-01 14:00")
    assert entry.put_off(late).version == entry.version


def test_a_stale_version_is_refused() -> None:
    OFFERED.require_version(None)
    OFFERED.require_version(2)
    with pytest.raises(VersionConflict):
        OFFERED.require_version(1)


@pytest.mark.parametrize(
    ("location_id", "room_id", "waits"),
    [
        ("loc_1", "rm_1", True),
        ("loc_1", None, True),
        ("loc_1", "rm_2", False),
        ("loc_2", None, False),
    ],
)
def test_in_whose_line_it_stands(location_id: str, room_id: str | None, *, waits: bool) -> None:
    entry = samples.waitlist_entry(location_id=location_id, room_id=room_id)
    assert entry.waits_for(samples.room()) is waits


@pytest.mark.parametrize(
    ("fields", "rival"),
    [
        ({}, True),
        ({"room_id": None}, True),
        ({"room_id": "rm_2"}, False),
        ({"location_id": "loc_2", "room_id": None}, False),
        ({"window": slot("2026-06-01 15:00")}, False),
        ({"window": slot("2026-06-01 14:55")}, True),
    ],
)
def test_who_could_take_the_same_slot(fields: dict[str, Any], *, rival: bool) -> None:
    entry, other = samples.waitlist_entry(), samples.waitlist_entry(**fields)
    assert entry.is_rival_of(other) is rival
    assert other.is_rival_of(entry) is rival


def _calendar(*taken: Interval, now: datetime = NOW, **room: Any) -> RoomCalendar:
    """The room with bookings at ``taken``."""
    occupied = [
        Occupied(
            booking_id=f"bk_{n}",
            room_id="rm_1",
            slot=when,
            buffer_minutes=0,
            kind=BusyKind.BOOKING,
        )
        for n, when in enumerate(taken)
    ]
    return RoomCalendar(room=samples.room(**room), occupied=occupied, blackouts=(), now=now)


def _found(
    entry: WaitlistEntry,
    calendar: RoomCalendar,
    released: Interval = DAY,
    *,
    booker: Booker | None = None,
) -> Offer | None:
    day = timedelta(days=1)
    freed = FreedRoom(
        calendar=calendar, released=released, window=released.widened(before=day, after=day)
    )
    found = find_offer(entry, freed, booker or Booker.of(samples.member()), 15)
    # The quick look never hides what can be had.
    assert found is None or may_fit(entry, freed)
    return found


def _start(entry: WaitlistEntry, calendar: RoomCalendar, released: Interval = DAY) -> str | None:
    found = _found(entry, calendar, released)
    return f"{found.slot.start:%H:%M}" if found else None


def test_the_earliest_slot_is_offered() -> None:
    entry = samples.waitlist_entry(DAY)
    assert _found(entry, _calendar(buffer_minutes=10)) == Offer(
        room_id="rm_1",
        slot=slot("2026-06-01 08:00"),
        buffer_minutes=10,
        expires_at=NOW + timedelta(minutes=15),
    )
    assert _start(entry, _calendar(slot("2026-06-01 08:00"))) == "09:00"


def test_only_what_meets_the_released_time_is_offered() -> None:
    """What was free before is no release; the duty finds it, if a release was missed."""
    entry = samples.waitlist_entry(DAY)
    assert _start(entry, _calendar(), slot("2026-06-01 14:00")) == "13:30"
    assert _start(entry, _calendar(buffer_minutes=15), slot("2026-06-01 14:00")) == "13:00"
    busy = _calendar(slot("2026-06-01 13:30", 30))
    assert _start(entry, busy, slot("2026-06-01 14:00")) == "14:00"
    late = samples.waitlist_entry(slot("2026-06-01 15:00"))
    assert _start(late, _calendar(), slot("2026-06-01 14:00")) is None


def test_the_whole_booking_lies_in_the_window() -> None:
    entry = samples.waitlist_entry(slot("2026-06-01 14:00", 90))
    assert _start(entry, _calendar(slot("2026-06-01 14:00", 30))) == "14:30"
    assert _start(entry, _calendar(slot("2026-06-01 14:30", 30))) is None
    assert _start(replace(entry, duration_minutes=120), _calendar()) is None


@pytest.mark.parametrize(
    ("fields", "room", "member"),
    [
        ({"attendees": 9}, {}, {}),
        ({"duration_minutes": 45}, {}, {}),
        ({}, {"active": False}, {}),
        ({}, {"rules": BookingRules(min_minutes=90)}, {}),
        ({}, {"rules": BookingRules(allowed_tiers=frozenset({"flex"}))}, {}),
        ({}, {"rules": BookingRules(horizon_days=1)}, {}),
        ({}, {}, {"status": MemberStatus.SUSPENDED}),
    ],
)
def test_only_what_the_booker_can_book_is_offered(
    fields: dict[str, Any], room: dict[str, Any], member: dict[str, Any]
) -> None:
    entry = samples.waitlist_entry(DAY, **fields)
    booker = Booker.of(samples.member(**member))
    assert _found(entry, _calendar(**room), booker=booker) is None


def test_an_offer_ends_before_it_can_no_longer_be_accepted() -> None:
    entry = samples.waitlist_entry(DAY)
    now = utc("2026-06-01 13:50")
    soon = _found(entry, _calendar(now=now))
    assert soon
    assert (soon.slot.start, soon.expires_at) == (utc("2026-06-01 14:00"),) * 2
    ahead = _calendar(now=now, rules=BookingRules(lead_minutes=60))
    led = _found(entry, ahead)
    assert led
    assert (led.slot.start, led.expires_at) == (utc("2026-06-01 15:00"), utc("2026-06-01 14:00"))
    # A slot that begins now could be booked, but not be offered: there is no time to accept.
    just = _found(entry, _calendar(now=utc("2026-06-01 14:00")))
    assert just
    assert just.slot.start == utc("2026-06-01 14:30")


def test_what_has_lapsed_unswept_still_claims_its_cells() -> None:
    calendar = _calendar(slot("2026-06-01 08:00"))
    lapsed = [replace(o, expires_at=NOW) for o in calendar.occupied]
    calendar = replace(calendar, occupied=lapsed)
    assert calendar.conflict(slot("2026-06-01 08:00")) is None
    assert calendar.as_claimed().conflict(slot("2026-06-01 08:00")) is not None


def test_the_events_tell_what_changed() -> None:
    entry = samples.waitlist_entry()
    offered = decide_offer(entry, samples.offer(buffer_minutes=15), samples.room(), NOW)
    assert offered.claims == (Claim("rm_1", slot("2026-06-01 14:00", 75)),)
    (event,) = offered.events
    assert (event.type, event.sequence) == (EventType.WAITLIST_OFFERED, 2)
    assert event.previous == {
        "status": "waiting",
        "offer_room_id": None,
        "offer_start_at": None,
        "offer_end_at": None,
        "offer_expires_at": None,
    }
    assert event.object["offer_start_at"] == "2026-06-01T14:00:00Z"
    assert "position" not in event.object
    (event,) = decide_taken(offered.entry, "bk_1", NOW).events
    assert (event.type, event.object["booking_id"]) == (EventType.WAITLIST_BOOKED, "bk_1")
    # What it was offered, though it waited for any room.
    anywhere = replace(offered.entry, room_id=None)
    for decision in (decide_end(anywhere, NOW), decide_leave(anywhere, NOW)):
        assert decision.events[0].room_id == "rm_1"
        assert decision.entry.offer is None


def test_what_has_lapsed_can_neither_be_taken_nor_declined() -> None:
    """A lapsed offer is free at that instant, swept or not: to its entry, it has expired."""
    for refuse in (accepting, decide_leave):
        with pytest.raises(InvalidTransition) as refused:
            refuse(OFFERED, utc("2026-05-22 09:15"))
        assert refused.value.status == "expired"
    with pytest.raises(InvalidTransition) as refused:
        accepting(samples.waitlist_entry(), NOW)
    assert refused.value.status == "waiting"


def _wish(**fields: Any) -> JoinWaitlist:
    plain = JoinWaitlist(
        room_id="rm_1", from_at=DAY.start, to_at=DAY.end, duration_minutes=60, member_id="mem_1"
    )
    return replace(plain, **fields)


def _join(wish: JoinWaitlist, *rooms: Room, booker: Booker | None = None) -> EntryDecision:
    return decide_join(wish, rooms, booker or Booker.of(samples.member()), "wl_9", NOW)


def test_who_joins_waits() -> None:
    colleague = Booker.of(samples.member(company_id="co_1"))
    decision = _join(_wish(attendees=3), samples.room(), booker=colleague)
    entry = decision.entry
    assert decision.is_new
    assert decision.claims == ()
    assert (entry.id, entry.location_id, entry.company_id) == ("wl_9", "loc_1", "co_1")
    assert (entry.status, entry.window) == (WaitlistStatus.WAITING, DAY)
    assert entry.next_check_at == NOW + timedelta(minutes=15)
    assert [event.type for event in decision.events] == [EventType.WAITLIST_JOINED]
    assert decision.events[0].previous is None


def test_one_room_that_would_do_is_enough() -> None:
    wish, small = _wish(attendees=5), samples.room(capacity=2)
    assert _join(wish, small, samples.room()).is_new
    with pytest.raises(BookingRuleViolated) as refused:
        _join(wish, replace(small, active=False), small)
    # The room that comes closest tells why.
    assert [v.reason for v in refused.value.violations] == ["over_capacity"]


def test_a_length_off_every_grid_waits_in_vain() -> None:
    wish = _wish(duration_minutes=45)
    with pytest.raises(SlotMisaligned) as refused:
        _join(wish, samples.room(), samples.room(capacity=2))
    assert refused.value.fields == ("duration_minutes",)
    assert _join(wish, samples.room(), samples.room(slot_minutes=15)).is_new


def test_what_passes_is_waited_for() -> None:
    """Beyond the horizon, or closed at the window's start: that is not for ever."""
    far = samples.room(rules=BookingRules(horizon_days=1))
    assert _join(_wish(from_at=utc("2026-06-01 01:00")), far).is_new


def test_a_seat_of_a_shared_room_is_offered() -> None:
    """A shared room takes as many as it has seats, so a party waits for all of its own."""
    calendar = _calendar(slot("2026-06-01 14:00"), capacity=3, shared=True)
    pair = samples.waitlist_entry(attendees=2)
    assert _start(pair, calendar) == "14:00"
    crowd = replace(pair, attendees=3)
    assert _start(crowd, calendar) is None
    offered = decide_offer(pair, samples.offer(), calendar.room, NOW)
    assert offered.claims == (Claim("rm_1", slot("2026-06-01 14:00"), 2, 3),)


def test_an_offer_of_a_combined_room_claims_its_parts() -> None:
    whole = samples.room(parts=frozenset({"rm_a", "rm_b"}))
    offered = decide_offer(samples.waitlist_entry(), samples.offer(), whole, NOW)
    assert [claim.room_id for claim in offered.claims] == ["rm_a", "rm_b"]


def test_what_is_offered_is_a_start_of_its_member_alone() -> None:
    """Contract, availability: every start can be booked by that caller, and no other start can."""
    held = Occupied(
        booking_id=None,
        entry_id="wl_1",
        offered_to="mem_1",
        room_id="rm_1",
        slot=slot("2026-06-01 14:00"),
        buffer_minutes=0,
        kind=BusyKind.HOLD,
    )
    calendar = replace(_calendar(), occupied=[held])

    def listed(member_id: str, start: str = "2026-06-01 13:00", minutes: int = 60) -> list[str]:
        window, booker = slot(start, 180), Booker.of(samples.member(id=member_id))
        found = availability(calendar, window, booker=booker, minutes=minutes)
        return [f"{at:%H:%M}" for at in found.starts or ()]

    assert listed("mem_1") == ["13:00", "14:00", "15:00", "15:30"]
    assert listed("mem_2") == ["13:00", "15:00", "15:30"]
    # For its very length alone, and only where the window has its start.
    assert listed("mem_1", minutes=30) == ["13:00", "13:30", "15:00", "15:30"]
    assert listed("mem_1", "2026-06-01 14:30") == listed("mem_2", "2026-06-01 14:30")
