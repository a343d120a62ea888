"""Rooms."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.use_cases.records.list_records import ListRecords
from litehq_graphql.arguments import After, Before, First, Last
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.types.blackout import Blackout
from litehq_graphql.types.booking_rules import BookingRules
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.location import Location
from litehq_graphql.types.node import Node
from litehq_graphql.types.opening_hours import OpeningHours
from litehq_graphql.types.rate_card import RateCard
from litehq_graphql.types.recorded import Recorded, needs, to_one


@strawberry.type(description="A bookable room.")
class Room(Recorded, Node):
    """A room's attributes."""

    noun: ClassVar[Noun | None] = Noun.ROOM

    name: str = strawberry.field(description="What people call it.")
    timezone: str = strawberry.field(description="The IANA time zone of its location.")
    location_id: strawberry.ID = strawberry.field(description="The id of its location.")
    capacity: int = strawberry.field(description="How many people it seats.")
    slot_minutes: int = strawberry.field(
        description="The step of the slot grid: bookings begin and end on its lines."
    )
    buffer_minutes: int = strawberry.field(
        description="The gap that must lie between two bookings."
    )
    active: bool = strawberry.field(
        description="An inactive room keeps its bookings and takes no new ones."
    )
    shared: bool = strawberry.field(
        description=(
            "Whether it is booked seat by seat: a booking takes as many of its `capacity` as it "
            "has attendees."
        )
    )
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved("The building it is in.", to_one("location"))
    def location(self) -> Location:
        """From the row, or loaded."""
        return self.to_one(Location, "location")

    @resolved(
        "The rooms that a combined room is made of, booked and blocked with it; else empty.",
        needs("parts"),
    )
    def parts(self) -> list[Room]:
        """Loaded, all parts of an answer in one batch."""
        return [cast("Room", self.load(Noun.ROOM, part_id)) for part_id in self.read("parts")]

    @resolved("What a booking must keep to.", needs("rules"))
    def rules(self) -> BookingRules:
        """The rules, absent ones as their defaults."""
        return BookingRules.from_json(self.read("rules"))

    @resolved(
        "The room's own hours; null when those of its location hold.",
        needs("opening_hours"),
    )
    def opening_hours(self) -> OpeningHours | None:
        """Weekly spans and dated exceptions."""
        value = self.read("opening_hours")
        return None if value is None else OpeningHours.from_json(value)

    @resolved(
        "Its own blackouts, newest first; those of its location close it as well.", needs("id")
    )
    async def blackouts(
        self, *, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Blackout] | None:
        """A statement for all rooms of the answer."""
        paging = paging_of(first, after, last, before)
        query = ListRecords(noun=Noun.BLACKOUT, room_id=self.read("id"), paging=paging)
        return Connection.over(await self.page(query), Blackout, self._related, joined=False)

    @resolved("What it costs, from when on: its rate cards, newest first.", needs("id"))
    async def rate_cards(
        self, *, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[RateCard] | None:
        """A statement for all rooms of the answer."""
        paging = paging_of(first, after, last, before)
        query = ListRecords(noun=Noun.RATE_CARD, room_id=self.read("id"), paging=paging)
        return Connection.over(await self.page(query), RateCard, self._related, joined=False)
