"""``/v1/rooms/{id}/blackouts`` and ``/v1/locations/{id}/blackouts``."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.blackouts import CreateBlackout, DeleteBlackout, PlacedBlackout
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.records import blackout_record
from litehq_core.domain.room import Blackout
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.blackouts.delete_blackout import delete_blackout
from litehq_core.use_cases.blackouts.list_blackouts import ListBlackouts, list_blackouts
from litehq_rest import schemas
from litehq_rest.answers import Answer, json_answer, response_of
from litehq_rest.bodies import read_body
from litehq_rest.call import Call
from litehq_rest.dialects import Body, Instant, plain
from litehq_rest.findings import Findings
from litehq_rest.idempotency import key_of, once_of
from litehq_rest.openapi import described

_ATTRIBUTES = every_attribute(Noun.BLACKOUT)
_PAGED = ("limit", "cursor")


class BlackoutCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """From when until when the place takes no bookings, and why."""

    start_at: Instant | UnsetType = UNSET
    end_at: Instant | UnsetType = UNSET
    reason: str | UnsetType | None = UNSET


def blackout_json(record: Record) -> dict[str, Any]:
    """A blackout as shown: of a room, or of a location."""
    return {
        "id": record["id"],
        "object": "blackout",
        "version": record["version"],
        "room_id": record["room_id"],
        "resource_id": record["room_id"],
        "location_id": record["location_id"],
        "start_at": instant_text(record["start_at"]),
        "end_at": instant_text(record["end_at"]),
        "reason": record["reason"],
        "created_at": instant_text(record["created_at"]),
    }


def placed_answer(placed: PlacedBlackout) -> Answer:
    """A new blackout as an answer, and what it found there."""
    shown = {
        **blackout_json(blackout_record(placed.blackout)),
        "conflicting_booking_ids": placed.conflicting_booking_ids,
        "conflicting_count": placed.conflicting_count,
    }
    return json_answer(shown, status=201, version=placed.blackout.version)


def blackout_answer(blackout: Blackout) -> Answer:
    """A blackout that is no more, as an answer."""
    return json_answer(blackout_json(blackout_record(blackout)), version=blackout.version)


async def _list(call: Call, *, room_id: str | None, location_id: str | None) -> Response[bytes]:
    query = ListBlackouts(room_id=room_id, location_id=location_id, paging=call.query.paging())
    call.query.wrong.refuse()
    page = await list_blackouts(call.ports, call.actor, query, _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [blackout_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


async def _create(call: Call, *, room_id: str | None, location_id: str | None) -> Response[bytes]:
    body, wrong = read_body(call.body, call.content_types, BlackoutCreate)
    key = key_of(call, body.idempotency_key, wrong)
    start_at = wrong.agreed(("start_at", wrong.instant("start_at", body.start_at)), required=True)
    end_at = wrong.agreed(("end_at", wrong.instant("end_at", body.end_at)), required=True)
    if wrong or start_at is None or end_at is None:
        raise wrong.refusal()
    command = CreateBlackout(
        room_id=room_id,
        location_id=location_id,
        start_at=start_at,
        end_at=end_at,
        reason=plain(body.reason) or "",
    )
    once = once_of(call, key, placed_answer)
    return response_of(placed_answer(await create_blackout(call.ports, call.actor, command, once)))


async def _delete(call: Call, command: DeleteBlackout) -> Response[bytes]:
    wrong = Findings()
    key = key_of(call, None, wrong)
    wrong.refuse()
    once = once_of(call, key, blackout_answer)
    return response_of(
        blackout_answer(await delete_blackout(call.ports, call.actor, command, once))
    )


@get(
    "/rooms/{room_id:str}/blackouts",
    operation_id="rooms.blackouts.list",
    summary="List a room's blackouts",
    **described(answer=schemas.BlackoutPage, query=_PAGED, by_id=True),
)
async def get_room_blackouts(
    call: NamedDependency[Call], room_id: FromPath[str]
) -> Response[bytes]:
    """The room's own blackouts, newest first; those of its location close it as well."""
    return await _list(call, room_id=normalise_id(Prefix.ROOM, room_id), location_id=None)


@post(
    "/rooms/{room_id:str}/blackouts",
    operation_id="rooms.blackouts.create",
    summary="Close a room for a while",
    **described(answer=schemas.PlacedBlackout, status=201, body=BlackoutCreate, by_id=True),
)
async def post_room_blackout(
    call: NamedDependency[Call], room_id: FromPath[str]
) -> Response[bytes]:
    """A new blackout. Bookings that are there stay, and are named. For operators."""
    return await _create(call, room_id=normalise_id(Prefix.ROOM, room_id), location_id=None)


@delete(
    "/rooms/{room_id:str}/blackouts/{blackout_id:str}",
    operation_id="rooms.blackouts.delete",
    summary="Open a room again",
    **described(answer=schemas.Blackout, writes=True, by_id=True),
)
async def delete_room_blackout(
    call: NamedDependency[Call], room_id: FromPath[str], blackout_id: FromPath[str]
) -> Response[bytes]:
    """The blackout that was there. For operators."""
    command = DeleteBlackout(
        blackout_id=normalise_id(Prefix.BLACKOUT, blackout_id),
        room_id=normalise_id(Prefix.ROOM, room_id),
    )
    return await _delete(call, command)


@get(
    "/locations/{location_id:str}/blackouts",
    operation_id="locations.blackouts.list",
    summary="List a location's blackouts",
    **described(answer=schemas.BlackoutPage, query=_PAGED, by_id=True),
)
async def get_location_blackouts(
    call: NamedDependency[Call], location_id: FromPath[str]
) -> Response[bytes]:
    """The blackouts of the whole location, newest first."""
    return await _list(call, room_id=None, location_id=normalise_id(Prefix.LOCATION, location_id))


@post(
    "/locations/{location_id:str}/blackouts",
    operation_id="locations.blackouts.create",
    summary="Close a location for a while",
    **described(answer=schemas.PlacedBlackout, status=201, body=BlackoutCreate, by_id=True),
)
async def post_location_blackout(
    call: NamedDependency[Call], location_id: FromPath[str]
) -> Response[bytes]:
    """A new blackout of every room there. Bookings that are there stay. For operators."""
    return await _create(call, room_id=None, location_id=normalise_id(Prefix.LOCATION, location_id))


@delete(
    "/locations/{location_id:str}/blackouts/{blackout_id:str}",
    operation_id="locations.blackouts.delete",
    summary="Open a location again",
    **described(answer=schemas.Blackout, writes=True, by_id=True),
)
async def delete_location_blackout(
    call: NamedDependency[Call], location_id: FromPath[str], blackout_id: FromPath[str]
) -> Response[bytes]:
    """The blackout that was there. For operators."""
    command = DeleteBlackout(
        blackout_id=normalise_id(Prefix.BLACKOUT, blackout_id),
        location_id=normalise_id(Prefix.LOCATION, location_id),
    )
    return await _delete(call, command)
