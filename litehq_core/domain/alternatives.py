"""What to offer instead of a slot that is taken.

There are three kinds, and they are listed in this order:

1. **another time** in the same room for the same length, the nearest first, the earlier of two
   that are equally near, within a day on either side;
2. **another room** at the same location for the very slot: one that seats the party (or, if nobody
   said how many come, as many as the room that was wanted), the smallest that does first;
3. **a shorter time** in the same room, within what was wanted: the longest first, then the earlier.

Five at most: three other times and two other rooms. What one of the two cannot fill is the other's,
and what both leave is for shorter times. So whoever must keep the time sees rooms, and whoever
must keep the room sees times. Nothing is offered that the decision itself would refuse the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from litehq_core.domain.availability import free_times
from litehq_core.domain.decision import SEARCH_SPAN, BookingContext
from litehq_core.domain.errors import Alternative
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.starts import StartSearch
from litehq_core.domain.wall_clock import instant_text

MAX_ALTERNATIVES = 5
# Places kept for other rooms, if there are that many.
ROOMS_AT_LEAST = 2

# Whether the decision would go through in the context's room for another slot.
Accepts = Callable[[BookingContext, Interval], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A slot that was refused because it is taken.

    Attributes:
        attendees: how many come; None: not said.
        ignoring: the booking that was to be moved, which does not stand in its own way.
    """

    slot: Interval
    attendees: int | None
    accepts: Accepts
    ignoring: str | None = None

    def seats_in(self, room: Room) -> int:
        """How many seats a room must have to stand in for ``room``."""
        return self.attendees or (1 if room.shared else room.capacity)


def other_times(context: BookingContext, wanted: Wanted) -> list[Alternative]:
    """The same length in the same room at other times, nearest first."""
    slot = wanted.slot
    search = StartSearch(
        window=slot.widened(before=SEARCH_SPAN, after=SEARCH_SPAN),
        minutes=slot.minutes,
        booker=context.booker,
        attendees=wanted.attendees,
        ignoring=wanted.ignoring,
    )
    starts = sorted(search.in_room(context.calendar), key=lambda at: (abs(at - slot.start), at))
    slots = (Interval(start, start + search.length) for start in starts)
    return _accepted(context, wanted, slots)


def rooms_by_fit(calendars: Iterable[RoomCalendar], wanted: Wanted) -> list[RoomCalendar]:
    """The rooms in which the slot may be free, those with the fewest seats too many first."""
    free = [
        calendar
        for calendar in calendars
        if not calendar.conflict(wanted.slot, ignoring=wanted.ignoring, seats=wanted.attendees or 1)
    ]
    return sorted(free, key=lambda calendar: (calendar.room.capacity, calendar.room.id))


def in_other_room(context: BookingContext, wanted: Wanted) -> list[Alternative]:
    """The very slot in the context's room, which is another than the one that was wanted."""
    return _accepted(context, wanted, [wanted.slot])


def shorter_times(context: BookingContext, wanted: Wanted) -> list[Alternative]:
    """What can be had of the slot in the same room: of each free part, all that the grid lets."""
    room = context.calendar.room
    free = free_times(
        context.calendar,
        wanted.slot,
        context.booker,
        attendees=wanted.attendees,
        ignoring=wanted.ignoring,
    )
    found: list[Interval] = []
    for piece in free:
        lines = room.grid.lines(room.location.zone, piece)
        if len(lines) > 1:
            found.append(Interval(lines[0], lines[-1]))
    return _accepted(context, wanted, sorted(found, key=lambda slot: (-slot.minutes, slot.start)))


def best(
    times: Sequence[Alternative], rooms: Sequence[Alternative], shorter: Sequence[Alternative]
) -> tuple[Alternative, ...]:
    """Five at most, in the order of their kinds; see above for who gets how many places."""
    for_rooms = max(ROOMS_AT_LEAST, MAX_ALTERNATIVES - len(times))
    kept = [*times[: MAX_ALTERNATIVES - len(rooms[:for_rooms])], *rooms[:for_rooms], *shorter]
    return tuple(kept[:MAX_ALTERNATIVES])


def _accepted(
    context: BookingContext, wanted: Wanted, slots: Iterable[Interval]
) -> list[Alternative]:
    """The first few of the slots that would not be refused."""
    fit = (slot for slot in slots if wanted.accepts(context, slot))
    return [
        Alternative(
            room_id=context.calendar.room.id,
            start_at=instant_text(slot.start),
            end_at=instant_text(slot.end),
        )
        for slot in islice(fit, MAX_ALTERNATIVES)
    ]
