"""Rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.booking_rules import complete_rules
from litehq_graphql.fields import resolved
from litehq_graphql.types.location import Location
from litehq_graphql.types.node import Node
from litehq_graphql.types.opening_hours import OpeningHours
from litehq_graphql.types.recorded import Recorded, needs, relation


@strawberry.type(description="What holds for the members of one tier; null: as for everybody.")
class TierRules:
    """One tier's override of a room's rules."""

    tier: str = strawberry.field(description="The membership tier.")
    min_minutes: int | None = strawberry.field(description="The shortest booking.")
    max_minutes: int | None = strawberry.field(description="The longest booking.")
    lead_minutes: int | None = strawberry.field(
        description="A booking starts at least so long after it is made."
    )
    horizon_days: int | None = strawberry.field(
        description="A booking starts within so many times 24 hours."
    )
    edit_window_minutes: int | None = strawberry.field(
        description="Edits close so long before the start."
    )
    min_gap_minutes: int | None = strawberry.field(
        description="The shortest free time that a booking may leave beside it; 0 is off."
    )


@strawberry.type(description="What a booking of a room must keep to. Lengths are in minutes.")
class BookingRules:
    """A room's rules."""

    min_minutes: int = strawberry.field(description="The shortest booking.")
    max_minutes: int = strawberry.field(description="The longest booking.")
    lead_minutes: int = strawberry.field(
        description="A booking starts at least so long after it is made."
    )
    horizon_days: int = strawberry.field(
        description="A booking starts within so many times 24 hours."
    )
    edit_window_minutes: int = strawberry.field(description="Edits close so long before the start.")
    min_gap_minutes: int = strawberry.field(
        description=(
            "The shortest free time that a booking may leave beside it, unless it leaves none; "
            "0 is off."
        )
    )
    allowed_tiers: list[str] | None = strawberry.field(
        description="The member tiers that may book; null means everyone, guests included."
    )
    tiers: list[TierRules] = strawberry.field(
        description="What holds for the members of some tiers instead, by the tier's name."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's stored form; absent rules as their defaults."""
        rules = complete_rules(value)
        tiers = [TierRules(tier=tier, **override) for tier, override in rules.pop("tiers").items()]
        return cls(**rules, tiers=tiers)


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
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved("The building it is in.", relation("location"))
    def location(self) -> Location:
        """From the row, or loaded."""
        return self.to_one(Location, "location")

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
