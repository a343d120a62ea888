"""The three callers, for locations and rooms. What is shown looks the same through all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from litehq_core.domain.location import Location
from litehq_core.domain.location_changes import CreateLocation, UpdateLocation
from litehq_core.domain.new_room import CreateRoom
from litehq_core.domain.records import (
    location_record,
    room_record,
)
from litehq_core.domain.room import Room
from litehq_core.use_cases.locations.create_location import create_location
from litehq_core.use_cases.locations.update_location import update_location
from litehq_core.use_cases.rooms.create_room import create_room
from tests.behaviour.drivers import catalogue_documents as documents
from tests.behaviour.drivers.catalogue_words import (
    GraphQLCatalogue,
    PythonCatalogue,
    RestCatalogue,
    only,
    python_fields,
)
from tests.behaviour.drivers.graphql import target
from tests.behaviour.drivers.graphql_rooms import room_input_of, rules_of
from tests.behaviour.drivers.graphql_words import snake
from tests.behaviour.drivers.protocol import Driver, Fields, Outcome
from tests.behaviour.keys import FULL

ROOM_NAMES = (
    *("id", "version", "name", "location_id", "timezone", "capacity", "slot_minutes"),
    *("buffer_minutes", "rules", "opening_hours", "active", "parts", "shared"),
)
LOCATION_NAMES = ("id", "version", "name", "timezone", "currency", "opening_hours")


class PlaceDriver(Driver, Protocol):
    """A caller who looks after locations and rooms."""

    async def create_location(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Add a location."""

    async def change_location(
        self,
        location_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """Change a location, if it is still at ``version``."""

    async def create_room(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Add a room."""


def _room(room: Room) -> dict[str, Any]:
    return only(room_record(room), ROOM_NAMES)


def _location(location: Location) -> dict[str, Any]:
    return only(location_record(location), LOCATION_NAMES)


class PythonPlaceDriver(PythonCatalogue):
    """Calls the use cases."""

    async def create_location(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_location``."""
        return await self._write(
            lambda actor, only: create_location(
                self._ports, actor, CreateLocation(**python_fields(wish)), only
            ),
            _location,
            key,
            once,
        )

    async def change_location(
        self,
        location_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """``update_location``."""
        command = UpdateLocation(
            location_id=location_id, expected_version=version, **python_fields(changes)
        )
        return await self._write(
            lambda actor, only: update_location(self._ports, actor, command, only),
            _location,
            key,
            None,
        )

    async def create_room(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_room``."""
        return await self._write(
            lambda actor, only: create_room(
                self._ports, actor, CreateRoom(**python_fields(wish)), only
            ),
            _room,
            key,
            once,
        )


class RestPlaceDriver(RestCatalogue):
    """Speaks HTTP."""

    async def create_location(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/locations``."""
        more: dict[str, Any] = {"body": wish, "key": key, "once": once, "status": 201}
        return await self._ask(LOCATION_NAMES, "POST", "/locations", **more)

    async def change_location(
        self,
        location_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """``PATCH /v1/locations/{id}``."""
        more: dict[str, Any] = {"body": changes, "key": key, "version": version}
        return await self._ask(LOCATION_NAMES, "PATCH", f"/locations/{location_id}", **more)

    async def create_room(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/rooms``."""
        more: dict[str, Any] = {"body": wish, "key": key, "once": once, "status": 201}
        return await self._ask(ROOM_NAMES, "POST", "/rooms", **more)


class GraphQLPlaceDriver(GraphQLCatalogue):
    """Speaks GraphQL over HTTP."""

    async def create_location(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createLocation``."""
        wanted = room_input_of(wish)
        return await self._change(documents.CREATE_LOCATION, wanted, _location_of, key, once)

    async def change_location(
        self,
        location_id: str,
        changes: Fields,
        *,
        key: str | None = FULL,
        version: int | None = None,
    ) -> Outcome:
        """``updateLocation``."""
        wanted = {**room_input_of(changes), **target(location_id, version)}
        return await self._change(documents.UPDATE_LOCATION, wanted, _location_of, key)

    async def create_room(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createRoom``."""
        return await self._change(documents.CREATE_ROOM, room_input_of(wish), _room_of, key, once)


def _location_of(body: Mapping[str, Any]) -> dict[str, Any]:
    location = {snake(name): value for name, value in body["location"].items()}
    return {**location, "opening_hours": _hours_of(location["opening_hours"])}


def _hours_of(hours: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if hours is None:
        return None
    return {
        "weekly": [_pairs(spans) for spans in hours["weekly"]],
        "exceptions": {one["date"]: _pairs(one["spans"]) for one in hours["exceptions"]},
    }


def _pairs(spans: list[dict[str, str]]) -> list[list[str]]:
    return [[span["opens"], span["closes"]] for span in spans]


def _room_of(body: Mapping[str, Any]) -> dict[str, Any]:
    room = {snake(name): value for name, value in body["room"].items()}
    return {
        **{name: room[name] for name in ROOM_NAMES},
        "rules": rules_of(room["rules"]),
        "opening_hours": _hours_of(room["opening_hours"]),
        "parts": sorted(part["id"] for part in room["parts"]),
    }
