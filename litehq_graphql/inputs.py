"""What mutations are given, and how it becomes the core's commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from litehq_core.domain.booking import Guest
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.editing import UNSET, EditBooking
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.api_keys.mint_api_token import MintApiToken
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken
from litehq_core.use_cases.bookings.mark_no_show import MarkNoShow
from litehq_graphql.types.enums import BillingMode, RefundPolicy, Scope

KEY = (
    "1–255 characters of your own choice: the same key has one effect and one answer. The header "
    "`Idempotency-Key` does the same for an operation of one mutation."
)
_VERSION = "The version that you saw; if the booking has changed since, nothing is done."


@strawberry.input(description="A guest: somebody who books without being a member.")
class GuestInput:
    """E-mail and name."""

    email: str = strawberry.field(description="The guest's e-mail address.")
    name: str = strawberry.field(description="The guest's name.")


@strawberry.input(description="Who books: exactly one of the two.", one_of=True)
class BookerInput:
    """A member or a guest."""

    member_id: strawberry.ID | None = strawberry.field(
        description="A member's id.", default=strawberry.UNSET
    )
    guest: GuestInput | None = strawberry.field(description="A guest.", default=strawberry.UNSET)

    def booker(self) -> tuple[str | None, Guest | None]:
        """The core's words for it: a member's id, or a guest."""
        member, guest = self.member_id, self.guest
        return (
            normalise_id(Prefix.MEMBER, member) if member else None,
            Guest(email=guest.email, name=guest.name) if guest else None,
        )


@strawberry.input(description="A wish for a booking.")
class CreateBookingInput:
    """The fields of a new booking."""

    room_id: strawberry.ID = strawberry.field(description="The room.")
    start_at: datetime = strawberry.field(description="The start, on the room's slot grid.")
    end_at: datetime = strawberry.field(description="The end, exclusive, on the grid as well.")
    booked_by: BookerInput = strawberry.field(description="Who books.")
    attendees: int | None = strawberry.field(
        description="How many people come, at least 1.", default=None
    )
    notes: str | None = strawberry.field(description="Free text.", default=None)
    metadata: JSON | None = strawberry.field(
        description="A JSON object of your own, at most 8 kB.", default=None
    )
    billing_mode: BillingMode | None = strawberry.field(
        description="How it is to be paid; chosen by who books if left out.", default=None
    )
    quote_id: strawberry.ID | None = strawberry.field(
        description="A quote of at most 15 minutes ago: it is charged exactly.", default=None
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateBooking:
        """The core's words for it."""
        member_id, guest = self.booked_by.booker()
        return CreateBooking(
            room_id=normalise_id(Prefix.ROOM, self.room_id),
            start_at=self.start_at,
            end_at=self.end_at,
            member_id=member_id,
            guest=guest,
            attendees=self.attendees,
            notes=self.notes,
            metadata={} if self.metadata is None else json_object("metadata", self.metadata),
            billing_mode=self.billing_mode,
            quote_id=None if self.quote_id is None else normalise_id(Prefix.QUOTE, self.quote_id),
        )


