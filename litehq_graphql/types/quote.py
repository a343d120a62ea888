"""Quotes."""

from __future__ import annotations

from datetime import datetime
from typing import Self, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.quote import Quote
from litehq_graphql.fields import resolved
from litehq_graphql.types.enums import BillingMode
from litehq_graphql.types.price import Cancellation, Price, price_record
from litehq_graphql.types.recorded import Related
from litehq_graphql.types.refusal import Alternative, Violation, violations
from litehq_graphql.types.room import Room


@strawberry.type(
    description=(
        "What a booking would cost, and whether it could be made. A booking that names the quote "
        "is charged exactly this until `expiresAt`."
    )
)
class BookingQuote:
    """A quote of the core."""

    id: strawberry.ID = strawberry.field(description="Give it as `quoteId` to `createBooking`.")
    valid: bool = strawberry.field(description="Whether the booking could be made now.")
    violations: list[Violation] = strawberry.field(description="All that stands against it.")
    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    start_at: datetime = strawberry.field(description="When the booking would begin.")
    end_at: datetime = strawberry.field(description="When it would end, exclusive.")
    billing_mode: BillingMode = strawberry.field(description="How it would be paid.")
    price: Price = strawberry.field(description="What it would cost.")
    tokens: int | None = strawberry.field(
        description="The tokens it would cost; null unless paid in tokens."
    )
    cancellation: Cancellation = strawberry.field(description="What a cancellation gives back.")
    conflicting_booking_id: strawberry.ID | None = strawberry.field(
        description="The booking in the way, if one is."
    )
    alternatives: list[Alternative] = strawberry.field(
        description="Up to five slots that can be booked instead, if a booking is in the way."
    )
    expires_at: datetime = strawberry.field(description="Until when the quote can be used.")
    related: strawberry.Private[Related]

    @classmethod
    def of(cls, quote: Quote, related: Related) -> Self:
        """From the core's answer."""
        conflict = quote.conflicting_booking_id
        return cls(
            id=strawberry.ID(quote.id),
            valid=quote.valid,
            violations=violations(violation.as_json() for violation in quote.violations),
            room_id=strawberry.ID(quote.room_id),
            start_at=quote.slot.start,
            end_at=quote.slot.end,
            billing_mode=quote.billing_mode,
            price=Price.of(price_record(quote.price.as_json()), related),
            tokens=quote.price.tokens,
            cancellation=Cancellation.of(quote.policy, quote.slot.start),
            conflicting_booking_id=None if conflict is None else strawberry.ID(conflict),
            alternatives=[Alternative.from_json(a.as_json()) for a in quote.alternatives],
            expires_at=quote.expires_at,
            related=related,
        )

    @resolved("The room.")
    def room(self) -> Room:
        """Loaded."""
        return cast("Room", self.related.load(Noun.ROOM, self.room_id))
