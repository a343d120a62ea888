"""Bookings, quotes and availability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

WINDOW = {"from": "2026-05-25T00:00:00Z", "to": "2026-05-26T00:00:00Z"}
# Page B's; paid by card, so it is made in several phases.
CREATE: Mapping[str, Any] = {
    "room_id": "rm_studio",
    "start_at": "2026-05-25T14:00:00Z",
    "end_at": "2026-05-25T15:30:00Z",
    "booked_by": {"member_id": "mem_jonas_k"},
    "notes": "Studio mic check 13:55",
    "attendees": 4,
}
# Page A's.
QUOTE: Mapping[str, Any] = {
    "resource_id": "rm_atrium",
    "start": "2026-05-25T14:00:00Z",
    "duration_minutes": 90,
    "booked_by": "mem_lina_p",
}


async def booked(house: House) -> Ids:
    """A booking of Lina's, paid in tokens."""
    return {"booking_id": (await house.book())["id"]}


CALLS: Mapping[str, Example] = {
    "bookings.list": Example(given=booked, query={**WINDOW, "status": "confirmed"}),
    "bookings.create": Example(body=CREATE, other={**CREATE, "attendees": 5}),
    "bookings.get": Example(given=booked),
    "bookings.update": Example(given=booked, body={"attendees": 6, "notes": "Two more come."}),
    "bookings.cancel": Example(
        given=booked,
        body={"reason": "member_requested", "refund_policy": "full", "notify_attendees": True},
    ),
    "bookings.delete": Example(given=booked),
    "bookings.cancellation_preview": Example(given=booked),
    "bookings.quote": Example(body=QUOTE, other={**QUOTE, "duration_minutes": 60}),
    "availability.list": Example(
        given=booked, query={**WINDOW, "room_id": "rm_atrium", "duration_minutes": "60"}
    ),
}
