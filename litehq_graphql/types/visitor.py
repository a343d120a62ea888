"""Visitors."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.enums import VisitorStatus
from litehq_graphql.types.location import Location
from litehq_graphql.types.member import Member
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, relation


@strawberry.type(description="Somebody who is expected.")
class Visitor(Recorded, Node):
    """A visitor's attributes."""

    noun: ClassVar[Noun | None] = Noun.VISITOR

    status: VisitorStatus = strawberry.field(description="Where the visitor stands.")
    version: int = strawberry.field(description="Raised by one with every change.")
    location_id: strawberry.ID = strawberry.field(description="The id of the location.")
    host_member_id: strawberry.ID = strawberry.field(description="The id of who expects them.")
    booking_id: strawberry.ID | None = strawberry.field(
        description="The id of the booking that they come to, if there is one."
    )
    name: str = strawberry.field(description="The visitor's name.")
    email: str | None = strawberry.field(description="Where the pass was sent, if anywhere.")
    expected_at: datetime = strawberry.field(description="When they are expected.")
    notes: str | None = strawberry.field(description="Free text.")
    checked_in_at: datetime | None = strawberry.field(description="When they arrived.")
    cancelled_at: datetime | None = strawberry.field(description="When the visit was called off.")
    created_at: datetime = strawberry.field(description="When the visitor was announced.")
    updated_at: datetime = strawberry.field(description="When the visitor last changed.")

    @resolved("Where the visitor comes from.", needs("company_name"))
    def company(self) -> str | None:
        """Text; not one of the workspace's companies."""
        name: str | None = self.read("company_name")
        return name

    @resolved("When the visit is over, if anybody said.", needs("until_at"))
    def until(self) -> datetime | None:
        """The end of the visit."""
        instant: datetime | None = self.read("until_at")
        return instant

    @resolved("The location.", relation("location"))
    def location(self) -> Location:
        """From the row, or loaded."""
        return self.to_one(Location, "location")

    @resolved("Who expects the visitor.", relation("host_member"))
    def host(self) -> Member:
        """From the row, or loaded."""
        return self.to_one(Member, "host_member")

    @resolved("The booking that the visitor comes to, if there is one.", relation("booking"))
    def booking(self) -> Booking | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Booking, "booking")
