"""Bookings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, cast

import strawberry

from litehq_core.domain import cancellation
from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.company import Company
from litehq_graphql.types.enums import BillingMode, BookingStatus
from litehq_graphql.types.member import Guest, Member
from litehq_graphql.types.node import Node
from litehq_graphql.types.pending_change import PendingChange
from litehq_graphql.types.price import Cancellation, Price
from litehq_graphql.types.recorded import Recorded, needs, relation, to_one, within
from litehq_graphql.types.room import Room

if TYPE_CHECKING:
    from litehq_graphql.types.series import BookingSeries

Booker = Annotated[
    Member | Guest,
    strawberry.union("Booker", description="Who booked: a member, or a guest."),
]


@strawberry.type(description="A reservation of a room.")
class Booking(Recorded, Node):
    """A booking's attributes."""

    noun: ClassVar[Noun | None] = Noun.BOOKING

    status: BookingStatus = strawberry.field(description="Where the booking stands.")
    version: int = strawberry.field(description="Raised by one with every change.")
    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    start_at: datetime = strawberry.field(description="When it begins.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive.")
    member_id: strawberry.ID | None = strawberry.field(
        description="The id of the member who booked; null for a guest."
    )
    company_id: strawberry.ID | None = strawberry.field(
        description="The id of the company that owns the booking, if one does."
    )
    attendees: int | None = strawberry.field(
        description="How many people come, at least 1; null when nobody said."
    )
    notes: str | None = strawberry.field(description="Free text.")
    metadata: strawberry.scalars.JSON = strawberry.field(
        description="A JSON object of the caller's own, at most 8 kB."
    )
    billing_mode: BillingMode = strawberry.field(description="How it is paid.")
    tokens_charged: int | None = strawberry.field(
        description="The tokens paid; null unless paid in tokens."
    )
    checkout_url: str | None = strawberry.field(
        description="Where the payer goes; null unless money is due."
    )
    expires_at: datetime | None = strawberry.field(
        description="Until when an unpaid booking keeps its slot; null unless money is due."
    )
    series_id: strawberry.ID | None = strawberry.field(
        description="The id of the series that it is an occurrence of, if of one."
    )
    no_show: bool = strawberry.field(description="An operator has noted that nobody came.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    cancelled_at: datetime | None = strawberry.field(
        description="When it was cancelled; null if it was not."
    )

    @resolved("The room.", to_one("room"))
    def room(self) -> Room:
        """From the row, or loaded."""
        return self.to_one(Room, "room")

    @resolved("The member who booked; null for a guest.", to_one("member"))
    def member(self) -> Member | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Member, "member")

    @resolved(
        "The company that owns the booking, if one does.",
        to_one("company"),
    )
    def company(self) -> Company | None:
        """From the row, or loaded."""
        return self.to_one_or_none(Company, "company")

    @resolved(
        "Who booked. Null, with an error, if the token may not read members.",
        relation("member"),
    )
    def booked_by(self) -> Booker | None:
        """The member, or the guest who is a part of the booking."""
        if self.read("member_id") is None:
            return self.part(Guest)
        return self.to_one(Member, "member")

    @resolved("The IANA time zone of the room.", needs("room.timezone"))
    def timezone(self) -> str:
        """The zone stands on the booking's own row."""
        zone: str = self.read("room.timezone")
        return zone

    @resolved("The series that it is an occurrence of, if of one.", needs("series_id"))
    def series(
        self,
    ) -> Annotated[BookingSeries, strawberry.lazy("litehq_graphql.types.series")] | None:
        """Loaded: what a series shows follows from more than its row."""
        series_id = self.read("series_id")
        if series_id is None:
            return None
        return cast("BookingSeries", self._related.load(Noun.SERIES, series_id))

    @resolved("How long it lasts, in minutes.", needs("start_at", "end_at"))
    def duration_minutes(self) -> int:
        """Elapsed minutes, whatever clocks do meanwhile."""
        return int((self.read("end_at") - self.read("start_at")).total_seconds()) // 60

    @resolved(
        "The same as `startAt`, under the name that older clients know.",
        needs("start_at"),
    )
    def start(self) -> datetime:
        """``startAt``."""
        instant: datetime = self.read("start_at")
        return instant

    @resolved(
        "The same as `roomId`, under the name that older clients know.",
        needs("room_id"),
    )
    def resource_id(self) -> strawberry.ID:
        """``roomId``."""
        return strawberry.ID(self.read("room_id"))

    @resolved("What it costs.", within())
    def price(self) -> Price:
        """A part of the same record."""
        return self.part(Price)

    @resolved("What a cancellation gives back.", needs("policy", "start_at"))
    def cancellation(self) -> Cancellation:
        """The frozen policy, applied to the booking's start."""
        policy = cancellation.CancellationPolicy.from_json(self.read("policy"))
        return Cancellation.of(policy, self.read("start_at"))

    @resolved(
        "An edit that waits for its payment, if there is one.",
        needs("pending_change"),
    )
    def pending_change(self) -> PendingChange | None:
        """A value of the booking, its room loaded."""
        change = self.read("pending_change")
        return None if change is None else PendingChange.from_json(change, self._related)