@strawberry.input(description="A change to a booking. What is left out stays.")
class UpdateBookingInput:
    """The fields that an edit may name."""

    id: strawberry.ID = strawberry.field(description="The booking.")
    start_at: datetime | None = strawberry.field(
        description="A new start; alone it keeps the end.", default=strawberry.UNSET
    )
    end_at: datetime | None = strawberry.field(
        description="A new end, exclusive.", default=strawberry.UNSET
    )
    start: datetime | None = strawberry.field(
        description="A new start; alone it keeps the duration.", default=strawberry.UNSET
    )
    duration_minutes: int | None = strawberry.field(
        description="A new length; alone it keeps the start.", default=strawberry.UNSET
    )
    room_id: strawberry.ID | None = strawberry.field(
        description="Another room.", default=strawberry.UNSET
    )
    attendees: int | None = strawberry.field(
        description="How many people come; null when nobody said.", default=strawberry.UNSET
    )
    notes: str | None = strawberry.field(
        description="Free text, or null.", default=strawberry.UNSET
    )
    metadata: JSON | None = strawberry.field(
        description="A JSON object that replaces the one before.", default=strawberry.UNSET
    )
    billing_mode: BillingMode | None = strawberry.field(
        description="How it is to be paid from now on.", default=strawberry.UNSET
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> EditBooking:
        """The core's words for it."""
        room_id = changed("roomId", self.room_id)
        metadata = changed("metadata", self.metadata)
        return EditBooking(
            booking_id=normalise_id(Prefix.BOOKING, self.id),
            start_at=changed("startAt", self.start_at),
            end_at=changed("endAt", self.end_at),
            shift_to=changed("start", self.start),
            duration_minutes=changed("durationMinutes", self.duration_minutes),
            room_id=room_id if room_id is UNSET else normalise_id(Prefix.ROOM, room_id),
            attendees=UNSET if self.attendees is strawberry.UNSET else self.attendees,
            notes=UNSET if self.notes is strawberry.UNSET else self.notes,
            metadata=metadata if metadata is UNSET else json_object("metadata", metadata),
            billing_mode=changed("billingMode", self.billing_mode),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to cancel a booking.")
class CancelBookingInput:
    """What a cancellation may say."""

    id: strawberry.ID = strawberry.field(description="The booking.")
    reason: str | None = strawberry.field(description="Why, for people.", default=None)
    refund_policy: RefundPolicy = strawberry.field(
        description="What is to be given back.", default=RefundPolicy.POLICY
    )
    refund_amount_minor: int | None = strawberry.field(
        description="With PARTIAL, for money: how much, in minor units.", default=None
    )
    refund_tokens: int | None = strawberry.field(
        description="With PARTIAL, for tokens: how many.", default=None
    )
    notify_attendees: bool = strawberry.field(
        description="Whether those who come are told.", default=True
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CancelBooking:
        """The core's words for it."""
        return CancelBooking(
            booking_id=normalise_id(Prefix.BOOKING, self.id),
            reason=self.reason,
            refund_policy=self.refund_policy,
            refund_amount_minor=self.refund_amount_minor,
            refund_tokens=self.refund_tokens,
            notify_attendees=self.notify_attendees,
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to note that nobody came. For operators.")
class MarkBookingNoShowInput:
    """A booking and the flag."""

    id: strawberry.ID = strawberry.field(description="The booking; it must have begun.")
    no_show: bool = strawberry.field(description="False takes the note back.", default=True)
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> MarkNoShow:
        """The core's words for it."""
        return MarkNoShow(
            booking_id=normalise_id(Prefix.BOOKING, self.id),
            no_show=self.no_show,
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish for an API token. It can grant no more than yours may do.")
class CreateApiTokenInput:
    """What a new token may do, and until when."""

    name: str = strawberry.field(description="What people call it.")
    scopes: list[Scope] = strawberry.field(description="What it may do; at least one.")
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    member_id: strawberry.ID | None = strawberry.field(
        description="Binds it to a member: it sees only what is his.", default=None
    )
    company_ids: list[strawberry.ID] | None = strawberry.field(
        description="Binds it to companies: it sees only what is theirs.", default=None
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> MintApiToken:
        """The core's words for it."""
        member_id = self.member_id
        return MintApiToken(
            name=self.name,
            scopes=frozenset(self.scopes),
            expires_at=self.expires_at,
            member_id=None if member_id is None else normalise_id(Prefix.MEMBER, member_id),
            company_ids=frozenset(
                normalise_id(Prefix.COMPANY, company_id) for company_id in self.company_ids or ()
            ),
        )


@strawberry.input(description="A wish to end an API token at once.")
class RevokeApiTokenInput:
    """A token."""

    id: strawberry.ID = strawberry.field(description="The token.")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> RevokeApiToken:
        """The core's words for it."""
        return RevokeApiToken(token_id=normalise_id(Prefix.API_TOKEN, self.id))


def changed(field: str, value: Any) -> Any:
    """The new value, or the core's UNSET if the field was left out.

    Raises:
        ValidationFailed: it is null, which says nothing.
    """
    if value is None:
        raise ValidationFailed.of(field, "must not be null; leave it out to keep it")
    return UNSET if value is strawberry.UNSET else value


def json_object(field: str, value: Any) -> Mapping[str, Any]:
    """``value``, if it is a JSON object.

    Raises:
        ValidationFailed: it is other JSON.
    """
    if not isinstance(value, dict):
        raise ValidationFailed.of(field, "must be a JSON object")
    return value
