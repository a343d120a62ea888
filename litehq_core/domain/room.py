"""A bookable room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.slot_grid import CELL_MINUTES, SlotGrid
from litehq_core.domain.text import MAX_NAME, MAX_NOTES, require_text

MAX_BUFFER_MINUTES = 12 * 60
MAX_CAPACITY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSummary:
    """What a booking knows of its room: what it shows, and what it claims there.

    ``parts`` are those of a combined room; ``seats`` is None unless the room is shared.
    """

    id: str
    name: str
    timezone: str
    parts: frozenset[str] = frozenset()
    seats: int | None = None

    @property
    def leaves(self) -> frozenset[str]:
        """The rooms whose cells a booking claims."""
        return self.parts or frozenset({self.id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room at ``location``: booked as a whole, seat by seat, or made of other rooms.

    What a room is made of, and whether it is shared, never changes: claims are counted by it.

    Attributes:
        parts: the ids of the ordinary rooms that a combined room is made of; else empty.
        shared: bookings take a seat for each who comes, ``capacity`` of them at a time.
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
    parts: frozenset[str] = frozenset()
    shared: bool = False
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        require_text("name", self.name, least=1, most=MAX_NAME)
        if not 1 <= self.capacity <= MAX_CAPACITY:
            raise ValidationFailed.of("capacity", f"must lie within 1–{MAX_CAPACITY}")
        if self.id in self.parts:
            raise ValidationFailed.of("parts", "must not name the room itself")
        if self.shared and self.parts:
            raise ValidationFailed.of("shared", "a combined room is booked as a whole")
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
        return RoomSummary(
            id=self.id,
            name=self.name,
            timezone=self.location.timezone,
            parts=self.parts,
            seats=self.seats,
        )

    @property
    def seats(self) -> int | None:
        """How many seats a shared room has; None if it is booked as a whole."""
        return self.capacity if self.shared else None

    @property
    def leaves(self) -> frozenset[str]:
        """The rooms whose cells a booking of this one claims: its parts, else itself."""
        return self.parts or frozenset({self.id})

    def open_intervals(self, window: Interval) -> list[Interval]:
        """The open time inside ``window``."""
        hours = self.opening_hours or self.location.opening_hours
        return hours.open_intervals(self.location.zone, window)

    @property
    def longest(self) -> timedelta:
        """The longest booking that a member of any tier may make, and the gap after it."""
        most = max(rules.max_minutes for rules in self.rules.for_each_tier())
        return timedelta(minutes=most + self.buffer_minutes)

    def reach_around(self, window: Interval) -> Interval:
        """All that can bear on a booking that begins in ``window``, whoever makes it.

        Such a booking may run past the window's end, and asks for a gap after that. The gap rule
        looks as far as the shortest time worth keeping, on both sides, with a buffer at its end.
        """
        buffer = timedelta(minutes=self.buffer_minutes)
        tiers = list(self.rules.for_each_tier())
        gap = timedelta(minutes=max(rules.min_gap_minutes for rules in tiers))
        seen = gap + buffer if gap else timedelta(0)
        return window.widened(before=seen, after=max(self.longest, timedelta(days=1)) + seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """A time in which a room, or every room of a location, takes no bookings for any reason.

    Raises:
        ValidationFailed: not exactly one of ``room_id`` and ``location_id``, or a reason that
            cannot be kept.
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
        require_text("reason", self.reason, most=MAX_NOTES)

    def concerns(self, room: Room) -> bool:
        """Whether it closes ``room``."""
        return room.id == self.room_id or room.location.id == self.location_id


def combined(room: Room, rooms: Mapping[str, Room]) -> Room:
    """``room`` with each part that is combined itself replaced by the parts of that one.

    Args:
        rooms: those of its parts that exist, by id.

    Raises:
        ValidationFailed: a part does not exist, is shared, lies elsewhere, or leads back.
    """
    leaves: set[str] = set()
    for part_id in sorted(room.parts):
        part = rooms.get(part_id)
        if part is None:
            raise ValidationFailed.of("parts", f"there is no room {part_id}")
        if part.location.id != room.location.id:
            raise ValidationFailed.of("parts", f"{part_id} is at another location")
        if part.shared:
            raise ValidationFailed.of("parts", f"{part_id} is shared, so it has no one occupant")
        leaves |= part.leaves
    return replace(room, parts=frozenset(leaves))


def related_rooms(room: Room, rooms: Iterable[Room]) -> frozenset[str]:
    """The ids of all rooms that share a leaf with ``room``, its own included.

    What occupies one of them stands in the way on the others.
    """
    return frozenset(other.id for other in rooms if other.leaves & room.leaves) | {room.id}
