"""Start lists: the core's search beside two interval libraries and a loop over every slot."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import portion
from intervaltree import IntervalTree

from litehq_core.domain.evaluation import GUEST
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.starts import StartSearch

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
SLOT = timedelta(minutes=15)
SLOTS_A_DAY = 96
LENGTH = timedelta(minutes=60)

Starts = list[list[datetime]]


@dataclass(frozen=True, slots=True)
class Month:
    """Rooms that are open day and night, and what is booked in them."""

    calendars: Sequence[RoomCalendar]
    window: Interval
    lines: Sequence[datetime]

    @property
    def bookings(self) -> int:
        """How many there are."""
        return sum(len(calendar.occupied) for calendar in self.calendars)


def month(*, rooms: int = 200, days: int = 30, seed: int = 7) -> Month:
    """A month of bookings of 30 to 120 minutes, some of them side by side, eleven a day."""
    chance = random.Random(seed)
    # Shared, as the store shares the instants that it reads.
    lines = [FIRST + n * SLOT for n in range(days * SLOTS_A_DAY)]
    location = Location(
        id="loc_1",
        workspace_id="ws_1",
        name="Soho",
        timezone="Europe/London",
        currency="GBP",
        opening_hours=OpeningHours.every_day(0, 24 * 60),
        created_at=FIRST,
        updated_at=FIRST,
    )
    calendars = [
        RoomCalendar(
            room=Room(
                id=f"rm_{number:03}",
                workspace_id="ws_1",
                location=location,
                name=f"Room {number}",
                capacity=8,
                slot_minutes=15,
                created_at=FIRST,
                updated_at=FIRST,
            ),
            occupied=_bookings(f"rm_{number:03}", lines, chance),
            blackouts=(),
            now=FIRST,
        )
        for number in range(rooms)
    ]
    return Month(calendars, Interval(FIRST, FIRST + timedelta(days=days)), lines)


def _bookings(room_id: str, lines: Sequence[datetime], chance: random.Random) -> list[Occupied]:
    found: list[Occupied] = []
    at = chance.randrange(8)
    while True:
        at += chance.choice((0, 0, 1, 2, 3, 4, 6, 8, 10))
        end = at + chance.choice((2, 4, 4, 6, 8))
        if end >= len(lines):
            return found
        found.append(
            Occupied(
                booking_id=f"bk_{room_id}_{at}",
                room_id=room_id,
                slot=Interval(lines[at], lines[end]),
                buffer_minutes=0,
                kind=BusyKind.BOOKING,
            )
        )
        at = end


def by_core(month: Month) -> Starts:
    """As availability does it."""
    minutes = int(LENGTH.total_seconds()) // 60
    search = StartSearch(window=month.window, minutes=minutes, booker=GUEST)
    return [search.in_room(calendar) for calendar in month.calendars]


def by_portion(month: Month) -> Starts:
    """What is taken out of the window, as a set of intervals; each that is left holds starts."""
    found: Starts = []
    window = portion.closedopen(month.window.start, month.window.end + LENGTH)
    for calendar in month.calendars:
        taken = portion.Interval(
            *(portion.closedopen(o.slot.start, o.slot.end) for o in calendar.live())
        )
        starts: list[datetime] = []
        for piece in window - taken:
            first = bisect_left(month.lines, piece.lower)
            last = bisect_right(month.lines, piece.upper - LENGTH)
            starts += month.lines[first:last]
        found.append(starts)
    return found


def by_intervaltree(month: Month) -> Starts:
    """A tree of what is taken, asked about every slot."""
    found: Starts = []
    for calendar in month.calendars:
        tree = IntervalTree.from_tuples((o.slot.start, o.slot.end) for o in calendar.live())
        found.append([at for at in month.lines if not tree.overlaps(at, at + LENGTH)])
    return found


def by_loop(month: Month) -> Starts:
    """Every slot beside every booking that has begun by its end."""
    found: Starts = []
    for calendar in month.calendars:
        taken = [(o.slot.start, o.slot.end) for o in calendar.live()]
        starts: list[datetime] = []
        for at in month.lines:
            end = at + LENGTH
            for begin, until in taken:
                if begin < end and at < until:
                    break
            else:
                starts.append(at)
        found.append(starts)
    return found


CONTENDERS: dict[str, Callable[[Month], Starts]] = {
    "litehq_core": by_core,
    "portion": by_portion,
    "intervaltree": by_intervaltree,
    "a loop": by_loop,
}
