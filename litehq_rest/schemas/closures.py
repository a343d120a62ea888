"""The shapes of blackouts."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from litehq_rest.schemas.shape import Instant, Shape


class Blackout(Shape, kw_only=True, forbid_unknown_fields=True):
    """A time in which a room, or every room of a location, takes no bookings: one is null."""

    id: str
    object: Literal["blackout"]
    version: int
    room_id: str | None
    resource_id: str | None
    location_id: str | None
    start_at: Instant
    end_at: Instant
    reason: str
    created_at: Instant


class PlacedBlackout(Shape, kw_only=True, forbid_unknown_fields=True):
    """A new blackout, and the bookings that it found there, by start; they stay as they are."""

    id: str
    object: Literal["blackout"]
    version: int
    room_id: str | None
    resource_id: str | None
    location_id: str | None
    start_at: Instant
    end_at: Instant
    reason: str
    created_at: Instant
    conflicting_booking_ids: Annotated[list[str], Meta(max_length=100)]
    conflicting_count: Annotated[int, Meta(ge=0, description="How many there are in all.")]


class BlackoutPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of blackouts."""

    data: list[Blackout]
    next_cursor: str | None
