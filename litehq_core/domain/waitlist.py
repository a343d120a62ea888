"""The waitlist: wishes for a slot that is taken, and the offers made once it is free.

An entry waits for a room, or for any room of a location, in a window. When a slot that it could
have is released, the first in line is *offered* it: the slot is held for him alone until the
offer lapses, and then goes to the next. Every status change is a row of :data:`TRANSITIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.booking import Guest, claimed
from litehq_core.domain.errors import InvalidTransition, VersionConflict
from litehq_core.domain.events import EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.room import Room

NOUN = "waitlist entry"

# A release tells who waits for it at once. What else makes a slot free (new hours, a blackout
# taken back) is found by looking again so often.
CHECK_EVERY = timedelta(minutes=15)


class WaitlistStatus(StrEnum):
    """Where an entry stands; the last three are ends."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class WaitlistMove(StrEnum):
    """What can happen to an entry's status."""

    OFFER = "be offered a slot"
    BOOK = "be accepted"
    EXPIRE = "expire"
    CANCEL = "be cancelled"


TRANSITIONS: Mapping[tuple[WaitlistStatus, WaitlistMove], tuple[WaitlistStatus, EventType]] = {
    (WaitlistStatus.WAITING, WaitlistMove.OFFER): (
        WaitlistStatus.OFFERED,
        EventType.WAITLIST_OFFERED,
    ),
    # No start within the window is possible any more.
    (WaitlistStatus.WAITING, WaitlistMove.EXPIRE): (
        WaitlistStatus.EXPIRED,
        EventType.WAITLIST_EXPIRED,
    ),
    (WaitlistStatus.WAITING, WaitlistMove.CANCEL): (
        WaitlistStatus.CANCELLED,
        EventType.WAITLIST_CANCELLED,
    ),
    (WaitlistStatus.OFFERED, WaitlistMove.BOOK): (
        WaitlistStatus.BOOKED,
        EventType.WAITLIST_BOOKED,
    ),
    # Not taken in time. Who went back in line would be offered the same slot again, and keep it
    # from everybody behind him for as long as he is away.
    (WaitlistStatus.OFFERED, WaitlistMove.EXPIRE): (
        WaitlistStatus.EXPIRED,
        EventType.WAITLIST_EXPIRED,
    ),
    (WaitlistStatus.OFFERED, WaitlistMove.CANCEL): (
        WaitlistStatus.CANCELLED,
        EventType.WAITLIST_CANCELLED,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A slot held for one entry alone until ``expires_at``; the buffer is frozen with it."""

    room_id: str
    slot: Interval
    buffer_minutes: int
    expires_at: datetime

    @property
    def claim(self) -> Interval:
        """What it claims of its room."""
        return claimed(self.slot, self.buffer_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistEntry:
    """A place in line. Either ``member_id`` or ``guest`` is set.

    Attributes:
        room_id: the room waited for; None means any room at ``location_id``.
        window: the whole booking must lie inside it.
        company_id: that of the member, when he joined.
        next_check_at: when a waiting entry is looked at again, its end at the latest.
    """

    id: str
    workspace_id: str
    status: WaitlistStatus = WaitlistStatus.WAITING
    version: int = 1
    location_id: str
    room_id: str | None
    window: Interval
    duration_minutes: int
    member_id: str | None
    guest: Guest | None
    company_id: str | None
    attendees: int | None
    billing_mode: BillingMode | None
    notes: str | None
    offer: Offer | None = None
    booking_id: str | None = None
    next_check_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def expires_at(self) -> datetime:
        """The last start that leaves room for the length: what begins later ends too late."""
        return self.window.end - timedelta(minutes=self.duration_minutes)

    @property
    def booker(self) -> str:
        """Who waits, in the words in which a wish for a booking says who books."""
        return self.member_id or (f"guest:{self.guest.email}" if self.guest else "")

    @property
    def held(self) -> tuple[tuple[str, Interval], ...]:
        """(room id, interval) of what is held for it: its offer, if it has one."""
        return ((self.offer.room_id, self.offer.claim),) if self.offer else ()

    def is_over(self, now: datetime) -> bool:
        """Whether nothing can be offered to it any more."""
        return now >= self.expires_at

    def is_lapsed(self, now: datetime) -> bool:
        """Whether its offer's time has passed: the slot is free, swept or not."""
        return self.offer is not None and now >= self.offer.expires_at

    def waits_for(self, room: Room) -> bool:
        """Whether it stands in line for ``room``."""
        return self.location_id == room.location.id and self.room_id in (None, room.id)

    def is_rival_of(self, other: WaitlistEntry) -> bool:
        """Whether the two could wait for the same slot."""
        return (
            self.location_id == other.location_id
            and (None in (self.room_id, other.room_id) or self.room_id == other.room_id)
            and self.window.overlaps(other.window)
        )

    def put_off(self, now: datetime) -> WaitlistEntry:
        """The entry, to be looked at again in a while. That is no move: nobody is told."""
        return replace(self, next_check_at=min(self.expires_at, now + CHECK_EVERY))

    def require_version(self, expected: int | None) -> None:
        """Refuse a stale version; None means that the caller does not care.

        Raises:
            VersionConflict: the entry is at another version.
        """
        if expected is not None and expected != self.version:
            raise VersionConflict(current_version=self.version)


def move_entry(
    entry: WaitlistEntry, step: WaitlistMove, now: datetime, **changes: Any
) -> tuple[WaitlistEntry, EventType]:
    """The entry after ``step``, one version on, and the type of its one event.

    The only function that writes ``status``. Whatever an entry was offered, the step ends.

    Raises:
        InvalidTransition: the entry's status does not allow the step.
    """
    target = TRANSITIONS.get((entry.status, step))
    if target is None:
        raise InvalidTransition(status=entry.status, move=step, noun=NOUN)
    status, kind = target
    moved = replace(entry, status=status, version=entry.version + 1, updated_at=now, offer=None)
    return replace(moved, **changes), kind
