"""Deciding a new room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litehq_core.domain.catalogue_events import created_event
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.records import room_record
from litehq_core.domain.room import Room, combined
from litehq_core.domain.room_changes import room_with

# Whoever books a combined room locks each of its parts.
MAX_PARTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom:
    """A wish for a room.

    Attributes:
        slot_minutes: the step of the slot grid: a multiple of five that divides a day.
        buffer_minutes: the gap between two bookings: a multiple of five, twelve hours at most.
        rules: rules by name, as ``BookingRules.as_json`` writes them; the others are defaults.
        opening_hours: None means those of the location.
        parts: the ids of the rooms that it is made of, all at its location; empty: an ordinary one.
        shared: it is booked seat by seat, ``capacity`` of them.
    """

    location_id: str
    name: str
    capacity: int
    slot_minutes: int = 30
    buffer_minutes: int = 0
    rules: Mapping[str, Any] = field(default_factory=dict)
    opening_hours: OpeningHours | None = None
    active: bool = True
    parts: frozenset[str] = frozenset()
    shared: bool = False


_NAMED = (
    *("name", "capacity", "slot_minutes", "buffer_minutes", "rules", "opening_hours", "active"),
    *("parts", "shared"),
)


def new_room(
    wish: CreateRoom, location: Location, parts: Mapping[str, Room], *, room_id: str, now: datetime
) -> tuple[Room, EventDraft]:
    """The room, the parts of its parts in their place, and its event.

    Args:
        parts: those of its parts that exist, by id.

    Raises:
        ValidationFailed: with every field that is wrong, by its dotted path.
    """
    plain = Room(
        id=room_id,
        workspace_id=location.workspace_id,
        location=location,
        name=room_id,
        capacity=1,
        created_at=now,
        updated_at=now,
    )
    wrong: list[FieldError] = []
    if len(wish.parts) > MAX_PARTS:
        wrong.append(FieldError("parts", f"must be {MAX_PARTS} at most"))
    room = plain
    try:
        room = room_with(plain, {name: getattr(wish, name) for name in _NAMED})
    except ValidationFailed as refusal:
        wrong.extend(refusal.errors)
    try:
        combined(room_with(plain, {"parts": wish.parts}), parts)
    except ValidationFailed as refusal:
        wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
    room = combined(room, parts)
    return room, created_event(EventType.ROOM_CREATED, room_record(room), room_id=room.id)
