"""``/v1/availability``."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from litehq_core.domain.availability import RoomAvailability
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.availability.list_availability import (
    ListAvailability,
    list_availability,
)
from litehq_rest import schemas
from litehq_rest.answers import json_answer, response_of
from litehq_rest.call import Call
from litehq_rest.openapi import described
from litehq_rest.query import Query

_FILTERS = (
    *("room_id", "resource_id", "tier", "from", "to"),
    *("duration_minutes", "attendees", "member_id"),
)


def availability_json(
    window: Interval, minutes: int | None, rooms: list[RoomAvailability]
) -> dict[str, Any]:
    """The window, and each room's share of it."""
    return {
        "object": "availability",
        "from": instant_text(window.start),
        "to": instant_text(window.end),
        "duration_minutes": minutes,
        "data": [_room_json(room) for room in rooms],
    }


def _room_json(room: RoomAvailability) -> dict[str, Any]:
    starts = room.starts
    return {
        "room_id": room.room_id,
        "resource_id": room.room_id,
        "timezone": room.timezone,
        "free": [_ends(interval) for interval in room.free],
        "busy": [
            {**_ends(block.interval), "kind": block.kind.value, "reason": block.reason}
            for block in room.busy
        ],
        "starts": None if starts is None else [instant_text(start) for start in starts],
    }


def _ends(interval: Interval) -> dict[str, str]:
    return {"start_at": instant_text(interval.start), "end_at": instant_text(interval.end)}


def _query(query: Query) -> ListAvailability:
    found = ListAvailability(
        room_id=query.room_id(),
        tier=query.text("tier"),
        from_at=query.instant("from"),
        to_at=query.instant("to"),
        duration_minutes=query.integer("duration_minutes"),
        attendees=query.integer("attendees"),
        member_id=query.id("member_id", Prefix.MEMBER),
    )
    query.wrong.refuse()
    return found


@get(
    "/availability",
    operation_id="availability.list",
    summary="Free and busy times of rooms",
    **described(answer=schemas.Availability, query=_FILTERS, finds=True),
)
async def get_availability(call: NamedDependency[Call]) -> Response[bytes]:
    """Free and busy blocks per room and, for a length, the starts that can be booked."""
    query = _query(call.query)
    window, rooms = await list_availability(call.ports, call.actor, query)
    return response_of(json_answer(availability_json(window, query.duration_minutes, rooms)))
