"""Deciding who is offered what, and how entries of the waitlist begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from litehq_core.domain.booking import Guest
from litehq_core.domain.claims import Claim, claims_on, seats_for
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.errors import BookingRuleViolated, InvalidTransition, SlotMisaligned
from litehq_core.domain.evaluation import Booker, Request, evaluate
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.interval import Interval, subtract
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.reasons import Reason
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.starts import StartSearch
from litehq_core.domain.waitlist import (
    NOUN,
    Offer,
    WaitlistEntry,
    WaitlistMove,
    WaitlistStatus,
    move_entry,
)
from litehq_core.domain.waitlist_events import waitlist_event

# What stands against every slot of a room alike, so that waiting for one is in vain.
LASTING = frozenset(
    {
        *(Reason.TOO_SHORT, Reason.TOO_LONG, Reason.OVER_CAPACITY),
        *(Reason.TIER_NOT_ALLOWED, Reason.ROOM_INACTIVE, Reason.MEMBER_NOT_ACTIVE),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWaitlist:
    """A wish to wait: for a room, or for any room at a location; for a member, or for a guest.

    The booking that is waited for lasts ``duration_minutes`` and lies in ``[from_at, to_at)``.
    """

    room_id: str | None = None
    location_id: str | None = None
    from_at: datetime
    to_at: datetime
    duration_minutes: int
    member_id: str | None = None
    guest: Guest | None = None
    attendees: int | None = None
    billing_mode: BillingMode | None = None
    notes: str | None = None

    @property
    def window(self) -> Interval:
        """``[from_at, to_at)``."""
        return Interval(self.from_at, self.to_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDecision:
    """All that one decision about an entry writes.

    ``claims`` are what it claims from now on: what it is offered, if it is.
    """

    entry: WaitlistEntry
    is_new: bool = False
    claims: tuple[Claim, ...] = ()
    events: tuple[EventDraft, ...]


def decide_join(
    wish: JoinWaitlist, rooms: Sequence[Room], booker: Booker, entry_id: str, now: datetime
) -> EntryDecision:
    """A new entry at the end of the line.

    Args:
        rooms: each room that would do, at least one.

    Raises:
        SlotMisaligned: the length fits no room's grid.
        BookingRuleViolated: no room would take such a booking at any time, as things stand.
    """
    refusals = [_in_vain(wish, room, booker, now) for room in rooms]
    if None not in refusals:
        raise min((r for r in refusals if r), key=_severity)
    entry = WaitlistEntry(
        id=entry_id,
        workspace_id=rooms[0].workspace_id,
        location_id=rooms[0].location.id,
        room_id=wish.room_id,
        window=wish.window,
        duration_minutes=wish.duration_minutes,
        member_id=wish.member_id,
        guest=wish.guest,
        company_id=booker.company_id,
        attendees=wish.attendees,
        billing_mode=wish.billing_mode,
        notes=wish.notes,
        next_check_at=now,
        created_at=now,
        updated_at=now,
    ).put_off(now)
    joined = waitlist_event(EventType.WAITLIST_JOINED, entry, None)
    return EntryDecision(entry=entry, is_new=True, events=(joined,))


def _in_vain(
    wish: JoinWaitlist, room: Room, booker: Booker, now: datetime
) -> SlotMisaligned | BookingRuleViolated | None:
    """Why the room could never be booked so; None if it could."""
    if wish.duration_minutes % room.slot_minutes:
        return SlotMisaligned(slot_minutes=room.slot_minutes, fields=("duration_minutes",))
    sample = Interval(wish.from_at, wish.from_at + timedelta(minutes=wish.duration_minutes))
    # Who is there does not matter, as if nobody were.
    empty = RoomCalendar(room=room, occupied=(), blackouts=(), now=now)
    found = evaluate(
        Request(slot=sample, attendees=wish.attendees), empty.rule_context(sample, booker)
    )
    lasting = tuple(violation for violation in found if violation.reason in LASTING)
    return BookingRuleViolated(lasting) if lasting else None


def _severity(refusal: SlotMisaligned | BookingRuleViolated) -> int:
    """Of several rooms, the one that comes closest tells why."""
    return len(refusal.violations) if isinstance(refusal, BookingRuleViolated) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedRoom:
    """A room in which something was let go, as it is now.

    Attributes:
        released: what was let go; a slot is offered only if its claim meets it.
        window: so far around it something could begin.
    """

    calendar: RoomCalendar
    released: Interval
    window: Interval

    def starts_for(self, entry: WaitlistEntry) -> Interval | None:
        """Where a slot of the entry's may begin, whatever is there; None if nowhere."""
        room = self.calendar.room
        # Ends are exclusive, and instants are whole seconds.
        second = timedelta(seconds=1)
        reach = timedelta(minutes=entry.duration_minutes + room.buffer_minutes)
        first = max(entry.window.start, self.released.start - reach + second, self.calendar.now)
        end = min(entry.expires_at + second, self.released.end)
        return Interval(first, end) if first < end else None

    def gaps(self, seats: int) -> list[Interval]:
        """Where the room is open and has ``seats`` free: what can be booked lies within one."""
        calendar, window = self.calendar, self.window
        taken = calendar.full(((o, o.claim) for o in calendar.live()), window, seats)
        shut = [blackout.interval for blackout in calendar.blackouts]
        opened = calendar.room.open_intervals(window)
        return [gap for opening in opened for gap in subtract(opening, [*taken, *shut])]


