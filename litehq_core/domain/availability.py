"""Availability: a window of one room cut into free and typed busy blocks, and its starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from litehq_core.domain.booking import claimed
from litehq_core.domain.evaluation import Booker, Request, RuleContext, evaluate
from litehq_core.domain.interval import Interval, subtract
from litehq_core.domain.quota import Quota
from litehq_core.domain.quota_usage import Tally, tallies
from litehq_core.domain.reasons import Reason
from litehq_core.domain.room import Blackout, Room

# So far around a window a slot on its edge still sees its whole opening and its neighbours.
_MARGIN = timedelta(days=1)


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
    """A booking's hold on a room, or that of its pending change.

    ``expires_at`` is set for holds only; a hold that has lapsed occupies nothing.
    """

    booking_id: str
    room_id: str
    slot: Interval
    buffer_minutes: int
    kind: BusyKind
    expires_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still occupies the room at ``now``."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyBlock:
    """A busy part of a window. ``reason`` says more: a rule's code, or text for people."""

    interval: Interval
    kind: BusyKind
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomAvailability:
    """``free`` and ``busy`` partition the window. ``starts`` is None unless a length was given."""

    room_id: str
    timezone: str
    free: tuple[Interval, ...]
    busy: tuple[BusyBlock, ...]
    starts: tuple[datetime, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCalendar:
    """All that bears on one room's availability at ``now``."""

    room: Room
    occupied: Sequence[Occupied]
    blackouts: Sequence[Blackout]
    now: datetime

    def live(self) -> list[Occupied]:
        """What occupies the room, lapsed holds left out."""
        return [o for o in self.occupied if o.is_live(self.now)]

    def conflict(
        self, slot: Interval, *, ignoring: str | None = None, buffer_minutes: int | None = None
    ) -> Occupied | Blackout | None:
        """The first thing in the way of a booking of ``slot``.

        Args:
            ignoring: a booking that does not stand in its own way.
            buffer_minutes: the gap that must follow; None: what the room asks for now.
        """
        gap = self.room.buffer_minutes if buffer_minutes is None else buffer_minutes
        wanted = claimed(slot, gap)
        taken = [
            o
            for o in self.live()
            if o.booking_id != ignoring and claimed(o.slot, o.buffer_minutes).overlaps(wanted)
        ]
        if taken:
            return min(taken, key=lambda o: (o.slot.start, o.booking_id))
        return next((b for b in self.blackouts if b.interval.overlaps(slot)), None)

    def rule_context(
        self, window: Interval, booker: Booker, *, ignoring: str | None = None
    ) -> RuleContext:
        """What the evaluator needs to judge ``booker``'s slots that start in ``window``.

        Args:
            ignoring: a booking that does not stand in its own way.
        """
        room = self.room
        rules = room.rules.rules_for(booker.tier)
        around = window.widened(before=_MARGIN, after=_MARGIN)
        opened = room.open_intervals(around)
        return RuleContext(
            rules=rules,
            booker=booker,
            capacity=room.capacity,
            buffer_minutes=room.buffer_minutes,
            room_active=room.active,
            zone=room.location.zone,
            open_intervals=opened,
            free=self._free(around, opened, ignoring) if rules.min_gap_minutes else (),
            tallies=tuple(self._tallies(rules.quotas, booker, ignoring)),
            now=self.now,
        )

    def _tallies(
        self, quotas: Sequence[Quota], booker: Booker, ignoring: str | None
    ) -> Iterable[Tally]:
        counted = [c for c in booker.counted if c.is_live(self.now) and c.booking_id != ignoring]
        return tallies(quotas, booker.holds(quotas), counted, self.room.id)

    def _free(
        self, around: Interval, opened: Sequence[Interval], ignoring: str | None
    ) -> tuple[Interval, ...]:
        """The open times without blackouts, and without bookings and the buffers at both ends."""
        before = timedelta(minutes=self.room.buffer_minutes)
        taken = [
            claimed(o.slot, o.buffer_minutes).widened(before=before, after=timedelta(0))
            for o in self.live()
            if o.booking_id != ignoring
        ]
        shut = [blackout.interval for blackout in self.blackouts]
        return tuple(subtract(around, [*subtract(around, opened), *taken, *shut]))


def availability(
    calendar: RoomCalendar, window: Interval, *, minutes: int | None, booker: Booker
) -> RoomAvailability:
    """Free and busy blocks of ``window``, and the starts for a length if one is given.

    What is blocked by rules, and the starts, are those of ``booker``.
    """
    free, busy = _blocks(calendar, window, booker.tier)
    return RoomAvailability(
        room_id=calendar.room.id,
        timezone=calendar.room.location.timezone,
        free=tuple(free),
        busy=tuple(sorted(busy, key=lambda block: block.interval)),
        starts=None if minutes is None else tuple(starts(calendar, window, minutes, booker)),
    )


def starts(
    calendar: RoomCalendar,
    window: Interval,
    minutes: int,
    booker: Booker,
    *,
    ignoring: str | None = None,
) -> Iterable[datetime]:
    """Every start in ``window`` at which ``booker`` can book ``minutes``, and no other.

    Args:
        ignoring: a booking that does not stand in its own way.
    """
    room = calendar.room
    length = timedelta(minutes=minutes)
    context = calendar.rule_context(
        window.widened(before=timedelta(0), after=length), booker, ignoring=ignoring
    )
    for line in room.grid.lines(room.location.zone, window):
        slot = Interval(line, line + length)
        if line >= window.end or not room.grid.is_aligned(room.location.zone, slot.end):
            continue
        if calendar.conflict(slot, ignoring=ignoring) or evaluate(Request(slot=slot), context):
            continue
        yield line


def _blocks(
    calendar: RoomCalendar, window: Interval, tier: str | None
) -> tuple[list[Interval], list[BusyBlock]]:
    """The window, with each kind taken out of what the kinds before it left."""
    room, now = calendar.room, calendar.now
    rules = room.rules.rules_for(tier)
    free = [window]
    busy: list[BusyBlock] = []

    def take(interval: Interval, kind: BusyKind, reason: str | None = None) -> None:
        nonlocal free
        rest: list[Interval] = []
        for piece in free:
            taken = interval.clip(piece)
            if taken is None:
                rest.append(piece)
            else:
                busy.append(BusyBlock(interval=taken, kind=kind, reason=reason))
                rest.extend(subtract(piece, [taken]))
        free = rest

    live = calendar.live()
    # Bookings first: the hold of a pending change may overlap its own booking.
    for occupied in sorted(live, key=lambda o: o.kind is not BusyKind.BOOKING):
        take(occupied.slot, occupied.kind)
    for occupied in live:
        # Nothing fits between a booking and the gap that must lie on either side of it.
        before = Interval(
            occupied.slot.start - timedelta(minutes=room.buffer_minutes), occupied.slot.start
        )
        after = claimed(occupied.slot, occupied.buffer_minutes)
        if room.buffer_minutes:
            take(before, BusyKind.BUFFER)
        take(after, BusyKind.BUFFER)
    for blackout in calendar.blackouts:
        take(blackout.interval, BusyKind.BLACKOUT, blackout.reason)
    for closed in list(subtract(window, room.open_intervals(window))):
        take(closed, BusyKind.CLOSED)
    if now > window.start:
        take(Interval(window.start, now), BusyKind.RULE, Reason.IN_THE_PAST)
    earliest = now + timedelta(minutes=rules.lead_minutes)
    if earliest > window.start:
        take(Interval(window.start, earliest), BusyKind.RULE, Reason.LEAD_TIME)
    # A booking that starts just before the horizon may still run past it.
    latest = now + timedelta(days=rules.horizon_days, minutes=rules.max_minutes)
    if latest < window.end:
        take(Interval(latest, window.end), BusyKind.RULE, Reason.HORIZON)
    if not room.active:
        take(window, BusyKind.RULE, Reason.ROOM_INACTIVE)
    return free, busy
