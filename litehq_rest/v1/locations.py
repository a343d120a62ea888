"""``/v1/locations``."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from litehq_core.domain.attributes import Noun, Record, every_attribute
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.location import Location
from litehq_core.domain.location_changes import CreateLocation, UpdateLocation
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.records import location_record
from litehq_core.domain.wall_clock import instant_text
from litehq_core.use_cases.locations.create_location import create_location
from litehq_core.use_cases.locations.update_location import update_location
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
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
from litehq_rest.v1.shaped import shaped

_ATTRIBUTES = every_attribute(Noun.LOCATION)


class LocationCreate(Body, kw_only=True, forbid_unknown_fields=True):
    """A new building: an IANA time zone, a currency that is fixed from now on, opening hours."""

    name: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    opening_hours: Annotated[dict[str, Any], shaped("OpeningHours")] | UnsetType = UNSET


class LocationEdit(Body, kw_only=True, forbid_unknown_fields=True):
    """A change of a location: what is left out stays. ``timezone`` only if nothing lies ahead."""

    name: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    opening_hours: Annotated[dict[str, Any], shaped("OpeningHours")] | UnsetType = UNSET


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


def location_answer(location: Location, *, status: int = 200) -> Answer:
    """A location of the core as an answer."""
    shown = location_json(location_record(location))
    return json_answer(shown, status=status, version=location.version)


def created_answer(location: Location) -> Answer:
    """A new location as an answer."""
    return location_answer(location, status=201)


def _hours(value: dict[str, Any] | UnsetType, wrong: Findings) -> OpeningHours | UnsetType | None:
    """The hours that were sent; None if they make no sense, which is noted."""
    if isinstance(value, UnsetType):
        return UNSET
    return wrong.attempt(lambda: OpeningHours.from_json(value))


def create_command(body: LocationCreate, wrong: Findings) -> CreateLocation:
    """A body as its command.

    Raises:
        ValidationFailed: with every field that is missing or wrong in itself.
    """
    name = wrong.agreed(("name", plain(body.name)), required=True)
    timezone = wrong.agreed(("timezone", plain(body.timezone)), required=True)
    currency = wrong.agreed(("currency", plain(body.currency)), required=True)
    hours = wrong.agreed(("opening_hours", plain(_hours(body.opening_hours, wrong))), required=True)
    if wrong or name is None or timezone is None or currency is None or hours is None:
        raise wrong.refusal()
    return CreateLocation(name=name, timezone=timezone, currency=currency, opening_hours=hours)


def update_command(
    location_id: str, body: LocationEdit, wrong: Findings, expected_version: int | None
) -> UpdateLocation:
    """A PATCH as its command.

    Raises:
        ValidationFailed: with every field that is wrong in itself.
    """
    hours = _hours(body.opening_hours, wrong)
    if wrong or hours is None:
        raise wrong.refusal()
    return UpdateLocation(
        location_id=location_id,
        name=core(body.name),
        timezone=core(body.timezone),
        opening_hours=core(hours),
        expected_version=expected_version,
    )


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


@post(
    "/locations",
    operation_id="locations.create",
    summary="Add a location",
    **described(answer=schemas.Location, status=201, body=LocationCreate),
)
async def post_location(call: NamedDependency[Call]) -> Response[bytes]:
    """A new building, without rooms. For operators."""
    body, wrong = read_body(call.body, call.content_types, LocationCreate)
    key = key_of(call, body.idempotency_key, wrong)
    command = create_command(body, wrong)
    once = once_of(call, key, created_answer)
    return response_of(created_answer(await create_location(call.ports, call.actor, command, once)))


@patch(
    "/locations/{location_id:str}",
    operation_id="locations.update",
    summary="Change a location",
    **described(answer=schemas.Location, body=LocationEdit, by_id=True, locks=True),
)
async def patch_location(
    call: NamedDependency[Call], location_id: FromPath[str]
) -> Response[bytes]:
    """Change a location from now on. Bookings that exist stay as they are. For operators."""
    body, wrong = read_body(call.body, call.content_types, LocationEdit)
    key = key_of(call, body.idempotency_key, wrong)
    bare_id = normalise_id(Prefix.LOCATION, location_id)
    command = update_command(bare_id, body, wrong, expected_version(call.if_match))
    once = once_of(call, key, location_answer)
    return response_of(
        location_answer(await update_location(call.ports, call.actor, command, once))
    )
