"""What the waitlist's mutations answer with, first and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_graphql.context import Context
from litehq_graphql.payloads import WithBooking
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.waitlist import WaitlistEntry


class _WithEntry:
    """A payload that shows an entry."""

    entry: WaitlistEntry

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.entry = WaitlistEntry.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="There is a new entry at the end of the line.")
class JoinWaitlistPayload(_WithEntry):
    """The new entry."""

    entry: WaitlistEntry = strawberry.field(
        description="WAITING; or OFFERED, if what it waits for is free at this moment."
    )


@strawberry.type(description="What was offered is booked.")
class AcceptWaitlistOfferPayload(WithBooking):
    """The new booking."""

    booking: Booking = strawberry.field(
        description="CONFIRMED if nothing is due, else PENDING_PAYMENT with a checkout."
    )


@strawberry.type(description="The entry waits no longer.")
class LeaveWaitlistPayload(_WithEntry):
    """The cancelled entry."""

    entry: WaitlistEntry = strawberry.field(description="The entry; leaving twice is once.")


JoinWaitlistResult = Annotated[
    JoinWaitlistPayload | RefusalType,
    strawberry.union("JoinWaitlistResult", description="The entry, or why there is none."),
]
AcceptWaitlistOfferResult = Annotated[
    AcceptWaitlistOfferPayload | RefusalType,
    strawberry.union("AcceptWaitlistOfferResult", description="The booking, or why there is none."),
]
LeaveWaitlistResult = Annotated[
    LeaveWaitlistPayload | RefusalType,
    strawberry.union("LeaveWaitlistResult", description="The entry, or why it stays."),
]
