"""``/v1/rooms``."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, Meta, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.booking_rules import complete_rules
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.records import room_record
from litehq_core.domain.room import Room
from litehq_core.domain.room_changes import UpdateRoom
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_core.use_cases.rooms.update_room import update_room
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, core
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query


# The core reads these itself, and names what is wrong by its dotted path.
def _shaped(name: str) -> Meta:
    return Meta(extra_json_schema={"allOf": [{"$ref": f"#/components/schemas/{name}"}]})


_ATTRIBUTES = every_attribute(Noun.ROOM)


class RoomEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of a room: what is left out stays. ``opening_hours`` null: those of its location.

    Of ``rules``, those that are named are replaced, and the others stay.
    """

    name: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    slot_minutes: int | UnsetType = UNSET
    buffer_minutes: int | UnsetType = UNSET
    rules: Annotated[dict[str, Any], _shaped("RulesEdit")] | UnsetType = UNSET
    opening_hours: Annotated[dict[str, Any], _shaped("OpeningHours")] | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


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
        "parts": record["parts"],
        "shared": record["shared"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def room_answer(room: Room) -> Answer:
    """A room of the core as an answer."""
    return json_answer(room_json(room_record(room)), version=room.version)


def update_command(
    room_id: str, body: RoomEdit, wrong: Findings, expected_version: int | None
) -> UpdateRoom:
    """A PATCH as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    hours = body.opening_hours
    opening_hours = (
        wrong.attempt(lambda: OpeningHours.from_json(hours)) if isinstance(hours, dict) else hours
    )
    wrong.refuse()
    return UpdateRoom(
        room_id=room_id,
        name=core(body.name),
        capacity=core(body.capacity),
        slot_minutes=core(body.slot_minutes),
        buffer_minutes=core(body.buffer_minutes),
        rules=core(body.rules),
        opening_hours=core(opening_hours),
        active=core(body.active),
        expected_version=expected_version,
    )


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


@patch(
    "/rooms/{room_id:str}",
    operation_id="rooms.update",
    summary="Change a room",
    **described(answer=schemas.Room, body=RoomEdit, by_id=True, locks=True),
)
async def patch_room(call: NamedDependency[Call], room_id: FromPath[str]) -> Response[bytes]:
    """Change a room from now on. Bookings that exist stay as they are. For operators."""
    body, wrong = read_body(call.body, call.content_types, RoomEdit)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.ROOM, room_id)
    command = update_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, room_answer)
    return response_of(room_answer(await update_room(call.ports, call.actor, command, once)))
