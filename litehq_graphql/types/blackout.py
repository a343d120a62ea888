"""Blackouts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs

if TYPE_CHECKING:
    from litehq_graphql.types.location import Location
    from litehq_graphql.types.room import Room


@strawberry.type(
    description="A time in which a room, or every room of a location, takes no bookings."
)
class Blackout(Recorded, Node):
    """A blackout's attributes."""

    noun: ClassVar[Noun | None] = Noun.BLACKOUT

    room_id: strawberry.ID | None = strawberry.field(
        description="The id of the room that is closed; null if the whole location is."
    )
    location_id: strawberry.ID | None = strawberry.field(
        description="The id of the location that is closed; null if one room is."
    )
    start_at: datetime = strawberry.field(description="When it begins.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive.")
    reason: str = strawberry.field(description="Why, for people.")
    version: int = strawberry.field(description="Always 1: a blackout is not changed.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @resolved("The room that is closed; null if the whole location is.", needs("room_id"))
    def room(self) -> Annotated[Room, strawberry.lazy("litehq_graphql.types.room")] | None:
        """Loaded."""
        room_id = self.read("room_id")
        return None if room_id is None else cast("Room", self.load(Noun.ROOM, room_id))

    @resolved("The location that is closed; null if one room is.", needs("location_id"))
    def location(
        self,
    ) -> Annotated[Location, strawberry.lazy("litehq_graphql.types.location")] | None:
        """Loaded."""
        location_id = self.read("location_id")
        if location_id is None:
            return None
        return cast("Location", self.load(Noun.LOCATION, location_id))
