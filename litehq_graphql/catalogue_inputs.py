"""What changes of the catalogue are given, and how it becomes the core's commands.

Rules and policies are handed to the core as JSON, which it reads as strictly as it reads REST's.
"""

from __future__ import annotations

from datetime import datetime

import strawberry

from litehq_core.domain.blackouts import CreateBlackout, DeleteBlackout
from litehq_core.domain.editing import UNSET
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.location_changes import CreateLocation, UpdateLocation
from litehq_core.domain.new_room import CreateRoom
from litehq_graphql.inputs import KEY, changed
from litehq_graphql.room_inputs import BookingRulesInput, OpeningHoursInput


@strawberry.input(description="A wish for a building. For operators.")
class CreateLocationInput:
    """The fields of a new location."""

    name: str = strawberry.field(description="What people call it.")
    timezone: str = strawberry.field(description="An IANA time zone, such as `Europe/London`.")
    currency: str = strawberry.field(description="An ISO 4217 currency, fixed from now on.")
    opening_hours: OpeningHoursInput = strawberry.field(description="When it is open.")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateLocation:
        """The core's words for it."""
        return CreateLocation(
            name=self.name,
            timezone=self.timezone,
            currency=self.currency,
            opening_hours=self.opening_hours.hours(),
        )


@strawberry.input(description="A change to a location. What is left out stays. For operators.")
class UpdateLocationInput:
    """The fields that a change may name."""

    id: strawberry.ID = strawberry.field(description="The location.")
    name: str | None = strawberry.field(
        description="What people call it.", default=strawberry.UNSET
    )
    timezone: str | None = strawberry.field(
        description="Another IANA time zone; only if no booking lies ahead.",
        default=strawberry.UNSET,
    )
    opening_hours: OpeningHoursInput | None = strawberry.field(
        description="When it is open from now on.", default=strawberry.UNSET
    )
    expected_version: int | None = strawberry.field(
        description="The version that you saw; if it has changed since, nothing is done.",
        default=None,
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> UpdateLocation:
        """The core's words for it."""
        hours = changed("openingHours", self.opening_hours)
        return UpdateLocation(
            location_id=normalise_id(Prefix.LOCATION, self.id),
            name=changed("name", self.name),
            timezone=changed("timezone", self.timezone),
            opening_hours=hours if hours is UNSET else hours.hours(),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish for a room. For operators.")
class CreateRoomInput:
    """The fields of a new room."""

    location_id: strawberry.ID = strawberry.field(description="The building it is in.")
    name: str = strawberry.field(description="What people call it.")
    capacity: int = strawberry.field(description="How many people it seats.")
    slot_minutes: int = strawberry.field(
        description="The step of the slot grid: a multiple of five that divides a day.", default=30
    )
    buffer_minutes: int = strawberry.field(
        description="The gap that must lie between two bookings.", default=0
    )
    rules: BookingRulesInput | None = strawberry.field(
        description="Rules; those that are not named are as of any new room.", default=None
    )
    opening_hours: OpeningHoursInput | None = strawberry.field(
        description="The room's own hours; null for those of its location.", default=None
    )
    active: bool = strawberry.field(description="An inactive room takes no bookings.", default=True)
    parts: list[strawberry.ID] = strawberry.field(
        description="The rooms that a combined room is made of, for good; all at its location.",
        default_factory=list,
    )
    shared: bool = strawberry.field(
        description="Whether it is booked seat by seat, for good.", default=False
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateRoom:
        """The core's words for it."""
        hours = self.opening_hours
        return CreateRoom(
            location_id=normalise_id(Prefix.LOCATION, self.location_id),
            name=self.name,
            capacity=self.capacity,
            slot_minutes=self.slot_minutes,
            buffer_minutes=self.buffer_minutes,
            rules={} if self.rules is None else self.rules.as_json(),
            opening_hours=None if hours is None else hours.hours(),
            active=self.active,
            parts=frozenset(normalise_id(Prefix.ROOM, part_id) for part_id in self.parts),
            shared=self.shared,
        )


@strawberry.input(description="What is closed: exactly one of the two.", one_of=True)
class PlaceInput:
    """A room or a location."""

    room_id: strawberry.ID | None = strawberry.field(
        description="One room.", default=strawberry.UNSET
    )
    location_id: strawberry.ID | None = strawberry.field(
        description="Every room of a location.", default=strawberry.UNSET
    )

    def ids(self) -> dict[str, str | None]:
        """The core's words for it."""
        room_id, location_id = self.room_id, self.location_id
        return {
            "room_id": normalise_id(Prefix.ROOM, room_id) if room_id else None,
            "location_id": normalise_id(Prefix.LOCATION, location_id) if location_id else None,
        }


@strawberry.input(description="A wish to close a room or a location for a while. For operators.")
class CreateBlackoutInput:
    """Where, when and why."""

    place: PlaceInput = strawberry.field(description="What is closed.")
    start_at: datetime = strawberry.field(description="When it begins; it may have passed.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive; it lies ahead.")
    reason: str = strawberry.field(description="Why, for people.", default="")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateBlackout:
        """The core's words for it."""
        return CreateBlackout(
            start_at=self.start_at, end_at=self.end_at, reason=self.reason, **self.place.ids()
        )


@strawberry.input(description="A wish to open again before a blackout is over. For operators.")
class DeleteBlackoutInput:
    """A blackout."""

    id: strawberry.ID = strawberry.field(description="The blackout.")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> DeleteBlackout:
        """The core's words for it."""
        return DeleteBlackout(blackout_id=normalise_id(Prefix.BLACKOUT, self.id))
