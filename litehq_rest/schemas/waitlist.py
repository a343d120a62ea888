"""The shapes of waitlist entries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_rest.schemas.bookings import BOOKER
from litehq_rest.schemas.shape import Instant, Shape


class WaitlistOffer(Shape, kw_only=True, forbid_unknown_fields=True):
    """A slot that is held for this entry alone until ``expires_at``."""

    room_id: str
    resource_id: str
    start_at: Instant
    end_at: Instant
    expires_at: Instant


class WaitlistEntry(Shape, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A place in line; ``room_id`` null waits for any room at the location."""

    id: str
    object: Literal["waitlist_entry"]
    status: WaitlistStatus
    version: int
    position: Annotated[int, Meta(ge=1)] | None
    location_id: str
    room_id: str | None
    resource_id: str | None
    from_: Instant
    to: Instant
    duration_minutes: int
    booked_by: Annotated[dict[str, Any], BOOKER]
    company_id: str | None
    attendees: int | None
    billing_mode: BillingMode | None
    notes: str | None
    offer: WaitlistOffer | None
    booking_id: str | None
    expires_at: Instant
    created_at: Instant
    updated_at: Instant


class WaitlistPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the waitlist."""

    data: list[WaitlistEntry]
    next_cursor: str | None
