"""Availability: a window of one room cut into free and typed busy blocks, and its starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from litehq_core.domain.claims import seats_for
from litehq_core.domain.evaluation import Booker, Request, evaluate
from litehq_core.domain.interval import Interval, subtract
from litehq_core.domain.reasons import Reason
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar


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


def availability(
    calendar: RoomCalendar,
    window: Interval,
    *,
    minutes: int | None,
    booker: Booker,
    attendees: int | None = None,
) -> RoomAvailability:
    """Free and busy blocks of ``window``, and the starts for a length if one is given.

    What is blocked by rules, and the starts, are those of ``booker``. A shared room is free while
    it has a seat for each of ``attendees``, one if None.
    """
    free, busy = _blocks(calendar, window, booker.tier, seats_for(attendees))
    return RoomAvailability(
        room_id=calendar.room.id,
        timezone=calendar.room.location.timezone,
        free=tuple(free),
        busy=tuple(sorted(busy, key=lambda block: block.interval)),
        starts=None
        if minutes is None
        else tuple(starts(calendar, window, minutes, booker, attendees=attendees)),
    )


def starts(
    calendar: RoomCalendar,
    window: Interval,
    minutes: int,
    booker: Booker,
    *,
    attendees: int | None = None,
    ignoring: str | None = None,
) -> Iterable[datetime]:
    """Every start in ``window`` at which ``booker`` can book ``minutes``, and no other.

    Args:
        attendees: how many come; None: not said.
        ignoring: a booking that does not stand in its own way.
    """
    room = calendar.room
    length = timedelta(minutes=minutes)
    context = calendar.rule_context(
        window.widened(before=timedelta(0), after=length),
        booker,
        ignoring=ignoring,
        seats=seats_for(attendees),
    )
    for line in room.grid.lines(room.location.zone, window):
        slot = Interval(line, line + length)
        if line >= window.end or not room.grid.is_aligned(room.location.zone, slot.end):
            continue
        if calendar.conflict(slot, ignoring=ignoring, seats=seats_for(attendees)) or evaluate(
            Request(slot=slot, attendees=attendees), context
        ):
            continue
        yield line


def _blocks(
    calendar: RoomCalendar, window: Interval, tier: str | None, seats: int
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

    for interval, kind in _occupied(calendar, window, seats):
        take(interval, kind)
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


def _occupied(
    calendar: RoomCalendar, window: Interval, seats: int
) -> Iterable[tuple[Interval, BusyKind]]:
    """What bookings and holds leave no room for, in the order in which one hides another."""
    room, live = calendar.room, calendar.live()
    before = timedelta(minutes=room.buffer_minutes)

    def around(occupied: Occupied) -> Interval:
        # Nothing fits between a booking and the gap that must lie on either side of it.
        return Interval(occupied.slot.start - before, occupied.claim.end)

    # Bookings first: the hold of a pending change may overlap its own booking.
    booked = [(o, o.slot) for o in live if o.kind is BusyKind.BOOKING]
    held = [(o, o.slot) for o in live]
    for kind, taken in (
        (BusyKind.BOOKING, booked),
        (BusyKind.HOLD, held),
        (BusyKind.BUFFER, [(o, around(o)) for o in live]),
    ):
        if room.shared:
            for full in calendar.full(taken, window, seats):
                yield full, kind
        else:
            # Each on its own, so that two bookings in a row are two blocks.
            for _, interval in taken:
                yield interval, kind
