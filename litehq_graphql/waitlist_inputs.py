"""What the waitlist's mutations are given, and how it becomes the core's commands."""

from __future__ import annotations

from datetime import datetime

import strawberry

from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.waitlist.accept_offer import AcceptOffer
from litehq_core.use_cases.waitlist.join_waitlist import JoinWaitlist
from litehq_core.use_cases.waitlist.leave_waitlist import LeaveWaitlist
from litehq_graphql.arguments import id_or_none
from litehq_graphql.inputs import KEY, BookerInput
from litehq_graphql.types.enums import BillingMode

_VERSION = "The version that you saw; if the entry has changed since, nothing is done."


@strawberry.input(description="A wish to wait: for a room, or for any room at a location.")
class JoinWaitlistInput:
    """The fields of a new entry."""

    room_id: strawberry.ID | None = strawberry.field(
        description="The room waited for; or else a location.", default=None
    )
    location_id: strawberry.ID | None = strawberry.field(
        description="Any room at this location will do.", default=None
    )
    from_: datetime = strawberry.field(
        name="from", description="The booking must not begin before this."
    )
    to: datetime = strawberry.field(
        description="The booking must be over by then; 31 days after `from` at most."
    )
    duration_minutes: int = strawberry.field(description="How long the booking is to last.")
    booked_by: BookerInput = strawberry.field(description="Who waits.")
    attendees: int | None = strawberry.field(
        description="How many people are to come, at least 1.", default=None
    )
    billing_mode: BillingMode | None = strawberry.field(
        description="How it is to be paid; chosen by who books if left out.", default=None
    )
    notes: str | None = strawberry.field(description="Free text, for the booking.", default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> JoinWaitlist:
        """The core's words for it."""
        member_id, guest = self.booked_by.booker()
        return JoinWaitlist(
            room_id=id_or_none(Prefix.ROOM, self.room_id),
            location_id=id_or_none(Prefix.LOCATION, self.location_id),
            from_at=self.from_,
            to_at=self.to,
            duration_minutes=self.duration_minutes,
            member_id=member_id,
            guest=guest,
            attendees=self.attendees,
            billing_mode=self.billing_mode,
            notes=self.notes,
        )


@strawberry.input(description="A wish to book what a waitlist entry is offered.")
class AcceptWaitlistOfferInput:
    """An entry."""

    id: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> AcceptOffer:
        """The core's words for it."""
        return AcceptOffer(
            entry_id=normalise_id(Prefix.WAITLIST_ENTRY, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to wait no longer, or to decline what is offered.")
class LeaveWaitlistInput:
    """An entry."""

    id: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> LeaveWaitlist:
        """The core's words for it."""
        return LeaveWaitlist(
            entry_id=normalise_id(Prefix.WAITLIST_ENTRY, self.id),
            expected_version=self.expected_version,
        )
