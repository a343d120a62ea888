"""The waitlist."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking import Booker, Booking
from litehq_graphql.types.company import Company
from litehq_graphql.types.enums import BillingMode, WaitlistStatus
from litehq_graphql.types.location import Location
from litehq_graphql.types.member import Guest, Member
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, relation, within
from litehq_graphql.types.room import Room


@strawberry.type(description="A slot that is held for one waitlist entry alone.")
class WaitlistOffer(Recorded):
    """A part of an entry."""

    part_prefix: ClassVar[str] = "offer_"

    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    start_at: datetime = strawberry.field(description="When it begins.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive.")
    expires_at: datetime = strawberry.field(description="When it goes to the next in line.")


@strawberry.type(description="A place in line for a slot that is taken.")
class WaitlistEntry(Recorded, Node):
    """An entry's attributes."""

    noun: ClassVar[Noun | None] = Noun.WAITLIST_ENTRY

    status: WaitlistStatus = strawberry.field(description="Where the entry stands.")
    version: int = strawberry.field(description="Raised by one with every change.")
    position: int | None = strawberry.field(
        description="The place in line, from 1; null unless it waits."
    )
    location_id: strawberry.ID = strawberry.field(description="The id of the location.")
    room_id: strawberry.ID | None = strawberry.field(
        description="The id of the room waited for; null for any room at the location."
    )
    duration_minutes: int = strawberry.field(description="How long the booking is to last.")
    member_id: strawberry.ID | None = strawberry.field(
        description="The id of the member who waits; null for a guest."
    )
    company_id: strawberry.ID | None = strawberry.field(
        description="The id of the member's company when he joined, if there was one."
    )
    attendees: int | None = strawberry.field(
        description="How many people are to come, at least 1; null when nobody said."
    )
    billing_mode: BillingMode | None = strawberry.field(
        description="How it is to be paid; null leaves that to the booking."
    )
    notes: str | None = strawberry.field(description="Free text, for the booking.")
    booking_id: strawberry.ID | None = strawberry.field(
        description="The id of the booking that the entry became."
    )
    expires_at: datetime = strawberry.field(
        description="The last start within the window; then the entry ends by itself."
    )
    created_at: datetime = strawberry.field(description="When it was made; the line's order.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved("The booking must not begin before this.", needs("from_at"), name="from")
    def from_(self) -> datetime:
        """The start of the window."""
        instant: datetime = self.read("from_at")
        return instant

    @resolved("The booking must be over by then.", needs("to_at"))
    def to(self) -> datetime:
        """The end of the window."""
        instant: datetime = self.read("to_at")
        return instant

    @resolved("What is held for the entry alone, while it is OFFERED.", within("offer_room_id"))
    def offer(self) -> WaitlistOffer | None:
        """A part of the same record."""
        return None if self.read("offer_room_id") is None else self.part(WaitlistOffer)

    @resolved("The location.", relation("location"))
    def location(self) -> Location:
        """From the row, or loaded."""
        return self.to_one(Location, "location")

    @resolved("The room waited for; null for any room at the location.", relation("room"))
    def room(self) -> Room | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Room, "room")

    @resolved("The member who waits; null for a guest.", relation("member"))
    def member(self) -> Member | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Member, "member")

    @resolved("The member's company when he joined, if there was one.", relation("company"))
    def company(self) -> Company | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Company, "company")

    @resolved("The booking that the entry became.", relation("booking"))
    def booking(self) -> Booking | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Booking, "booking")

    @resolved(
        "Who waits. Null, with an error, if the token may not read members.",
        relation("member"),
    )
    def booked_by(self) -> Booker | None:
        """The member, or the guest who is a part of the entry."""
        if self.read("member_id") is None:
            return self.part(Guest)
        return self.to_one(Member, "member")

    @resolved("The same as `roomId`, under the name that older clients know.", needs("room_id"))
    def resource_id(self) -> strawberry.ID | None:
        """``roomId``."""
        room_id = self.read("room_id")
        return None if room_id is None else strawberry.ID(room_id)
