"""Deciding a change of a room.

A change holds from now on. Bookings that exist keep their slots, their buffers and the cells they
claim, be they off the new grid, outside the new hours or closer than the new buffer; the new rules
are those of new bookings and of moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.catalogue_events import updated_event
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import FieldError, ValidationFailed, VersionConflict
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.records import room_record
from litehq_core.domain.room import Room
from litehq_core.domain.text import require_json

# More than any room needs, and no more than a reader should be made to hold.
MAX_RULES_BYTES = 64 * 1024
_NAMED = ("name", "capacity", "slot_minutes", "buffer_minutes", "rules", "opening_hours", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRoom:
    """A wish to change a room; what is UNSET stays.

    Attributes:
        rules: rules by name, as ``BookingRules.as_json`` writes them; those not named stay,
            ``quotas`` and ``tiers`` are replaced whole.
        opening_hours: None means those of the location.
    """

    room_id: str
    name: str | Unset = UNSET
    capacity: int | Unset = UNSET
    slot_minutes: int | Unset = UNSET
    buffer_minutes: int | Unset = UNSET
    rules: Mapping[str, Any] | Unset = UNSET
    opening_hours: OpeningHours | Unset | None = UNSET
    active: bool | Unset = UNSET
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        return all(getattr(self, name) is UNSET for name in _NAMED)


def change_room(room: Room, wish: UpdateRoom, now: datetime) -> tuple[Room, EventDraft] | None:
    """The room after the wish, one version on, and its event; None if all is as it was.

    Raises:
        VersionConflict: the room is at another version.
        ValidationFailed: with every field that is wrong, by its dotted path.
    """
    if wish.expected_version not in (None, room.version):
        raise VersionConflict(current_version=room.version)
    named = {name: getattr(wish, name) for name in _NAMED}
    changed = room_with(room, {n: value for n, value in named.items() if value is not UNSET})
    if changed == room:
        return None
    changed = replace(changed, version=room.version + 1, updated_at=now)
    event = updated_event(
        EventType.ROOM_UPDATED, room_record(room), room_record(changed), room_id=room.id
    )
    return changed, event


def room_with(room: Room, values: Mapping[str, Any]) -> Room:
    """The room with other values of some fields, its version as before.

    Args:
        values: by the fields' names; ``rules`` in JSON, those not named stay.

    Raises:
        ValidationFailed: with every field that is wrong, by its dotted path.
    """
    wrong: list[FieldError] = []
    changed = room
    # One by one, so that one wrong field does not hide the others.
    for name, value in values.items():
        try:
            new: Any = _rules_with(room, value) if name == "rules" else value
            changed = replace(changed, **{name: new})
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
    return changed


def _rules_with(room: Room, value: Any) -> BookingRules:
    return room.rules.changed(require_json("rules", value, most_bytes=MAX_RULES_BYTES))
