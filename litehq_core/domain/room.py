"""A bookable room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.slot_grid import CELL_MINUTES, SlotGrid

MAX_BUFFER_MINUTES = 12 * 60
MAX_CAPACITY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSummary:
    """What a booking shows of its room."""

    id: str
    name: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room at ``location``.

    Attributes:
        slot_minutes: the step of the slot grid.
        buffer_minutes: the gap that must lie between two bookings: a multiple of five, twelve
            hours at most.
        opening_hours: the room's own hours; None means those of its location.
        active: an inactive room keeps its bookings and takes no new ones.
    """

    id: str
    workspace_id: str
    location: Location
    name: str
    capacity: int
    slot_minutes: int = 30
    buffer_minutes: int = 0
    rules: BookingRules = field(default_factory=BookingRules)
    opening_hours: OpeningHours | None = None
    active: bool = True
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        if not 1 <= self.capacity <= MAX_CAPACITY:
            raise ValidationFailed.of("capacity", f"must lie within 1–{MAX_CAPACITY}")
        if not 0 <= self.buffer_minutes <= MAX_BUFFER_MINUTES or self.buffer_minutes % CELL_MINUTES:
            raise ValidationFailed.of(
                "buffer_minutes",
                f"must be a multiple of five minutes within 0–{MAX_BUFFER_MINUTES}",
            )
        SlotGrid(slot_minutes=self.slot_minutes)

    @property
    def grid(self) -> SlotGrid:
        """The wall times at which bookings begin and end."""
        return SlotGrid(slot_minutes=self.slot_minutes)

    @property
    def summary(self) -> RoomSummary:
        """What a booking shows of this room."""
        return RoomSummary(id=self.id, name=self.name, timezone=self.location.timezone)

    def open_intervals(self, window: Interval) -> list[Interval]:
        """The open time inside ``window``."""
        hours = self.opening_hours or self.location.opening_hours
        return hours.open_intervals(self.location.zone, window)

    def reach_around(self, window: Interval) -> Interval:
        """All that can bear on a booking that begins in ``window``, whoever makes it.

        Such a booking may run past the window's end, and asks for a gap after that. The gap rule
        looks as far as the shortest time worth keeping, on both sides, with a buffer at its end.
        """
        buffer = timedelta(minutes=self.buffer_minutes)
        tiers = list(self.rules.for_each_tier())
        gap = timedelta(minutes=max(rules.min_gap_minutes for rules in tiers))
        seen = gap + buffer if gap else timedelta(0)
        longest = timedelta(minutes=max(rules.max_minutes for rules in tiers))
        return window.widened(before=seen, after=max(longest + buffer, timedelta(days=1)) + seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """A time in which a room, or every room of a location, takes no bookings for any reason.

    Raises:
        ValidationFailed: not exactly one of ``room_id`` and ``location_id``, or it ends no later
            than it begins.
    """

    id: str
    workspace_id: str
    room_id: str | None = None
    location_id: str | None = None
    interval: Interval
    reason: str
    version: int = 1
    created_at: datetime

    def __post_init__(self) -> None:
        if (self.room_id is None) == (self.location_id is None):
            raise ValidationFailed.of("room_id", "goes without location_id, and the reverse")
        if self.interval.end <= self.interval.start:
            raise ValidationFailed.of("end_at", "must be after the start")

    def concerns(self, room: Room) -> bool:
        """Whether it closes ``room``."""
        return room.id == self.room_id or room.location.id == self.location_id
