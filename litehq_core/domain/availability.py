"""Availability: a window of one room cut into free and typed busy blocks, and its starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from litehq_core.domain.claims import seats_for
from litehq_core.domain.evaluation import Booker, standing_violations
from litehq_core.domain.interval import Interval, subtract
from litehq_core.domain.means import Means
from litehq_core.domain.reasons import Reason
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.starts import StartSearch


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
    booker: Booker,
    attendees: int | None = None,
    minutes: int | None = None,
) -> RoomAvailability:
    """What ``booker`` finds free in one room; as :func:`availabilities`, whoever pays."""
    (found,) = availabilities(
        [calendar], window, booker=booker, attendees=attendees, minutes=minutes
    )
    return found


def availabilities(
    calendars: Sequence[RoomCalendar],
    window: Interval,
    *,
    booker: Booker,
    attendees: int | None = None,
    minutes: int | None = None,
    means: Mapping[str, Means] | None = None,
) -> list[RoomAvailability]:
    """What ``booker`` finds free in some rooms, and with ``minutes`` the starts for that length.

    Free is a time in which nothing stands in his way, whatever length he wants: a shared room is
    free while it has a seat for each of ``attendees`` (one if None). What he may never book, for
    his tier, his status, his party's size or because the room is inactive, has no free time: what
    is not busy otherwise is blocked by that rule, named by its reason code. Rules that judge a
    slot as a whole, such as lengths, gaps and what he can pay, show in the starts alone. So does
    what the waitlist offers him: it is held, and he may book it.

    Args:
        means: by room, what he can pay with; None: who pays is not known, so nobody asks.
    """
    search = (
        None
        if minutes is None
        else StartSearch(window=window, minutes=minutes, booker=booker, attendees=attendees)
    )
    found: list[RoomAvailability] = []
    for calendar in calendars:
        room = calendar.room
        free, busy = _blocks(calendar, window, booker, attendees)
        of_room = None if means is None else means[room.id]
        found.append(
            RoomAvailability(
                room_id=room.id,
                timezone=room.location.timezone,
                free=tuple(free),
                busy=tuple(sorted(busy, key=lambda block: block.interval.start)),
                starts=None if search is None else _starts(search, calendar, of_room),
            )
        )
    return found


def _starts(
    search: StartSearch, calendar: RoomCalendar, means: Means | None
) -> tuple[datetime, ...]:
    """The starts for a length, and those of what is offered for just that length."""
    found = set(search.in_room(calendar, means))
    for offer in calendar.live():
        if offer.is_offered(search.booker.member_id, calendar.room, search.minutes):
            begin = offer.slot.start
            just_then = replace(search, window=Interval(begin, begin + timedelta(minutes=1)))
            if search.window.start <= begin < search.window.end:
                found.update(just_then.in_room(calendar.without(offer.holder_id), means))
    return tuple(sorted(found))


def free_times(
    calendar: RoomCalendar,
    window: Interval,
    booker: Booker,
    *,
    attendees: int | None = None,
    ignoring: str | None = None,
) -> list[Interval]:
    """The free times of a room within ``window``, as :func:`availabilities` shows them.

    Args:
        ignoring: a booking that does not stand in its own way.
    """
    free, _ = _blocks(calendar.without(ignoring), window, booker, attendees)
    return free


def _blocks(
    calendar: RoomCalendar, window: Interval, booker: Booker, attendees: int | None
) -> tuple[list[Interval], list[BusyBlock]]:
    """The window, with each kind taken out of what the kinds before it left."""
    context = calendar.rule_context(window, booker, seats=seats_for(attendees))
    free = [window]
    busy: list[BusyBlock] = []

    def take(intervals: Iterable[Interval], kind: BusyKind, reason: str | None = None) -> None:
        nonlocal free
        taken, free = _split(free, sorted(intervals, key=attrgetter("start")))
        busy.extend(BusyBlock(interval=piece, kind=kind, reason=reason) for piece in taken)

    for kind, intervals in _occupied(calendar, window, seats_for(attendees)):
        take(intervals, kind)
    for blackout in calendar.blackouts:
        take([blackout.interval], BusyKind.BLACKOUT, blackout.reason)
    take(subtract(window, context.open_intervals), BusyKind.CLOSED)
    take(_until(window, context.now), BusyKind.RULE, Reason.IN_THE_PAST)
    take(_until(window, context.earliest), BusyKind.RULE, Reason.LEAD_TIME)
    # A booking that starts just before the horizon may still run past it.
    end = context.latest + timedelta(minutes=context.rules.max_minutes)
    take(subtract(window, _until(window, end)), BusyKind.RULE, Reason.HORIZON)
    for violation in standing_violations(attendees, context):
        take([window], BusyKind.RULE, violation.reason)
    return free, busy


def _until(window: Interval, end: datetime) -> list[Interval]:
    """The part of a window before ``end``; none if there is nothing of it."""
    return [Interval(window.start, min(end, window.end))] if end > window.start else []


def _split(
    pieces: Iterable[Interval], cuts: Sequence[Interval]
) -> tuple[list[Interval], list[Interval]]:
    """What the cuts take of the pieces, each cut what those before it left, and what remains.

    Both are in order, and so are the answers: each is walked through once.
    """
    taken: list[Interval] = []
    rest: list[Interval] = []
    number = 0
    for piece in pieces:
        cursor = piece.start
        while cursor < piece.end and number < len(cuts) and cuts[number].start < piece.end:
            cut = cuts[number]
            if cut.end > cursor:
                if cut.start > cursor:
                    rest.append(Interval(cursor, cut.start))
                    cursor = cut.start
                end = min(cut.end, piece.end)
                taken.append(Interval(cursor, end))
                cursor = end
            # One that ends behind the piece may reach into the next, too.
            if cut.end <= piece.end:
                number += 1
        if cursor < piece.end:
            rest.append(Interval(cursor, piece.end))
    return taken, rest


def _occupied(
    calendar: RoomCalendar, window: Interval, seats: int
) -> Iterable[tuple[BusyKind, Iterable[Interval]]]:
    """What bookings and holds leave no room for, in the order in which one hides another."""
    room, live = calendar.room, calendar.live()
    before = timedelta(minutes=room.buffer_minutes)

    def around(occupied: Occupied) -> Interval:
        # Nothing fits between a booking and the gap that must lie on either side of it.
        return Interval(occupied.slot.start - before, occupied.claim.end)

    # Bookings first: the hold of a pending change may overlap its own booking.
    for kind, taken in (
        (BusyKind.BOOKING, [(o, o.slot) for o in live if o.kind is BusyKind.BOOKING]),
        (BusyKind.HOLD, [(o, o.slot) for o in live]),
        (BusyKind.BUFFER, [(o, around(o)) for o in live]),
    ):
        if room.shared:
            yield kind, calendar.full(taken, window, seats)
        else:
            # Each on its own, so that two bookings in a row are two blocks.
            yield kind, (interval for _, interval in taken)
