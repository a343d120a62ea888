"""What an event of the log means for a room's free and busy times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litehq_core.domain.events import Event, EventType
from litehq_core.domain.interval import Interval

# They leave a room as occupied as it was: money and tokens move, or the slot is over.
_SILENT = frozenset(
    {
        EventType.BOOKING_COMPLETED,
        EventType.BOOKING_NO_SHOW,
        EventType.CHARGE_SUCCEEDED,
        EventType.CHARGE_REFUNDED,
        EventType.PAYMENT_FAILED,
        EventType.API_TOKEN_CREATED,
        EventType.API_TOKEN_REVOKED,
    }
)
# What a location is called closes nothing.
_OF_CLOCK = frozenset({"timezone", "opening_hours"})
# Areas of events that say from when until when.
_WITH_SLOT = ("booking.", "blackout.")
# An edit counts if one of these has changed; notes and the like occupy nothing.
_OCCUPYING = frozenset({"room_id", "start_at", "end_at", "pending_change"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityChange:
    """A room's free and busy times are not what they were.

    Attributes:
        position: of the last event that was considered.
        within: where the slots lie that were taken or given back, without the gap that must lie
            behind each; None if anything may have changed.
    """

    room_id: str
    position: int
    occurred_at: datetime
    within: Interval | None


def availability_change(
    room_id: str, events: Sequence[Event], *, location_id: str | None = None
) -> AvailabilityChange | None:
    """What some events, in the order of the log, change for a room; None if nothing.

    Args:
        location_id: the room's, so that its hours and its blackouts are heard of.
    """
    place = _Place(room_id, location_id)
    bearing = [event for event in events if _bears_on(place, event)]
    if not bearing:
        return None
    slots = [slot for event in bearing for slot in _slots(place, event)]
    anywhere = any(not event.type.startswith(_WITH_SLOT) for event in bearing)
    return AvailabilityChange(
        room_id=room_id,
        position=events[-1].position,
        occurred_at=bearing[-1].occurred_at,
        within=None
        if anywhere or not slots
        else Interval(min(slot.start for slot in slots), max(slot.end for slot in slots)),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A room, and where it is."""

    room_id: str
    location_id: str | None

    def is_meant(self, event: Event, values: Mapping[str, Any]) -> bool:
        """Whether values of an event are about the room: themselves, or by closing its location."""
        if values.get("room_id") == self.room_id:
            return True
        closes = self.location_id is not None and event.type.startswith("blackout.")
        return closes and values.get("location_id") == self.location_id


def _bears_on(place: _Place, event: Event) -> bool:
    """Types that this module has not heard of bear on their room: one look too many is harmless."""
    if event.type in _SILENT:
        return False
    if event.type is EventType.LOCATION_UPDATED:
        changed = event.previous or {}
        return event.subject_id == place.location_id and not _OF_CLOCK.isdisjoint(changed)
    if event.room_id != place.room_id and not any(
        place.is_meant(event, values) for values in _occupations(event)
    ):
        return False
    previous = event.previous or {}
    if event.type is EventType.BOOKING_UPDATED:
        return not _OCCUPYING.isdisjoint(previous)
    if event.type is EventType.BOOKING_CONFIRMED:
        # Of a hold, it stays where it was; late payment takes the slot anew.
        return previous.get("status") == "expired"
    return True


def _occupations(event: Event) -> Iterator[Mapping[str, Any]]:
    """Room and slot as they are and were, and those that a pending change holds beside them."""
    was = {**event.object, **(event.previous or {})}
    for values in (event.object, was):
        yield values
        if values.get("pending_change"):
            yield values["pending_change"]


def _slots(place: _Place, event: Event) -> Iterator[Interval]:
    for values in _occupations(event):
        if place.is_meant(event, values) and "start_at" in values:
            yield Interval(
                datetime.fromisoformat(values["start_at"]), datetime.fromisoformat(values["end_at"])
            )
