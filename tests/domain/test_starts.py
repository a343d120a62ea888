"""Starts: the fast search finds just what one decision after the other would grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.booking import Guest
from litehq_core.domain.creating import CreateBooking, decide_create
from litehq_core.domain.decision import BookingContext
from litehq_core.domain.errors import Refusal
from litehq_core.domain.evaluation import GUEST, Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Balance
from litehq_core.domain.lots import HeldLot, Wallet
from litehq_core.domain.means import Means
from litehq_core.domain.price_rules import PriceBand, PriceRules
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.starts import StartSearch
from litehq_core.domain.wall_clock import instant_at
from tests.domain import samples
from tests.domain.calendars import STEP, bookers, calendars, open_calendars
from tests.domain.strategies import cells, zoned_days

MODES = (
    {BillingMode.CARD},
    {BillingMode.TOKENS},
    {BillingMode.INVOICE},
    {BillingMode.TOKENS, BillingMode.INVOICE},
    set(BillingMode),
)


@st.composite
def rate_cards(draw: st.DrawFn, day: date) -> list[RateCard]:
    """Up to two cards, the second from the day or the next, whose bands may need more tokens."""
    found = []
    for n in range(draw(st.integers(0, 2))):
        band = PriceBand(
            name="late",
            weekdays=frozenset(range(7)),
            opens=12 * 60,
            closes=24 * 60,
            hourly_minor=100,
            tokens_per_hour=9,
        )
        found.append(
            samples.rate_card(
                id=f"rc_{n}",
                effective_from=day + timedelta(days=n * draw(st.integers(0, 1)) - 1),
                billing_modes=frozenset(draw(st.sampled_from(MODES))),
                tokens_per_hour=2,
                rules=PriceRules(bands=draw(st.sampled_from(((), (band,))))),
            )
        )
    return found


def _context(
    calendar: RoomCalendar,
    cards: list[RateCard],
    *,
    booker: Booker,
    on_invoice: bool,
    tokens: int,
) -> BookingContext:
    numbers = count()
    member = None if booker is GUEST else samples.member(tier="flex")
    return BookingContext(
        workspace=samples.workspace(),
        calendar=calendar,
        rate_cards=cards,
        member=member,
        company=samples.company() if on_invoice and member else None,
        booker=booker,
        wallet=Wallet.of([HeldLot(samples.lot(), Balance(posted=tokens))]),
        now=calendar.now,
        new_id=lambda prefix: f"{prefix.value}_{next(numbers)}",
    )


def _can_create(context: BookingContext, slot: Interval, attendees: int | None) -> bool:
    """As the use case would, one after the other; the truth that the search is held to."""
    member = context.member
    wish = CreateBooking(
        room_id=context.calendar.room.id,
        start_at=slot.start,
        end_at=slot.end,
        member_id=member.id if member else None,
        guest=None if member else Guest(email="ada@example.com", name="Ada"),
        attendees=attendees,
    )
    try:
        decide_create(context, wish, None)
    except Refusal:
        return False
    return True


@settings(max_examples=150)
@given(zoned_days(), st.sampled_from((5, 30, 60, 90, 240)), st.data())
def test_what_is_listed_can_be_created_and_nothing_else(
    where: tuple[ZoneInfo, date], minutes: int, data: st.DataObject
) -> None:
    """contract.md: "each of them can be booked by that caller for that length, and no other"."""
    zone, day = where
    calendar = data.draw(calendars(zone, day, shared=True))
    attendees = data.draw(st.sampled_from((None, 1, 2, 9)))
    context = _context(
        calendar,
        data.draw(rate_cards(day)),
        booker=data.draw(st.just(GUEST) | bookers(instant_at(zone, day, 0))),
        on_invoice=data.draw(st.booleans()),
        tokens=data.draw(st.sampled_from((0, 2, 5, 100))),
    )
    window = data.draw(cells(first=instant_at(zone, day, 0), most=288))
    search = StartSearch(window=window, minutes=minutes, booker=context.booker, attendees=attendees)
    means = Means(room=calendar.room, cards=context.rate_cards, payer=context.payer)
    listed = search.in_room(calendar, means)
    length = timedelta(minutes=minutes)
    expected = []
    instant = window.start
    while instant < window.end:
        if _can_create(context, Interval(instant, instant + length), attendees):
            expected.append(instant)
        instant += STEP
    assert listed == expected


@settings(max_examples=80)
@given(zoned_days(), st.sampled_from((5, 15, 30, 60)), st.data())
def test_what_is_taken_is_passed_over_and_nothing_else(
    where: tuple[ZoneInfo, date], minutes: int, data: st.DataObject
) -> None:
    """Buffers frozen on bookings, holds that lapse at this very second, changes, seats."""
    zone, day = where
    calendar = data.draw(open_calendars(zone, day))
    attendees = data.draw(st.sampled_from((None, 1, 2)))
    first = instant_at(zone, day, 0)
    window = Interval(first, first + timedelta(hours=data.draw(st.integers(2, 8))))
    search = StartSearch(window=window, minutes=minutes, booker=GUEST, attendees=attendees)
    context = _context(calendar, [], booker=GUEST, on_invoice=False, tokens=0)
    expected = []
    for line in calendar.room.grid.lines(zone, window):
        slot = Interval(line, line + timedelta(minutes=minutes))
        if line < window.end and _can_create(context, slot, attendees):
            expected.append(line)
    assert search.in_room(calendar) == expected


@settings(max_examples=60)
@given(zoned_days(), st.sampled_from((30, 60, 90)), st.data())
def test_what_is_ignored_is_not_in_the_way(
    where: tuple[ZoneInfo, date], minutes: int, data: st.DataObject
) -> None:
    """A booking that is to be moved does not stand in its own way."""
    zone, day = where
    calendar = data.draw(open_calendars(zone, day))
    window = data.draw(cells(first=instant_at(zone, day, 0), most=288))
    search = StartSearch(window=window, minutes=minutes, booker=Booker(), ignoring="bk_1")
    with_it = search.in_room(calendar)
    assert with_it == replace(search, ignoring=None).in_room(calendar.without("bk_1"))


def test_the_edges_of_what_is_taken() -> None:
    """Half-open to the minute: what ends lets go, what begins may be touched, what lapses is gone.

    The room asks for ten minutes between bookings, the booking for a quarter of an hour.
    """
    now = samples.utc("2026-06-01 06:00")

    def taken(start: str, kind: BusyKind = BusyKind.BOOKING, **fields: Any) -> Occupied:
        plain = Occupied(
            booking_id=f"bk_{start}",
            room_id="rm_1",
            slot=samples.slot(f"2026-06-01 {start}"),
            buffer_minutes=15,
            kind=kind,
        )
        return replace(plain, **fields)

    calendar = RoomCalendar(
        room=samples.room(slot_minutes=5, buffer_minutes=10),
        occupied=[
            taken("10:00"),
            taken("15:00", BusyKind.HOLD, expires_at=now),
            taken("17:00", BusyKind.HOLD, expires_at=now + timedelta(seconds=1)),
        ],
        blackouts=[samples.blackout(interval=samples.slot("2026-06-01 13:00"))],
        now=now,
    )
    search = StartSearch(window=samples.slot("2026-06-01 08:00", 11 * 60), minutes=60, booker=GUEST)
    clocks = {f"{start:%H:%M}" for start in search.in_room(calendar)}
    for free, shut in (
        ("08:50", "08:55"),
        ("11:15", "11:10"),
        ("12:00", "12:05"),
        ("14:00", "13:55"),
        ("15:50", "15:55"),
        ("18:15", "18:10"),
    ):
        assert free in clocks
        assert shut not in clocks
    assert "15:00" in clocks


def test_rooms_with_other_hours_grids_and_zones_share_a_search() -> None:
    """What is found once for some rooms is not taken for others."""
    window = samples.slot("2026-06-01 06:00", 6 * 60)
    rooms = [
        samples.room(),
        samples.room(slot_minutes=60),
        samples.room(location=samples.location(timezone="Asia/Kathmandu")),
        samples.room(opening_hours=samples.location().opening_hours.every_day(600, 700)),
        samples.room(),
    ]
    calendars = [
        RoomCalendar(room=room, occupied=(), blackouts=(), now=samples.NOW) for room in rooms
    ]
    search = StartSearch(window=window, minutes=60, booker=Booker())
    together = [search.in_room(calendar) for calendar in calendars]
    alone = [
        StartSearch(window=window, minutes=60, booker=Booker()).in_room(calendar)
        for calendar in calendars
    ]
    assert together == alone
    assert len({tuple(found) for found in together}) == 4


@pytest.mark.parametrize(
    ("modes", "tokens", "on_invoice", "guest", "pays"),
    [
        ({BillingMode.TOKENS}, 2, False, False, True),
        ({BillingMode.TOKENS}, 1, False, False, False),
        ({BillingMode.TOKENS}, 100, False, True, False),
        ({BillingMode.INVOICE}, 0, True, False, True),
        ({BillingMode.INVOICE}, 0, False, False, False),
        ({BillingMode.TOKENS, BillingMode.INVOICE}, 0, True, False, True),
        ({BillingMode.CARD, BillingMode.TOKENS}, 0, False, False, True),
        ({BillingMode.CARD}, 0, False, True, True),
        (set(), 100, True, False, False),
    ],
)
def test_who_cannot_pay_in_any_mode_has_no_starts(
    modes: set[BillingMode], tokens: int, *, on_invoice: bool, guest: bool, pays: bool
) -> None:
    """A room for tokens alone lists no start for a member who has none."""
    calendar = RoomCalendar(room=samples.room(), occupied=(), blackouts=(), now=samples.NOW)
    cards = [samples.rate_card(billing_modes=frozenset(modes))]
    booker = GUEST if guest else Booker(tier="flex", member_id="mem_1")
    context = _context(calendar, cards, booker=booker, on_invoice=on_invoice, tokens=tokens)
    means = Means(room=calendar.room, cards=cards, payer=context.payer)
    window = samples.slot("2026-06-01 10:00", 120)
    search = StartSearch(window=window, minutes=60, booker=context.booker)
    assert bool(search.in_room(calendar, means)) is pays
    assert _can_create(context, samples.slot("2026-06-01 10:00"), None) is pays
