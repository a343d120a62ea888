"""Calendars that Hypothesis draws: any room on any day, and whatever may be in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from litehq_core.domain.booking_rules import BookingRules, RuleOverride
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.quota import Quota, QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.quota_usage import CountedSlot
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at
from tests.domain import samples
from tests.domain.strategies import cells

STEP = timedelta(minutes=5)
LOOSER = RuleOverride(min_minutes=5, max_minutes=1440, lead_minutes=0, min_gap_minutes=0)
STRICTER = RuleOverride(min_minutes=30, max_minutes=90, lead_minutes=90, min_gap_minutes=30)
quotas = st.builds(
    Quota,
    measure=st.sampled_from(QuotaMeasure),
    limit=st.sampled_from((1, 2, 60, 180, 600)),
    holder=st.sampled_from(QuotaHolder),
    scope=st.sampled_from(QuotaScope),
)
buffers = st.sampled_from((0, 0, 5, 15, 30))


@st.composite
def occupancies(draw: st.DrawFn, first: datetime) -> list[Occupied]:
    """Bookings and holds of a room that keep the gap that each of them asks for."""
    found: list[Occupied] = []
    cursor = first
    for n in range(draw(st.integers(0, 5))):
        start = cursor + draw(st.integers(0, 24)) * STEP
        taken = Occupied(
            booking_id=f"bk_{n}",
            room_id="rm_1",
            slot=Interval(start, start + draw(st.integers(1, 36)) * STEP),
            buffer_minutes=draw(buffers),
            kind=draw(st.sampled_from((BusyKind.BOOKING, BusyKind.HOLD))),
            seats=draw(st.integers(1, 2)),
        )
        if taken.kind is BusyKind.HOLD:
            lapses = first + draw(st.integers(-12, 12)) * STEP
            taken = replace(taken, expires_at=lapses)
        found.append(taken)
        cursor = taken.slot.end + timedelta(minutes=taken.buffer_minutes)
    return draw(st.permutations(found))


@st.composite
def calendars(draw: st.DrawFn, zone: ZoneInfo, day: date, *, shared: bool = False) -> RoomCalendar:
    """Any room on any day, and whatever may be in it; with ``shared``, often a shared one."""
    first = instant_at(zone, day, 0)
    opens = draw(st.integers(0, DAY_MINUTES // 5 - 1)) * 5
    hours = OpeningHours.every_day(opens, opens + draw(st.integers(1, DAY_MINUTES // 5)) * 5)
    room = samples.room(
        location=samples.location(timezone=zone.key, opening_hours=hours),
        slot_minutes=draw(st.sampled_from((5, 15, 30, 60, 90))),
        buffer_minutes=draw(buffers),
        rules=BookingRules(
            min_minutes=draw(st.sampled_from((5, 30, 60))),
            max_minutes=draw(st.sampled_from((60, 180, 1440))),
            lead_minutes=draw(st.sampled_from((0, 45))),
            horizon_days=draw(st.sampled_from((0, 1, 90))),
            min_gap_minutes=draw(st.sampled_from((0, 0, 10, 45, 120))),
            allowed_tiers=draw(st.sampled_from((None, frozenset({"flex"})))),
            tiers=draw(st.sampled_from(({}, {"flex": LOOSER}, {"flex": STRICTER, "x": LOOSER}))),
            quotas=tuple(draw(st.lists(quotas, max_size=2))),
        ),
        active=draw(st.integers(0, 9)) > 0,
        capacity=draw(st.sampled_from((2, 8))),
        shared=shared and draw(st.booleans()),
    )
    blackouts = [
        samples.blackout(id=f"blk_{n}", interval=interval)
        for n, interval in enumerate(draw(st.lists(cells(first=first, most=288), max_size=2)))
    ]
    return RoomCalendar(
        room=room,
        occupied=draw(occupancies(first)),
        blackouts=blackouts,
        now=first + draw(st.integers(-24, 48)) * STEP,
    )


@st.composite
def open_calendars(draw: st.DrawFn, zone: ZoneInfo, day: date) -> RoomCalendar:
    """A room in which everything may be booked that is not taken; much is."""
    first = instant_at(zone, day, 0)
    room = samples.room(
        location=samples.location(
            timezone=zone.key, opening_hours=OpeningHours.every_day(0, DAY_MINUTES)
        ),
        slot_minutes=draw(st.sampled_from((5, 15, 30))),
        buffer_minutes=draw(buffers),
        rules=BookingRules(min_minutes=5, max_minutes=1440, horizon_days=3000),
        capacity=draw(st.integers(1, 3)),
        shared=draw(st.booleans()),
    )
    taken = draw(occupancies(first)) + draw(occupancies(first))
    now = first + draw(st.integers(-12, 12)) * STEP
    return RoomCalendar(
        room=room,
        # Twice the same ids: the second is as the change of the first that waits beside it.
        occupied=taken,
        blackouts=[
            samples.blackout(id=f"blk_{n}", interval=interval)
            for n, interval in enumerate(draw(st.lists(cells(first=first, most=288), max_size=1)))
        ],
        now=now,
    )


@st.composite
def bookers(draw: st.DrawFn, first: datetime) -> Booker:
    """A flex member of a company, who may have booked here and elsewhere."""
    counted = [
        CountedSlot(
            booking_id=f"bk_{n}",
            room_id=draw(st.sampled_from(("rm_1", "rm_2"))),
            member_id=draw(st.sampled_from(("mem_1", "mem_2"))),
            company_id="co_1",
            slot=when,
        )
        for n, when in enumerate(draw(st.lists(cells(first=first, most=432), max_size=3)))
    ]
    return Booker(tier="flex", member_id="mem_1", company_id="co_1", counted=counted)
