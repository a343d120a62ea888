"""What a cancellation would give back."""

from __future__ import annotations

from datetime import datetime
from typing import Self, cast

import strawberry

from litehq_core.domain import cancellation_preview
from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.recorded import Related


@strawberry.type(description="A step of a booking's cancellation policy, with what it gives back.")
class RefundStep:
    """A step of the core's preview."""

    minutes_before: int = strawberry.field(
        description="The step holds until so many minutes before the start."
    )
    refund_percent: int = strawberry.field(description="The percentage that comes back.")
    until: datetime = strawberry.field(description="The same as an instant, inclusive.")
    refund_amount_minor: int = strawberry.field(
        description="What comes back of the money, in minor units."
    )
    refund_tokens: int = strawberry.field(description="What comes back of the tokens.")

    @classmethod
    def of(cls, step: cancellation_preview.RefundStep) -> Self:
        """From the core's answer."""
        return cls(
            minutes_before=step.minutes_before,
            refund_percent=step.refund_percent,
            until=step.until,
            refund_amount_minor=step.refund.amount_minor,
            refund_tokens=step.refund.tokens,
        )


@strawberry.type(
    description=(
        "What `cancelBooking` with `refundPolicy: POLICY` would give back at this instant. Give "
        "`version` as `expectedVersion`, and just this is what happens while `step` is in force."
    )
)
class CancellationPreview:
    """A preview of the core."""

    booking_id: strawberry.ID = strawberry.field(description="The id of the booking.")
    version: int = strawberry.field(description="The booking's version that was looked at.")
    at: datetime = strawberry.field(description="The instant that was judged.")
    cancellable: bool = strawberry.field(
        description=(
            "Whether a cancellation would change anything: false once the booking is cancelled, "
            "expired or over."
        )
    )
    currency: str = strawberry.field(description="The ISO 4217 currency of the amounts.")
    refund_amount_minor: int = strawberry.field(
        description="What would come back of the money, in minor units."
    )
    refund_tokens: int = strawberry.field(description="What would come back of the tokens.")
    refund_percent: int = strawberry.field(description="The percentage that this is.")
    step: RefundStep | None = strawberry.field(
        description="The step in force; null when nothing comes back."
    )
    schedule: list[RefundStep] = strawberry.field(
        description="Every step of the policy, farthest from the start first, past ones included."
    )
    related: strawberry.Private[Related]

    @classmethod
    def of(cls, found: cancellation_preview.CancellationPreview, related: Related) -> Self:
        """From the core's answer."""
        return cls(
            booking_id=strawberry.ID(found.booking_id),
            version=found.version,
            at=found.at,
            cancellable=found.cancellable,
            currency=found.currency,
            refund_amount_minor=found.refund.amount_minor,
            refund_tokens=found.refund.tokens,
            refund_percent=found.refund_percent,
            step=RefundStep.of(found.step) if found.step else None,
            schedule=[RefundStep.of(step) for step in found.schedule],
            related=related,
        )

    @resolved("The booking.")
    def booking(self) -> Booking:
        """Loaded."""
        return cast("Booking", self.related.load(Noun.BOOKING, self.booking_id))
