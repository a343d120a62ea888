"""The shapes of series."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Frequency
from litehq_core.domain.series import EditResult, OnConflict, Outcome
from litehq_rest.schemas.bookings import Price, RoomReference, Violation
from litehq_rest.schemas.shape import Instant, MinorUnits, Shape

LocalDate = Annotated[str, Meta(extra_json_schema={"format": "date"})]


class NthWeekday(Shape, kw_only=True, forbid_unknown_fields=True):
    """Such as the second Tuesday of a month; -1 is the last."""

    nth: int
    weekday: str


class Rule(Shape, kw_only=True, forbid_unknown_fields=True):
    """How a series repeats; ``rrule`` says the same as text of RFC 5545."""

    rrule: str
    frequency: Frequency
    interval: int
    weekdays: list[str]
    month_day: int | None
    nth_weekday: NthWeekday | None
    count: int | None
    until: LocalDate | None
    until_at: Instant | None
    exceptions: list[LocalDate]


class LastEdit(Shape, kw_only=True, forbid_unknown_fields=True):
    """What the last edit of the series did to an occurrence, and why no more."""

    result: EditResult
    reason: str | None
    message: str | None
    violations: list[Violation]
    conflicting_booking_id: str | None


class Occurrence(Shape, kw_only=True, forbid_unknown_fields=True):
    """One date. ``occurrence`` is where the rule put it, and stays its name."""

    occurrence: Instant
    outcome: Outcome
    booking_id: str | None
    status: BookingStatus | None
    start_at: Instant
    end_at: Instant
    room_id: str
    amount_minor: MinorUnits | None
    tokens_charged: int | None
    reason: str | None
    message: str | None
    violations: list[Violation]
    conflicting_booking_id: str | None
    last_edit: LastEdit | None


class BookingSeries(Shape, kw_only=True, forbid_unknown_fields=True):
    """Bookings that repeat, as one object with a price: the sum of those that stand."""

    id: str
    object: Literal["booking_series"]
    status: BookingStatus
    version: int
    room: RoomReference
    resource_id: str
    rule: Rule
    start_at: Instant
    start: Instant
    duration_minutes: int
    timezone: str
    booked_by: Annotated[
        dict[str, Any],
        Meta(
            extra_json_schema={
                "oneOf": [
                    {"$ref": "#/components/schemas/BookedByMember"},
                    {"$ref": "#/components/schemas/BookedByGuest"},
                ]
            }
        ),
    ]
    company_id: str | None
    attendees: int | None
    notes: str | None
    metadata: dict[str, Any]
    billing_mode: BillingMode
    on_conflict: OnConflict
    price: Price
    tokens_charged: int | None
    checkout_url: str | None
    expires_at: Instant | None
    occurrences: list[Occurrence]
    created_at: Instant
    updated_at: Instant
    cancelled_at: Instant | None


class QuotedOccurrence(Shape, kw_only=True, forbid_unknown_fields=True):
    """One date of a series that is not made: what would become of it, and why."""

    occurrence: Instant
    outcome: Outcome
    start_at: Instant
    end_at: Instant
    room_id: str
    amount_minor: MinorUnits | None
    tokens_charged: int | None
    reason: str | None
    message: str | None
    violations: list[Violation]
    conflicting_booking_id: str | None


class SeriesQuote(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a series would come to now. It holds nothing: prices may change until it is booked."""

    object: Literal["series_quote"]
    valid: bool
    room: RoomReference
    resource_id: str
    rule: Rule
    start_at: Instant
    start: Instant
    duration_minutes: int
    timezone: str
    billing_mode: BillingMode
    price: Price
    tokens_charged: int | None
    occurrences: list[QuotedOccurrence]


class BookingSeriesPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of series; ``next_cursor`` is null at its end."""

    data: list[BookingSeries]
    next_cursor: str | None
