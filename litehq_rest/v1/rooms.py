"""``/v1/rooms``."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.booking_rules import complete_rules
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.new_room import CreateRoom
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.records import room_record
from litehq_core.domain.room import Room
from litehq_core.domain.room_changes import UpdateRoom
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_core.use_cases.rooms.create_room import create_room
from litehq_core.use_cases.rooms.update_room import update_room
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, core, plain
from litehq_rest.etags import expected_version
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described
from litehq_rest.query import Query
from litehq_rest.v1.shaped import bounded, shaped

_ATTRIBUTES = every_attribute(Noun.ROOM)


class RoomCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A new room; ``opening_hours`` null or left out: those of its location.

    ``parts`` makes it of other rooms there, and ``shared`` lets it be booked seat by seat: both for
    good. Rules that are not named are as `Rules` of any new room.
    """

    location_id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    slot_minutes: int = 30
    buffer_minutes: int = 0
    rules: Annotated[dict[str, Any], shaped("RulesEdit")] | UnsetType = UNSET
    opening_hours: Annotated[dict[str, Any], shaped("OpeningHours")] | UnsetType | None = UNSET
    active: bool = True
    parts: list[str] | UnsetType = UNSET
    shared: bool = False


class RoomEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of a room: what is left out stays. ``opening_hours`` null: those of its location.

    Of ``rules``, those that are named are replaced, and the others stay.
    """

    name: str | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    slot_minutes: int | UnsetType = UNSET
    buffer_minutes: int | UnsetType = UNSET
    rules: Annotated[dict[str, Any], shaped("RulesEdit")] | UnsetType = UNSET
    opening_hours: Annotated[dict[str, Any], shaped("OpeningHours")] | UnsetType | None = UNSET
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


def created_answer(room: Room) -> Answer:
    """A new room as an answer."""
    return json_answer(room_json(room_record(room)), status=201, version=room.version)


def create_command(body: RoomCreate, wrong: Findings) -> CreateRoom:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    location_id = wrong.agreed(("location_id", plain(body.location_id)), required=True)
    name = wrong.agreed(("name", plain(body.name)), required=True)
    capacity = wrong.agreed(("capacity", plain(body.capacity)), required=True)
    rules: dict[str, Any] = plain(body.rules) or {}
    wrong.attempt(lambda: bounded("rules", rules))
    hours = plain(body.opening_hours)
    opening_hours = None if hours is None else wrong.attempt(lambda: OpeningHours.from_json(hours))
    if wrong or location_id is None or name is None or capacity is None:
        raise wrong.refusal()
    return CreateRoom(
        location_id=normalise_id(Prefix.LOCATION, location_id),
        name=name,
        capacity=capacity,
        slot_minutes=body.slot_minutes,
        buffer_minutes=body.buffer_minutes,
        rules=rules,
        opening_hours=opening_hours,
        active=body.active,
        parts=frozenset(normalise_id(Prefix.ROOM, part) for part in plain(body.parts) or ()),
        shared=body.shared,
    )


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
    rules = body.rules
    if isinstance(rules, dict):
        wrong.attempt(lambda: bounded("rules", rules))
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


@post(
    "/rooms",
    operation_id="rooms.create",
    summary="Add a room",
    **described(answer=schemas.Room, status=201, body=RoomCreate, finds=True),
)
async def post_room(call: NamedDependency[Call]) -> Response[bytes]:
    """A new room; free of charge until it has a rate card. For operators."""
    body, wrong = read_body(call.body, call.content_types, RoomCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, created_answer)
    return response_of(created_answer(await create_room(call.ports, call.actor, command, once)))


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