def may_fit(entry: WaitlistEntry, freed: FreedRoom) -> bool:
    """Whether the entry could be offered something there: a quick look, before anybody is judged.

    Most of a line fits nowhere, and nothing needs to be read to see that.
    """
    starts = freed.starts_for(entry) if entry.waits_for(freed.calendar.room) else None
    if starts is None:
        return False
    length = timedelta(minutes=entry.duration_minutes)
    return any(
        max(gap.start, starts.start) + length <= gap.end and gap.start < starts.end
        for gap in freed.gaps(seats_for(entry.attendees))
    )


def find_offer(
    entry: WaitlistEntry, freed: FreedRoom, booker: Booker, offer_minutes: int
) -> Offer | None:
    """The earliest slot there that ``booker`` can book.

    The offer lapses before the room's lead time makes it void, and never beyond its start.

    Args:
        booker: the entry's, with what counts towards his quotas there.
        offer_minutes: how long he has.
    """
    window = freed.starts_for(entry)
    if window is None:
        return None
    room, now = freed.calendar.room, freed.calendar.now
    lead = timedelta(minutes=room.rules.rules_for(booker.tier).lead_minutes)
    search = StartSearch(
        window=window,
        minutes=entry.duration_minutes,
        booker=booker,
        attendees=entry.attendees,
    )
    for start in search.in_room(freed.calendar):
        until = min(now + timedelta(minutes=offer_minutes), start - lead)
        if until > now:
            return Offer(
                room_id=room.id,
                slot=Interval(start, start + search.length),
                buffer_minutes=room.buffer_minutes,
                expires_at=until,
            )
    return None


def decide_offer(entry: WaitlistEntry, offer: Offer, room: Room, now: datetime) -> EntryDecision:
    """The entry is offered a slot of ``room``."""
    offered = _moved(entry, WaitlistMove.OFFER, now, offer=offer)
    return replace(offered, claims=claims_on(room.summary, offer.claim, entry.attendees))


def decide_leave(entry: WaitlistEntry, now: datetime) -> EntryDecision:
    """The entry's booker waits no longer, or declines what he is offered.

    Raises:
        InvalidTransition: the entry has ended.
    """
    if entry.is_lapsed(now):
        raise _refused(WaitlistStatus.EXPIRED, WaitlistMove.CANCEL)
    return _moved(entry, WaitlistMove.CANCEL, now)


def decide_end(entry: WaitlistEntry, now: datetime) -> EntryDecision:
    """The entry's offer has lapsed, or nothing can be offered to it any more."""
    return _moved(entry, WaitlistMove.EXPIRE, now)


def decide_taken(entry: WaitlistEntry, booking_id: str, now: datetime) -> EntryDecision:
    """What the entry was offered has become a booking, to which the claims pass."""
    return _moved(entry, WaitlistMove.BOOK, now, booking_id=booking_id)


def accepting(entry: WaitlistEntry, now: datetime) -> CreateBooking:
    """The booking that accepting the entry's offer asks for.

    Raises:
        InvalidTransition: the entry has no offer, or no more.
    """
    offer = entry.offer
    if offer is None or entry.is_lapsed(now):
        raise _refused(WaitlistStatus.EXPIRED if offer else entry.status, WaitlistMove.BOOK)
    return CreateBooking(
        room_id=offer.room_id,
        start_at=offer.slot.start,
        end_at=offer.slot.end,
        member_id=entry.member_id,
        guest=entry.guest,
        attendees=entry.attendees,
        notes=entry.notes,
        billing_mode=entry.billing_mode,
    )


def _moved(
    entry: WaitlistEntry, step: WaitlistMove, now: datetime, **changes: Any
) -> EntryDecision:
    moved, kind = move_entry(entry, step, now, **changes)
    return EntryDecision(entry=moved, events=(waitlist_event(kind, moved, entry),))


def _refused(status: WaitlistStatus, step: WaitlistMove) -> InvalidTransition:
    return InvalidTransition(status=status, move=step, noun=NOUN)
