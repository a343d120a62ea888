"""The shapes of bookings and quotes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.rate_card import BillingMode
from litehq_rest.schemas.shape import Currency, Instant, MinorUnits, Shape


class RoomReference(Shape, kw_only=True, forbid_unknown_fields=True):
    """The room of a booking."""

    id: str
    name: str


class BookedByMember(Shape, kw_only=True, forbid_unknown_fields=True):
    """Booked by a member."""

    member_id: str


class GuestShape(Shape, kw_only=True, forbid_unknown_fields=True):
    """A guest."""

    email: str
    name: str


class BookedByGuest(Shape, kw_only=True, forbid_unknown_fields=True):
    """Booked by a guest."""

    guest: GuestShape


# Two structs cannot share a union without a tag: one of the two, told apart by its field.
BOOKER = Meta(
    extra_json_schema={
        "oneOf": [
            {"$ref": "#/components/schemas/BookedByMember"},
            {"$ref": "#/components/schemas/BookedByGuest"},
        ]
    }
)


class PriceLine(Shape, kw_only=True, forbid_unknown_fields=True):
    """One line of a price, and the rule that made it."""

    rule: str
    description: str
    minutes: int
    amount_minor: MinorUnits
    tokens: int | None


class Price(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a slot costs; paid in tokens, ``amount_minor`` is 0."""

    currency: Currency
    amount_minor: MinorUnits
    lines: list[PriceLine]


class PolicyStep(Shape, kw_only=True, forbid_unknown_fields=True):
    """So much comes back until so many minutes before the start."""

    minutes_before: int
    refund_percent: int


class Policy(Shape, kw_only=True, forbid_unknown_fields=True):
    """A cancellation policy; after its last step nothing comes back."""

    name: str
    steps: list[PolicyStep]


class Cancellation(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a cancellation gives back, as frozen when the booking was made."""

    refundable_until: Instant | None
    policy: Policy


class PendingChange(Shape, kw_only=True, forbid_unknown_fields=True):
    """A change that happens once it is paid; its slot is held until ``expires_at``."""

    start_at: Instant
    end_at: Instant
    room_id: str
    price: Price
    checkout_url: str | None
    expires_at: Instant


class Booking(Shape, kw_only=True, forbid_unknown_fields=True):
    """A booking, in the words of both dialects."""

    id: str
    object: Literal["booking"]
    status: BookingStatus
    version: int
    room: RoomReference
    resource_id: str
    start_at: Instant
    end_at: Instant
    start: Instant
    duration_minutes: int
    timezone: str
    booked_by: Annotated[dict[str, Any], BOOKER]
    company_id: str | None
    attendees: int | None
    notes: str | None
    metadata: dict[str, Any]
    billing_mode: BillingMode
    price: Price
    tokens_charged: int | None
    checkout_url: str | None
    expires_at: Instant | None
    cancellation: Cancellation
    pending_change: PendingChange | None
    no_show: bool
    created_at: Instant
    updated_at: Instant
    cancelled_at: Instant | None


class BookingPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of bookings; ``next_cursor`` is null at its end."""

    data: list[Booking]
    next_cursor: str | None


class Violation(Shape, kw_only=True, forbid_unknown_fields=True):
    """A rule that stands against a booking, and its bound."""

    reason: str
    message: str
    limit: int | None


class Alternative(Shape, kw_only=True, forbid_unknown_fields=True):
    """A slot that can be booked instead."""

    room_id: str
    start_at: Instant
    end_at: Instant


class RefundStep(Shape, kw_only=True, forbid_unknown_fields=True):
    """So much comes back until this instant."""

    until: Instant
    refund_percent: int


class CancellationSchedule(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a cancellation would give back, step by step."""

    refundable_until: Instant | None
    policy: Policy
    schedule: list[RefundStep]


class Quote(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a booking would cost until ``expires_at``, and what stands against it."""

    id: str
    object: Literal["quote"]
    quote_id: str
    valid: bool
    violations: list[Violation]
    room_id: str
    resource_id: str
    start_at: Instant
    end_at: Instant
    start: Instant
    duration_minutes: int
    billing_mode: BillingMode
    price: Price
    tokens_charged: int | None
    cancellation: CancellationSchedule
    conflicting_booking_id: str | None
    alternatives: list[Alternative]
    created_at: Instant
    expires_at: Instant


class PricedRefundStep(Shape, kw_only=True, forbid_unknown_fields=True):
    """A step of a booking's policy, with what it gives back until ``until``."""

    minutes_before: int
    refund_percent: int
    until: Instant
    refund_amount_minor: MinorUnits
    refund_tokens: int


class CancellationPreview(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a cancellation as the policy says would give back at ``at``.

    ``cancellable`` is false, and nothing comes back, once the booking is cancelled, expired or
    over. ``step`` is the one in force; null when nothing comes back.
    """

    object: Literal["cancellation_preview"]
    booking_id: str
    version: int
    at: Instant
    cancellable: bool
    currency: Currency
    refund_amount_minor: MinorUnits
    refund_tokens: int
    refund_percent: int
    step: PricedRefundStep | None
    schedule: list[PricedRefundStep]
