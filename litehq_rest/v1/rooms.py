"""``/v1/rooms``."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.booking_rules import complete_rules
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_rest import schemas
from litehq_rest.answers import json_answer, response_of
from litehq_rest.call import Call
from litehq_rest.openapi import described
from litehq_rest.query import Query

_ATTRIBUTES = every_attribute(Noun.ROOM)


def room_json(record: Record) -> dict[str, Any]:
    """A room as shown. ``opening_hours`` is null where those of the location hold."""
    return {
        "id": record["id"],
        "object": "room",
        "resource_id": record["id"],
        "version": record["version"],
        "name": record["name"],
        "location_id": record["location_id"],
        "timezone": record["timezone"],
        "capacity": record["capacity"],
        "slot_minutes": record["slot_minutes"],
        "buffer_minutes": record["buffer_minutes"],
        "rules": complete_rules(record["rules"]),
        "opening_hours": record["opening_hours"],
        "active": record["active"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def _list_query(query: Query) -> ListRecords:
    found = ListRecords(
        noun=Noun.ROOM,
        location_id=query.id("location_id", Prefix.LOCATION),
        paging=query.paging(),
    )
    query.wrong.refuse()
    return found


@get(
    "/rooms",
    operation_id="rooms.list",
    summary="List rooms",
    **described(answer=schemas.RoomPage, query=("location_id", "limit", "cursor")),
)
async def get_rooms(call: NamedDependency[Call]) -> Response[bytes]:
    """Rooms, newest first."""
    page = await list_records(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [room_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@get(
    "/rooms/{room_id:str}",
    operation_id="rooms.get",
    summary="Retrieve a room",
    **described(answer=schemas.Room, by_id=True),
)
async def get_room(call: NamedDependency[Call], room_id: FromPath[str]) -> Response[bytes]:
    """One room."""
    found = await get_record(
        call.ports, call.actor, Noun.ROOM, normalise_id(Prefix.ROOM, room_id), _ATTRIBUTES
    )
    return response_of(json_answer(room_json(found), version=found["version"]))
