"""What mutations answer with, first and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_graphql.context import Context
from litehq_graphql.types.api_token import ApiToken
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.refusal import RefusalType


class WithBooking:
    """A payload that shows a booking."""

    booking: Booking

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.booking = Booking.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="The booking was made.")
class CreateBookingPayload(WithBooking):
    """The new booking."""

    booking: Booking = strawberry.field(
        description="CONFIRMED if nothing is due, else PENDING_PAYMENT with a checkout."
    )


@strawberry.type(description="The booking was changed, or its change waits for a payment.")
class UpdateBookingPayload(WithBooking):
    """The booking after the edit."""

    booking: Booking = strawberry.field(
        description="The booking; unchanged but for `pendingChange` if money is due first."
    )


@strawberry.type(description="The booking is cancelled.")
class CancelBookingPayload(WithBooking):
    """The cancelled booking."""

    booking: Booking = strawberry.field(description="The booking; cancelling twice is once.")


@strawberry.type(description="The booking's no-show flag is set, or taken back.")
class MarkBookingNoShowPayload(WithBooking):
    """The flagged booking."""

    booking: Booking = strawberry.field(description="The booking.")


@strawberry.type(description="The token was made.")
class CreateApiTokenPayload:
    """The new token and its secret."""

    api_token: ApiToken = strawberry.field(description="The token.")
    secret: str = strawberry.field(
        description="What goes behind `Authorization: Bearer`. It is shown this once."
    )

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        token = ApiToken.of(record_from_json(kept["record"]), context.related)
        return cls(api_token=token, secret=kept["secret"])


@strawberry.type(description="The token opens nothing any more.")
class RevokeApiTokenPayload:
    """The revoked token."""

    api_token: ApiToken = strawberry.field(description="The token.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        return cls(api_token=ApiToken.of(record_from_json(kept["record"]), context.related))


CreateBookingResult = Annotated[
    CreateBookingPayload | RefusalType,
    strawberry.union("CreateBookingResult", description="The booking, or why there is none."),
]
UpdateBookingResult = Annotated[
    UpdateBookingPayload | RefusalType,
    strawberry.union("UpdateBookingResult", description="The booking, or why it stays."),
]
CancelBookingResult = Annotated[
    CancelBookingPayload | RefusalType,
    strawberry.union("CancelBookingResult", description="The booking, or why it stays."),
]
MarkBookingNoShowResult = Annotated[
    MarkBookingNoShowPayload | RefusalType,
    strawberry.union("MarkBookingNoShowResult", description="The booking, or why it stays."),
]
CreateApiTokenResult = Annotated[
    CreateApiTokenPayload | RefusalType,
    strawberry.union("CreateApiTokenResult", description="The token, or why there is none."),
]
RevokeApiTokenResult = Annotated[
    RevokeApiTokenPayload | RefusalType,
    strawberry.union("RevokeApiTokenResult", description="The token, or why it stays."),
]
