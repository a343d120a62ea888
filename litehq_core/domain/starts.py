"""Starts: every instant at which a length can be booked, for many rooms and a month at a time.

To ask ``judge_slot`` of every line of every grid would give the same answer; a property test says
so. This is how it comes faster, with each rule still told in one place:

- the lines of a grid from which the length fits the opening hours are found once for all the rooms
  that share grid, gap, hours and zone;
- lead time and horizon are an earliest and a latest start, so they cut off both ends;
- rules that judge all slots of one length alike are asked of the first slot that is left, by the
  one evaluator; only a rule that looks around each slot is asked of each;
- what is taken is passed over in one walk in order of time, a rank among the starts at each end;
- whether the booker can pay is asked last, once for each rate card if that decides it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from litehq_core.domain.claims import seats_for
from litehq_core.domain.evaluation import Booker, Request, RuleContext, evaluate
from litehq_core.domain.interval import Interval
from litehq_core.domain.means import Means
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import MARGIN, RoomCalendar


class _Ranks(dict[datetime, int]):
    """How many starts there are up to an instant, worked out when an instant is first asked for.

    What is booked begins and ends at the same few instants in every room, and the store hands out
    one object for each, so that nearly every question is answered by a look.
    """

    def __init__(self, rank: Callable[[datetime], int]) -> None:
        super().__init__()
        self._rank = rank

    def __missing__(self, instant: datetime) -> int:
        found = self[instant] = self._rank(instant)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Openings:
    """What grid and hours alone leave: the opening times, and the starts from which a slot fits.

    Attributes:
        ahead_of: the number of starts whose slots, gap and all, are over when something begins.
        until: the number of starts that lie before something ends.
    """

    times: Sequence[Interval]
    starts: Sequence[datetime]
    ahead_of: _Ranks
    until: _Ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSearch:
    """A search for the starts at which ``booker`` can book ``minutes``, in any number of rooms.

    Attributes:
        window: where the starts lie; the slots may run past its end.
        attendees: how many come; None: not said.
        ignoring: a booking that does not stand in its own way.
    """

    window: Interval
    minutes: int
    booker: Booker
    attendees: int | None = None
    ignoring: str | None = None
    _known: dict[tuple[OpeningHours, str, int, int], _Openings] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def length(self) -> timedelta:
        """How long each booking would last."""
        return timedelta(minutes=self.minutes)

    @property
    def slots(self) -> Interval:
        """Where the bookings would lie."""
        return Interval(self.window.start, self.window.end + self.length)

    def in_room(self, calendar: RoomCalendar, means: Means | None = None) -> list[datetime]:
        """Every such start in one room, and no other, in order.

        Args:
            calendar: reaches around ``window`` as ``Rooms.calendar`` does.
            means: what the booker can pay with; None: who pays is not known, so nobody asks.
        """
        openings = self._openings(calendar.room)
        context = calendar.rule_context(
            self.slots,
            self.booker,
            ignoring=self.ignoring,
            seats=seats_for(self.attendees),
            opened=openings.times,
        )
        first = bisect_left(openings.starts, context.earliest)
        last = bisect_right(openings.starts, context.latest)
        if first >= last or not self._may_book(openings.starts[first], context):
            return []
        found = self._free(calendar, openings, first, last)
        if context.needs_each_slot:
            found = [start for start in found if not evaluate(self._request(start), context)]
        return found if means is None else means.payable(found, self.length)

    def _may_book(self, start: datetime, context: RuleContext) -> bool:
        """Whether the rules that judge all slots alike allow them, asked of one."""
        return context.needs_each_slot or not evaluate(self._request(start), context)

    def _request(self, start: datetime) -> Request:
        return Request(slot=Interval(start, start + self.length), attendees=self.attendees)

    def _openings(self, room: Room) -> _Openings:
        hours = room.opening_hours or room.location.opening_hours
        key = (hours, room.location.timezone, room.slot_minutes, room.buffer_minutes)
        if key not in self._known:
            self._known[key] = self._find_openings(room)
        return self._known[key]

    def _find_openings(self, room: Room) -> _Openings:
        length, window = self.length, self.window
        times = room.open_intervals(self.slots.widened(before=MARGIN, after=MARGIN))
        lines = room.grid.lines(room.location.zone, self.slots)
        starts: list[datetime] = []
        end = 0
        for opening in times:
            for start in lines[bisect_left(lines, opening.start) :]:
                if start >= window.end or start + length > opening.end:
                    break
                # Both walk forward, so each line is looked at once as an end.
                while end < len(lines) and lines[end] < start + length:
                    end += 1
                if end < len(lines) and lines[end] == start + length:
                    starts.append(start)
        needed = length + timedelta(minutes=room.buffer_minutes)
        ahead_of = _Ranks(lambda begin: bisect_right(starts, begin - needed))
        until = _Ranks(lambda end: bisect_left(starts, end))
        # Most of what is booked begins and ends where something else could start.
        ahead = 0
        for number, start in enumerate(starts):
            while starts[ahead] + needed <= start:
                ahead += 1
            ahead_of[start], until[start] = ahead, number
        return _Openings(times=times, starts=starts, ahead_of=ahead_of, until=until)

    def _free(
        self, calendar: RoomCalendar, openings: _Openings, first: int, last: int
    ) -> list[datetime]:
        """The starts, of a range of them, whose slots and gaps touch nothing that is there."""
        if calendar.room.shared:
            found = list(openings.starts[first:last])
            gap = timedelta(minutes=calendar.room.buffer_minutes)
            taken = ((o, o.claim) for o in calendar.live() if o.holder_id != self.ignoring)
            claims = self.slots.widened(before=timedelta(0), after=gap)
            for full in calendar.full(taken, claims, seats_for(self.attendees)):
                _cut(found, full, self.length + gap)
        else:
            found = self._unoccupied(calendar, openings, first, last)
        for blackout in calendar.blackouts:
            # It may begin where the slot ends, without the gap that the others ask for.
            _cut(found, blackout.interval, self.length)
        return found

    def _unoccupied(
        self, calendar: RoomCalendar, openings: _Openings, first: int, last: int
    ) -> list[datetime]:
        """The same for what occupies the whole room; tens of thousands of times in a month."""
        starts, now = openings.starts, calendar.now
        ahead_of, until = openings.ahead_of, openings.until
        found: list[datetime] = []
        at = first
        for occupied in calendar.without(self.ignoring).occupied:
            # As ``is_live`` says; a call would cost more than all the rest.
            lapses = occupied.expires_at
            if lapses is not None and lapses <= now:
                continue
            slot = occupied.slot
            stop = ahead_of[slot.start]
            if stop > at:
                if stop >= last:
                    break
                found += starts[at:stop]
            gap = occupied.buffer_minutes
            onward = until[slot.end + timedelta(minutes=gap) if gap else slot.end]
            if onward > at:  # noqa: PLR1730 - a call of max costs a quarter of the walk
                at = onward
        found += starts[at:last]
        return found


def _cut(starts: list[datetime], block: Interval, needed: timedelta) -> None:
    """Take out the starts, which are in order, that need so much time and meet the block in it."""
    del starts[bisect_right(starts, block.start - needed) : bisect_left(starts, block.end)]
