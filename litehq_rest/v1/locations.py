"""``/v1/locations``."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_rest import schemas
from litehq_rest.answers import json_answer, response_of
from litehq_rest.call import Call
from litehq_rest.openapi import described
from litehq_rest.query import Query

_ATTRIBUTES = every_attribute(Noun.LOCATION)


def location_json(record: Record) -> dict[str, Any]:
    """A location as shown."""
    return {
        "id": record["id"],
        "object": "location",
        "version": record["version"],
        "name": record["name"],
        "timezone": record["timezone"],
        "currency": record["currency"],
        "opening_hours": record["opening_hours"],
        "created_at": instant_text(record["created_at"]),
        "updated_at": instant_text(record["updated_at"]),
    }


def _list_query(query: Query) -> ListRecords:
    found = ListRecords(noun=Noun.LOCATION, paging=query.paging())
    query.wrong.refuse()
    return found


@get(
    "/locations",
    operation_id="locations.list",
    summary="List locations",
    **described(answer=schemas.LocationPage, query=("limit", "cursor")),
)
async def get_locations(call: NamedDependency[Call]) -> Response[bytes]:
    """Locations, newest first."""
    page = await list_records(call.ports, call.actor, _list_query(call.query), _ATTRIBUTES)
    return response_of(
        json_answer(
            {"data": [location_json(row) for row in page.records], "next_cursor": page.next_cursor}
        )
    )


@get(
    "/locations/{location_id:str}",
    operation_id="locations.get",
    summary="Retrieve a location",
    **described(answer=schemas.Location, by_id=True),
)
async def get_location(call: NamedDependency[Call], location_id: FromPath[str]) -> Response[bytes]:
    """One location."""
    bare_id = normalise_id(Prefix.LOCATION, location_id)
    found = await get_record(call.ports, call.actor, Noun.LOCATION, bare_id, _ATTRIBUTES)
    return response_of(json_answer(location_json(found), version=found["version"]))
