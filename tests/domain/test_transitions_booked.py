"""Bookings over every change of the clocks: what they cost, and when a room can be had.

Against the walk along the wall clock of :mod:`tests.domain.wall_walk`, minute by minute.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from litehq_core.domain.availability import availability
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.editing import EditBooking
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.price import Payer, Price
from litehq_core.domain.price_rules import FixedPrice, PriceBand, PriceRules
from litehq_core.domain.pricing import price_slot
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from tests.domain import samples
from tests.domain.wall_walk import (
    DAY,
    MINUTE,
    PLACES,
    Minute,
    around,
    each,
    open_runs,
    told_open,
    walk,
)

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=5)
everywhere = pytest.mark.parametrize("place", PLACES)

# Rates of whole pence a minute, so that a sum over minutes is exact.
BASE, NIGHT, DAWN = 60, 120, 300
WEEK = frozenset(range(7))
BANDS = (
    PriceBand(
        name="night", weekdays=WEEK, opens=22 * 60, closes=25 * 60 + 30, hourly_minor=60 * NIGHT
    ),
    PriceBand(name="dawn", weekdays=WEEK, opens=150, closes=6 * 60, hourly_minor=60 * DAWN),
)
GUEST = Payer(is_guest=True)


def _card(**rules: object) -> RateCard:
    return samples.rate_card(
        hourly_minor=60 * BASE,
        tokens_per_hour=60,
        rules=PriceRules(**rules),  # type: ignore[arg-type]
    )


def _slots(instant: datetime) -> list[Interval]:
    """Slots over the transition, up to it and from it, short and longer than a day."""
    return [
        Interval(instant - before * HOUR, instant + after * HOUR)
        for before, after in ((1, 1), (0.5, 0.5), (0, 3), (3, 0), (6, 2.5), (1.5, 9), (26, 26))
    ]


def _rate(minute: Minute) -> int:
    """Pence a minute, by the time on the wall."""
    late = minute.furthest % 1440
    if late >= 22 * 60 or late < 90:
        return NIGHT
    return DAWN if 150 <= late < 360 else BASE


def _price(
    card: RateCard, slot: Interval, zone: ZoneInfo, mode: BillingMode = BillingMode.CARD
) -> Price:
    return price_slot(card, slot, mode, zone=zone, payer=GUEST)


@everywhere
def test_a_booking_costs_the_time_that_elapses(place: str) -> None:
    """contract.md: durations come from instants, never from wall times."""
    for zone, instant, _ in each(place):
        for slot in _slots(instant):
            elapsed = len(walk(zone, slot))
            assert _price(_card(), slot, zone).amount_minor == BASE * elapsed, slot
            in_tokens = _price(_card(), slot, zone, BillingMode.TOKENS)
            assert in_tokens.tokens == elapsed, slot
            fixed = (FixedPrice(minutes=elapsed, amount_minor=1),)
            assert _price(_card(fixed_prices=fixed), slot, zone).amount_minor == 1, slot


@everywhere
def test_each_minute_costs_what_the_wall_says(place: str) -> None:
    """Price bands are wall-clock time (contract.md), and a day has its cap, however long it is."""
    cap = 24_000
    for zone, instant, _ in each(place):
        for slot in _slots(instant):
            rates = [(minute.day, _rate(minute)) for minute in walk(zone, slot)]
            price = _price(_card(bands=BANDS), slot, zone)
            assert price.amount_minor == sum(rate for _, rate in rates), slot
            assert sum(line.minutes for line in price.lines) == slot.minutes
            by_day: dict[date, int] = {}
            for day, rate in rates:
                by_day[day] = by_day.get(day, 0) + rate
            capped = _price(_card(bands=BANDS, day_cap_minor=cap), slot, zone)
            assert capped.amount_minor == sum(min(cap, spent) for spent in by_day.values()), slot


@everywhere
def test_a_booking_that_is_moved_over_a_transition_keeps_its_length(place: str) -> None:
    """contract.md, Edit: ``start`` alone keeps the duration; ``duration_minutes`` the start."""
    for _, instant, _ in each(place):
        booking = samples.booking(Interval(instant - 3 * DAY, instant - 3 * DAY + 2 * HOUR))
        shifted = EditBooking(booking_id="bk_1", shift_to=instant - HOUR).slot_of(booking)
        assert shifted == Interval(instant - HOUR, instant + HOUR)
        longer = EditBooking(booking_id="bk_1", shift_to=instant - HOUR, duration_minutes=180)
        assert longer.slot_of(booking) == Interval(instant - HOUR, instant + 2 * HOUR)


LEAD, BUFFER, GRID = 45, 15, 30


def _calendar(place: str, zone: ZoneInfo, instant: datetime, day: date) -> RoomCalendar:
    """A room open over night, and on the day from one to five and into the next that is closed."""
    hours = OpeningHours(
        weekly=(((18 * 60, 26 * 60),),) * 7,
        exceptions={day: ((60, 300), (23 * 60, 30 * 60)), day + DAY: ()},
    )
    room = samples.room(
        location=samples.location(timezone=zone.key, opening_hours=hours),
        slot_minutes=GRID,
        buffer_minutes=BUFFER,
        rules=BookingRules(min_minutes=30, max_minutes=12 * 60, lead_minutes=LEAD),
    )
    taken = Occupied(
        booking_id="bk_1",
        room_id="rm_1",
        slot=Interval(instant + 90 * MINUTE, instant + 120 * MINUTE),
        buffer_minutes=BUFFER,
        kind=BusyKind.BOOKING,
    )
    night = samples.blackout(interval=Interval(instant + 22 * HOUR, instant + 23 * HOUR))
    return RoomCalendar(room=room, occupied=(taken,), blackouts=(night,), now=instant - 8 * HOUR)


def _kind(calendar: RoomCalendar, instant: datetime, *, is_open: bool) -> str:
    """What a minute is, the first that applies; "free" if none does."""
    (taken,), (blackout,) = calendar.occupied, calendar.blackouts
    gap = timedelta(minutes=BUFFER)
    if taken.slot.start <= instant < taken.slot.end:
        return "booking"
    if taken.slot.start - gap <= instant < taken.slot.end + gap:
        return "buffer"
    if blackout.interval.start <= instant < blackout.interval.end:
        return "blackout"
    if not is_open:
        return "closed"
    return "rule" if instant < calendar.now + timedelta(minutes=LEAD) else "free"


@everywhere
def test_free_and_busy_cover_the_window_minute_by_minute(place: str) -> None:
    """Issue: availability covers the window exactly; and each part of it is of the right kind."""
    for zone, instant, day in each(place):
        calendar, window = _calendar(place, zone, instant, day), around(instant)
        found = availability(calendar, window, minutes=None, booker=Booker())
        parts = sorted(
            [
                *((piece, "free") for piece in found.free),
                *((block.interval, block.kind.value) for block in found.busy),
            ]
        )
        hours = calendar.room.location.opening_hours
        told = told_open(hours, day - 2 * DAY, day + 3 * DAY)
        kinds = [
            (minute.instant, _kind(calendar, minute.instant, is_open=minute.furthest in told))
            for minute in walk(zone, window)
        ]
        shown = [
            (piece.start + n * MINUTE, kind) for piece, kind in parts for n in range(piece.minutes)
        ]
        assert shown == kinds
        assert {"free", "booking", "blackout", "closed"} <= {kind for _, kind in kinds}


@everywhere
@pytest.mark.parametrize("minutes", [30, 60, 90])
def test_a_start_is_a_line_from_which_the_whole_length_is_free(place: str, minutes: int) -> None:
    """contract.md: each of ``starts[]`` can be booked for that length, and no other start can."""
    length = timedelta(minutes=minutes)
    for zone, instant, day in each(place):
        calendar, window = _calendar(place, zone, instant, day), around(instant)
        (taken,), (blackout,) = calendar.occupied, calendar.blackouts
        steps = walk(zone, Interval(window.start, window.end + length + MINUTE))
        lines = {minute.instant for minute in steps if minute.comes(GRID)}
        opened = open_runs(calendar.room.location.opening_hours, steps)
        gap = timedelta(minutes=BUFFER)
        bookable = [
            start
            for start in sorted(lines)
            if start < window.end
            and start + length in lines
            and start >= calendar.now + timedelta(minutes=LEAD)
            and any(run.start <= start and start + length <= run.end for run in opened)
            and (start + length + gap <= taken.slot.start or taken.slot.end + gap <= start)
            and (start + length <= blackout.interval.start or blackout.interval.end <= start)
        ]
        found = availability(calendar, window, minutes=minutes, booker=Booker())
        assert list(found.starts or ()) == bookable
        assert bookable
