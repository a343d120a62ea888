"""What changes of the catalogue are answered with, first and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_graphql.context import Context
from litehq_graphql.types.blackout import Blackout
from litehq_graphql.types.location import Location
from litehq_graphql.types.rate_card import RateCard
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.room import Room


@strawberry.type(description="There is a new room.")
class CreateRoomPayload:
    """The new room."""

    room: Room = strawberry.field(description="Free of charge until it has a rate card.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(room=Room.of(record_from_json(kept["record"]), context.related))


class _WithLocation:
    """A payload that shows a location."""

    location: Location

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.location = Location.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="There is a new location.")
class CreateLocationPayload(_WithLocation):
    """The new location."""

    location: Location = strawberry.field(description="Without rooms so far.")


@strawberry.type(description="The location was changed.")
class UpdateLocationPayload(_WithLocation):
    """The location after the change."""

    location: Location = strawberry.field(description="The location; its bookings stay.")


@strawberry.type(description="A room or a location is closed for a while.")
class CreateBlackoutPayload:
    """The new blackout, and what it found there."""

    blackout: Blackout = strawberry.field(description="The blackout.")
    conflicting_booking_ids: list[strawberry.ID] = strawberry.field(
        description=(
            "The bookings that are there, by start, 100 at most. They stay as they are until they "
            "are cancelled or moved."
        )
    )
    conflicting_count: int = strawberry.field(description="How many there are in all.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(
            blackout=Blackout.of(record_from_json(kept["record"]), context.related),
            conflicting_booking_ids=kept["conflicting_booking_ids"],
            conflicting_count=kept["conflicting_count"],
        )


@strawberry.type(description="A room or a location is open again.")
class DeleteBlackoutPayload:
    """The blackout that was there."""

    blackout: Blackout = strawberry.field(description="The blackout as it was.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(blackout=Blackout.of(record_from_json(kept["record"]), context.related))


@strawberry.type(description="The room has other prices, from the card's date on.")
class CreateRateCardPayload:
    """The new card."""

    rate_card: RateCard = strawberry.field(description="The card.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(rate_card=RateCard.of(record_from_json(kept["record"]), context.related))


CreateRoomResult = Annotated[
    CreateRoomPayload | RefusalType,
    strawberry.union("CreateRoomResult", description="The room, or why there is none."),
]
CreateLocationResult = Annotated[
    CreateLocationPayload | RefusalType,
    strawberry.union("CreateLocationResult", description="The location, or why there is none."),
]
UpdateLocationResult = Annotated[
    UpdateLocationPayload | RefusalType,
    strawberry.union("UpdateLocationResult", description="The location, or why it stays."),
]
CreateBlackoutResult = Annotated[
    CreateBlackoutPayload | RefusalType,
    strawberry.union("CreateBlackoutResult", description="The blackout, or why there is none."),
]
DeleteBlackoutResult = Annotated[
    DeleteBlackoutPayload | RefusalType,
    strawberry.union("DeleteBlackoutResult", description="The blackout that was, or why it stays."),
]
CreateRateCardResult = Annotated[
    CreateRateCardPayload | RefusalType,
    strawberry.union("CreateRateCardResult", description="The card, or why there is none."),
]
