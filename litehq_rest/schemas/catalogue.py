"""The shapes of rooms, their availability, and locations."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from litehq_core.domain.quota import QuotaHolder, QuotaMeasure, QuotaScope
from litehq_core.domain.room_calendar import BusyKind
from litehq_rest.schemas.shape import Currency, Instant, Shape


class FreeBlock(Shape, kw_only=True, forbid_unknown_fields=True):
    """A free part of the window."""

    start_at: Instant
    end_at: Instant


class BusyBlock(Shape, kw_only=True, forbid_unknown_fields=True):
    """A busy part of the window, and why it is busy."""

    start_at: Instant
    end_at: Instant
    kind: BusyKind
    reason: str | None


class RoomAvailability(Shape, kw_only=True, forbid_unknown_fields=True):
    """A room's window in free and busy blocks; ``starts`` is null unless a length was given."""

    room_id: str
    resource_id: str
    timezone: str
    free: list[FreeBlock]
    busy: list[BusyBlock]
    starts: list[Instant] | None


class Availability(Shape, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Free and busy times of rooms in a window."""

    object: Literal["availability"]
    from_: Instant
    to: Instant
    duration_minutes: int | None
    data: list[RoomAvailability]


class Quota(Shape, kw_only=True, forbid_unknown_fields=True):
    """At most ``limit`` minutes, or bookings, of a measure for each holder within a scope."""

    measure: QuotaMeasure
    limit: int
    holder: QuotaHolder
    scope: QuotaScope


class RuleOverride(Shape, kw_only=True, forbid_unknown_fields=True):
    """What holds for the members of one tier instead; null means as for everybody."""

    min_minutes: int | None
    max_minutes: int | None
    lead_minutes: int | None
    horizon_days: int | None
    edit_window_minutes: int | None
    min_gap_minutes: int | None
    quotas: list[Quota] | None


class QuotaEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A quota as it is asked for; each member's in this room, unless another is named."""

    measure: QuotaMeasure
    limit: int
    holder: QuotaHolder = QuotaHolder.MEMBER
    scope: QuotaScope = QuotaScope.ROOM


class RuleOverrideEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to hold for the members of one tier instead; null, or not named, as for everybody."""

    min_minutes: int | None = None
    max_minutes: int | None = None
    lead_minutes: int | None = None
    horizon_days: int | None = None
    edit_window_minutes: int | None = None
    min_gap_minutes: int | None = None
    quotas: list[QuotaEdit] | None = None


class CustomRule(Shape, kw_only=True, forbid_unknown_fields=True):
    """A rule that an installed plug-in brings, and the options that the room gives it."""

    name: str
    options: dict[str, Any]


class Rules(Shape, kw_only=True, forbid_unknown_fields=True):
    """A room's booking rules; ``allowed_tiers`` null lets everybody in.

    ``min_gap_minutes`` is the shortest free time that a booking may leave beside it; 0 is off.
    """

    min_minutes: int
    max_minutes: int
    lead_minutes: int
    horizon_days: int
    edit_window_minutes: int
    min_gap_minutes: int
    quotas: list[Quota]
    allowed_tiers: list[str] | None
    tiers: dict[str, RuleOverride]
    custom: list[CustomRule]


class RulesEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Some of a room's rules; ``quotas`` and ``tiers`` replace those before as a whole."""

    min_minutes: int | msgspec.UnsetType = msgspec.UNSET
    max_minutes: int | msgspec.UnsetType = msgspec.UNSET
    lead_minutes: int | msgspec.UnsetType = msgspec.UNSET
    horizon_days: int | msgspec.UnsetType = msgspec.UNSET
    edit_window_minutes: int | msgspec.UnsetType = msgspec.UNSET
    min_gap_minutes: int | msgspec.UnsetType = msgspec.UNSET
    quotas: list[QuotaEdit] | msgspec.UnsetType = msgspec.UNSET
    allowed_tiers: list[str] | msgspec.UnsetType | None = msgspec.UNSET
    tiers: dict[str, RuleOverrideEdit] | msgspec.UnsetType = msgspec.UNSET


class OpeningHours(Shape, kw_only=True, forbid_unknown_fields=True):
    """Spans of wall-clock time, Monday first; an exception replaces its date's spans."""

    weekly: list[list[list[str]]]
    exceptions: dict[str, list[list[str]]]


class Room(Shape, kw_only=True, forbid_unknown_fields=True):
    """A bookable room; ``opening_hours`` null means those of its location.

    ``parts`` are the rooms that a combined room is made of; of a ``shared`` room, bookings take
    ``attendees`` of its ``capacity`` seats.
    """

    id: str
    object: Literal["room"]
    resource_id: str
    version: int
    name: str
    location_id: str
    timezone: str
    capacity: int
    slot_minutes: int
    buffer_minutes: int
    rules: Rules
    opening_hours: OpeningHours | None
    active: bool
    parts: list[str]
    shared: bool
    created_at: Instant
    updated_at: Instant


class RoomPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of rooms."""

    data: list[Room]
    next_cursor: str | None


class Location(Shape, kw_only=True, forbid_unknown_fields=True):
    """A building."""

    id: str
    object: Literal["location"]
    version: int
    name: str
    timezone: str
    currency: Currency
    opening_hours: OpeningHours
    created_at: Instant
    updated_at: Instant


class LocationPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of locations."""

    data: list[Location]
    next_cursor: str | None
