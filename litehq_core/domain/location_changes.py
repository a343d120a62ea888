"""Deciding a new location, and a change of one.

Other hours hold from now on: bookings that exist stay, be they outside of them. A location's
currency is fixed once it exists, for its rooms' prices are in it. Its time zone is fixed while
bookings lie ahead: they were agreed on by the clock on its wall, and keep their instants, so that
in another zone all of them would be at another time than people were told, off the grid maybe and
at night.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from litehq_core.domain.catalogue_events import created_event, updated_event
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.errors import FieldError, ValidationFailed, VersionConflict
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.records import location_record

_NAMED = ("name", "timezone", "opening_hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLocation:
    """A wish for a building: its IANA ``timezone``, its ISO 4217 ``currency``, its hours."""

    name: str
    timezone: str
    currency: str
    opening_hours: OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLocation:
    """A wish to change a location; what is UNSET stays."""

    location_id: str
    name: str | Unset = UNSET
    timezone: str | Unset = UNSET
    opening_hours: OpeningHours | Unset = UNSET
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        return all(getattr(self, name) is UNSET for name in _NAMED)

    def moves_clock(self, location: Location) -> bool:
        """Whether the location is to be in another time zone than it is."""
        return self.timezone not in (UNSET, location.timezone)


def new_location(
    wish: CreateLocation, *, workspace_id: str, location_id: str, now: datetime
) -> tuple[Location, EventDraft]:
    """The location and its event.

    Raises:
        ValidationFailed: with every field that is wrong.
    """
    # What is valid in any case; each wish is then judged by itself. XXX is no currency (ISO 4217).
    plain = Location(
        id=location_id,
        workspace_id=workspace_id,
        name=location_id,
        timezone="UTC",
        currency="XXX",
        opening_hours=wish.opening_hours,
        created_at=now,
        updated_at=now,
    )
    location = _with(plain, {n: getattr(wish, n) for n in ("name", "timezone", "currency")})
    return location, created_event(EventType.LOCATION_CREATED, location_record(location))


def change_location(
    location: Location, wish: UpdateLocation, now: datetime, *, booked_ahead: bool
) -> tuple[Location, EventDraft] | None:
    """The location after the wish, one version on, and its event; None if all is as it was.

    Args:
        booked_ahead: something is booked, held or offered in one of its rooms that is not over.

    Raises:
        VersionConflict: the location is at another version.
        ValidationFailed: with every field that is wrong.
    """
    if wish.expected_version not in (None, location.version):
        raise VersionConflict(current_version=location.version)
    named = {name: getattr(wish, name) for name in _NAMED}
    changed = _with(location, {n: value for n, value in named.items() if value is not UNSET})
    if changed == location:
        return None
    if booked_ahead and wish.moves_clock(location):
        raise ValidationFailed.of("timezone", "is fixed while bookings lie ahead")
    changed = replace(changed, version=location.version + 1, updated_at=now)
    return changed, updated_event(
        EventType.LOCATION_UPDATED, location_record(location), location_record(changed)
    )


def _with(location: Location, values: Mapping[str, Any]) -> Location:
    """The location with other values of some fields, its version as before."""
    wrong: list[FieldError] = []
    # One by one, so that one wrong field does not hide the others.
    for name, value in values.items():
        try:
            location = replace(location, **{name: value})
        except ValidationFailed as refusal:
            wrong.extend(refusal.errors)
    if wrong:
        raise ValidationFailed(*wrong)
    return location
