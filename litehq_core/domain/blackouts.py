"""Deciding a blackout, and what it leaves standing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.catalogue_events import created_event, deleted_event
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.records import blackout_record
from litehq_core.domain.room import Blackout
from litehq_core.domain.room_calendar import RoomCalendar
from litehq_core.domain.wall_clock import utc_instant, whole_second

# So many of the bookings in the way are named; how many there are is always said.
MAX_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBlackout:
    """A wish to close a room, or every room of a location: exactly one of the two is named.

    ``start_at`` may have passed already; ``end_at``, exclusive, must lie ahead.
    """

    room_id: str | None = None
    location_id: str | None = None
    start_at: datetime
    end_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteBlackout:
    """A wish to open again; of a room or a location, if one is named, and of no other."""

    blackout_id: str
    room_id: str | None = None
    location_id: str | None = None

    def means(self, blackout: Blackout) -> bool:
        """Whether the blackout is where the wish says."""
        return self.room_id in (None, blackout.room_id) and self.location_id in (
            None,
            blackout.location_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBlackout:
    """A new blackout, and the bookings that it found there.

    They stay as they are, and can be cancelled or moved away; nothing can be booked beside them.

    Attributes:
        conflicting_booking_ids: by start, :data:`MAX_NAMED` of them at most.
        conflicting_count: how many there are.
    """

    blackout: Blackout
    conflicting_booking_ids: tuple[str, ...]
    conflicting_count: int


def new_blackout(
    wish: CreateBlackout, *, workspace_id: str, blackout_id: str, now: datetime
) -> tuple[Blackout, EventDraft]:
    """The blackout and its event.

    Raises:
        ValidationFailed: it names no place or two, has no length, or is over already.
    """
    blackout = Blackout(
        id=blackout_id,
        workspace_id=workspace_id,
        room_id=wish.room_id,
        location_id=wish.location_id,
        interval=_interval(wish, now),
        reason=wish.reason,
        created_at=now,
    )
    event = created_event(
        EventType.BLACKOUT_CREATED, blackout_record(blackout), room_id=blackout.room_id
    )
    return blackout, event


def lifted(blackout: Blackout) -> EventDraft:
    """That the blackout is no more."""
    return deleted_event(
        EventType.BLACKOUT_DELETED, blackout_record(blackout), room_id=blackout.room_id
    )


def placed(blackout: Blackout, calendars: Iterable[RoomCalendar]) -> PlacedBlackout:
    """The blackout with what is booked or held during it, in any of the calendars.

    Seen as the rooms are booked: a part's blackout closes the combined room as well.
    """
    found = {
        (taken.slot.start, taken.booking_id)
        for calendar in calendars
        for taken in calendar.live()
        if taken.booking_id is not None and taken.slot.overlaps(blackout.interval)
    }
    ids = list(dict.fromkeys(booking_id for _, booking_id in sorted(found)))
    return PlacedBlackout(
        blackout=blackout,
        conflicting_booking_ids=tuple(ids[:MAX_NAMED]),
        conflicting_count=len(ids),
    )


def _interval(wish: CreateBlackout, now: datetime) -> Interval:
    wrong: list[FieldError] = []
    ends: list[datetime] = []
    for name in ("start_at", "end_at"):
        try:
            ends.append(whole_second(utc_instant(name, getattr(wish, name))))
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
    start, end = ends
    if end <= start:
        raise ValidationFailed.of("end_at", "must be after start_at")
    if end <= now:
        raise ValidationFailed.of("end_at", "must lie ahead")
    return Interval(start, end)
