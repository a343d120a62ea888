"""A room's calendar: all that stands in the way of a booking, and what of it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from litehq_core.domain.booking import claimed
from litehq_core.domain.evaluation import Booker, BookingRuleSet, RuleContext
from litehq_core.domain.interval import Interval, merge, subtract
from litehq_core.domain.quota import Quota
from litehq_core.domain.quota_usage import Tally, tallies
from litehq_core.domain.room import Blackout, Room

_BEGIN = attrgetter("slot.start")
# So far around a window a slot on its edge still sees its whole opening and its neighbours.
MARGIN = timedelta(days=1)


class BusyKind(StrEnum):
    """Why a time is not free, in the order in which one hides another."""

    BOOKING = "booking"
    HOLD = "hold"
    BUFFER = "buffer"
    BLACKOUT = "blackout"
    CLOSED = "closed"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """A booking's hold on a room, that of its pending change, or an offer from the waitlist.

    Attributes:
        booking_id: the booking; None for an offer.
        entry_id: the waitlist entry that is offered the slot; None for a booking.
        offered_to: the member who is offered it; None for a guest.
        room_id: the room that was booked, which a calendar's own room may be a part of.
        expires_at: set for holds and offers only; what has lapsed occupies nothing.
        seats: what it takes if its room is shared.
    """

    booking_id: str | None
    entry_id: str | None = None
    offered_to: str | None = None
    room_id: str
    slot: Interval
    buffer_minutes: int
    kind: BusyKind
    expires_at: datetime | None = None
    seats: int = 1

    @property
    def holder_id(self) -> str:
        """The id of whatever claims the cells."""
        return self.booking_id or self.entry_id or ""

    @property
    def claim(self) -> Interval:
        """The slot and the gap behind it."""
        return claimed(self.slot, self.buffer_minutes)

    def is_offered(self, member_id: str | None, room: Room, minutes: int) -> bool:
        """Whether it is an offer of ``room`` to a member, for just so many minutes."""
        offered = self.offered_to is not None and self.offered_to == member_id
        return offered and self.room_id == room.id and self.slot.minutes == minutes

    def is_live(self, now: datetime) -> bool:
        """Whether it still occupies the room at ``now``."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCalendar:
    """All that bears on one room's availability at ``now``.

    ``occupied`` and ``blackouts`` are those of every room that shares a leaf with it. In whatever
    order they are given, what occupies the room is kept in order of its start. ``installed`` are
    the booking rules that others brought, of which stores know nothing.
    """

    room: Room
    occupied: Sequence[Occupied]
    blackouts: Sequence[Blackout]
    now: datetime
    installed: BookingRuleSet = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "occupied", sorted(self.occupied, key=_BEGIN))

    def with_rules(self, installed: BookingRuleSet) -> RoomCalendar:
        """The calendar, judged by rules that others brought as well."""
        return replace(self, installed=installed) if installed else self

    def live(self) -> list[Occupied]:
        """What occupies the room, lapsed holds left out."""
        return [o for o in self.occupied if o.is_live(self.now)]

    def without(self, holder_id: str | None) -> RoomCalendar:
        """The calendar as if a booking, or an entry's offer, were not there; None: as it is."""
        if holder_id is None:
            return self
        left = [o for o in self.occupied if o.holder_id != holder_id]
        return replace(self, occupied=left)

    def as_claimed(self) -> RoomCalendar:
        """The calendar in which what has lapsed, but was not swept, still occupies the room."""
        return replace(self, occupied=[replace(o, expires_at=None) for o in self.occupied])

    def conflict(
        self,
        slot: Interval,
        *,
        ignoring: str | None = None,
        buffer_minutes: int | None = None,
        seats: int = 1,
    ) -> Occupied | Blackout | None:
        """The first thing in the way of a booking of ``slot``.

        Args:
            ignoring: a booking that does not stand in its own way.
            buffer_minutes: the gap that must follow; None: what the room asks for now.
            seats: how many it takes, if the room is shared.
        """
        gap = self.room.buffer_minutes if buffer_minutes is None else buffer_minutes
        wanted = claimed(slot, gap)
        taken = [o for o in self.live() if o.holder_id != ignoring and o.claim.overlaps(wanted)]
        full = self.full(((o, o.claim) for o in taken), wanted, seats)
        if full:
            in_the_way = [o for o in taken if o.claim.overlaps(full[0])]
            return min(in_the_way, key=lambda o: (o.slot.start, o.holder_id))
        return next((b for b in self.blackouts if b.interval.overlaps(slot)), None)

    def rule_context(
        self,
        window: Interval,
        booker: Booker,
        *,
        ignoring: str | None = None,
        seats: int = 1,
        opened: Sequence[Interval] | None = None,
    ) -> RuleContext:
        """What the evaluator needs to judge ``booker``'s slots within ``window``.

        Args:
            ignoring: a booking that does not stand in its own way.
            seats: how many it takes, if the room is shared.
            opened: the opening times, a day around the window, if they are known already.
        """
        room = self.room
        rules = room.rules.rules_for(booker.tier)
        around = window.widened(before=MARGIN, after=MARGIN)
        if opened is None:
            opened = room.open_intervals(around)
        return RuleContext(
            rules=rules,
            booker=booker,
            capacity=room.capacity,
            buffer_minutes=room.buffer_minutes,
            room_active=room.active,
            zone=room.location.zone,
            open_intervals=opened,
            free=self._free(around, opened, ignoring, seats) if rules.min_gap_minutes else (),
            tallies=tuple(self._tallies(rules.quotas, booker, ignoring)),
            installed=self.installed,
            now=self.now,
        )

    def _tallies(
        self, quotas: Sequence[Quota], booker: Booker, ignoring: str | None
    ) -> Iterable[Tally]:
        counted = [c for c in booker.counted if c.is_live(self.now) and c.booking_id != ignoring]
        return tallies(quotas, booker.holds(quotas), counted, self.room.id)

    def _free(
        self, around: Interval, opened: Sequence[Interval], ignoring: str | None, seats: int
    ) -> tuple[Interval, ...]:
        """The open times without blackouts, and without bookings and the buffers at both ends."""
        before = timedelta(minutes=self.room.buffer_minutes)
        taken = (
            (o, o.claim.widened(before=before, after=timedelta(0)))
            for o in self.live()
            if o.holder_id != ignoring
        )
        shut = [blackout.interval for blackout in self.blackouts]
        closed = subtract(around, opened)
        return tuple(subtract(around, [*closed, *self.full(taken, around, seats), *shut]))

    def full(
        self, taken: Iterable[tuple[Occupied, Interval]], window: Interval, seats: int
    ) -> list[Interval]:
        """The parts of ``window`` in which the room has not ``seats`` to give, in order.

        Args:
            taken: what occupies the room, and for how long that counts here.
        """
        room = self.room
        if not room.shared:
            return merge(c for _, when in taken if (c := when.clip(window)))
        steps = seat_steps(((when, o.holder_id, o.seats) for o, when in taken), window)
        return merge(step for step, used in steps if used and used + seats > room.capacity)


def seat_steps(
    claims: Iterable[tuple[Interval, str, int]], window: Interval
) -> Iterator[tuple[Interval, int]]:
    """How many seats are taken in ``window``, step by step; together they are the window.

    Args:
        claims: when, by which booking, and how many seats. Where a booking claims twice, as one
            does whose change waits, the larger number counts.
    """
    held: dict[str, list[int]] = {}
    turns: list[tuple[datetime, bool, str, int]] = []
    for interval, booking_id, seats in claims:
        clipped = interval.clip(window)
        if clipped:
            turns.append((clipped.start, True, booking_id, seats))
            turns.append((clipped.end, False, booking_id, seats))
    since, used = window.start, 0
    for at, begins, booking_id, seats in sorted(turns):
        if at > since:
            yield Interval(since, at), used
            since = at
        own = held.setdefault(booking_id, [])
        before = max(own, default=0)
        if begins:
            own.append(seats)
        else:
            own.remove(seats)
        used += max(own, default=0) - before
    if since < window.end:
        yield Interval(since, window.end), used
