"""The shapes of visitors."""

from __future__ import annotations

from typing import Literal

from litehq_core.domain.visitor import VisitorStatus
from litehq_rest.schemas.shape import Instant, Shape


class VisitorPass(Shape, kw_only=True, forbid_unknown_fields=True):
    """Where the QR code of a visitor's pass is; for whoever may read the visitor."""

    svg: str
    png: str


class Visitor(Shape, kw_only=True, forbid_unknown_fields=True):
    """Somebody who is expected; ``company`` is where the visitor comes from."""

    id: str
    object: Literal["visitor"]
    status: VisitorStatus
    version: int
    location_id: str
    host_member_id: str
    booking_id: str | None
    name: str
    email: str | None
    company: str | None
    expected_at: Instant
    until: Instant | None
    notes: str | None
    qr: VisitorPass
    checked_in_at: Instant | None
    created_at: Instant
    updated_at: Instant
    cancelled_at: Instant | None


class VisitorPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the visitors."""

    data: list[Visitor]
    next_cursor: str | None
