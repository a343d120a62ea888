"""The three callers, for blackouts. What is shown looks the same through all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.blackouts import CreateBlackout, DeleteBlackout, PlacedBlackout
from litehq_core.domain.query import Page, Paging
from litehq_core.domain.records import blackout_record
from litehq_core.domain.room import Blackout
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.blackouts.delete_blackout import delete_blackout
from litehq_core.use_cases.blackouts.list_blackouts import ListBlackouts, list_blackouts
from tests.behaviour.drivers import catalogue_documents as documents
from tests.behaviour.drivers.catalogue_words import (
    GraphQLCatalogue,
    PythonCatalogue,
    RestCatalogue,
    listed,
    only,
    page_of,
    paged,
)
from tests.behaviour.drivers.graphql_words import snake, variables_of
from tests.behaviour.drivers.protocol import Driver, Fields, Outcome, Refused
from tests.behaviour.keys import FULL

BLACKOUT_NAMES = (
    *("id", "version", "room_id", "location_id", "start_at", "end_at", "reason", "created_at"),
)
CONFLICTS = ("conflicting_booking_ids", "conflicting_count")


class BlackoutDriver(Driver, Protocol):
    """A caller who looks after blackouts."""

    async def create_blackout(
        self, place: Fields, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Close a place for a while: the blackout, and the bookings in its way."""

    async def delete_blackout(
        self, place: Fields, blackout_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Open a place again."""

    async def blackouts(
        self, place: Fields, filters: Fields | None = None, *, key: str | None = FULL
    ) -> Outcome:
        """A page of a place's blackouts."""


def _blackout(blackout: Blackout) -> dict[str, Any]:
    return only(blackout_record(blackout), BLACKOUT_NAMES)


def _placed(placed: PlacedBlackout) -> dict[str, Any]:
    return {
        **_blackout(placed.blackout),
        "conflicting_booking_ids": list(placed.conflicting_booking_ids),
        "conflicting_count": placed.conflicting_count,
    }


class PythonBlackoutDriver(PythonCatalogue):
    """Calls the use cases."""

    async def create_blackout(
        self, place: Fields, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_blackout``."""
        return await self._write(
            lambda actor, only: create_blackout(
                self._ports, actor, CreateBlackout(**place, **wish), only
            ),
            _placed,
            key,
            once,
        )

    async def delete_blackout(
        self, place: Fields, blackout_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``delete_blackout``."""
        return await self._write(
            lambda actor, only: delete_blackout(
                self._ports, actor, DeleteBlackout(blackout_id=blackout_id, **place), only
            ),
            _blackout,
            key,
            once,
        )

    async def blackouts(
        self, place: Fields, filters: Fields | None = None, *, key: str | None = FULL
    ) -> Outcome:
        """``list_blackouts``."""
        wanted = every_attribute(Noun.BLACKOUT)

        async def call(actor: Actor) -> Page:
            query = ListBlackouts(**place, paging=Paging(**(filters or {})))
            return await list_blackouts(self._ports, actor, query, wanted)

        return await self._call(key, call, lambda page: page_of(page, BLACKOUT_NAMES))


class RestBlackoutDriver(RestCatalogue):
    """Speaks HTTP."""

    async def create_blackout(
        self, place: Fields, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST …/blackouts``."""
        more: dict[str, Any] = {"body": wish, "key": key, "once": once, "status": 201}
        return await self._ask((*BLACKOUT_NAMES, *CONFLICTS), "POST", _path(place), **more)

    async def delete_blackout(
        self, place: Fields, blackout_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``DELETE …/blackouts/{id}``."""
        path = f"{_path(place)}/{blackout_id}"
        return await self._ask(BLACKOUT_NAMES, "DELETE", path, key=key, once=once)

    async def blackouts(
        self, place: Fields, filters: Fields | None = None, *, key: str | None = FULL
    ) -> Outcome:
        """``GET …/blackouts``."""
        return await self._ask(BLACKOUT_NAMES, "GET", _path(place), key=key, query=filters)


class GraphQLBlackoutDriver(GraphQLCatalogue):
    """Speaks GraphQL over HTTP."""

    async def create_blackout(
        self, place: Fields, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createBlackout``."""
        wanted = variables_of({"place": place, **wish})
        return await self._change(documents.CREATE_BLACKOUT, wanted, _placed_of, key, once)

    async def delete_blackout(
        self, place: Fields, blackout_id: str, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``deleteBlackout``; the id says where."""
        wanted = {"id": blackout_id}
        return await self._change(
            documents.DELETE_BLACKOUT, wanted, lambda b: _blackout_of(b["blackout"]), key, once
        )

    async def blackouts(
        self, place: Fields, filters: Fields | None = None, *, key: str | None = FULL
    ) -> Outcome:
        """``Room.blackouts`` or ``Location.blackouts``; null says that there is no such place."""
        [(name, place_id)] = place.items()
        document = documents.ROOM_BLACKOUTS if name == "room_id" else documents.LOCATION_BLACKOUTS
        found = await self._send(document, {"id": place_id, **paged(filters)}, key)
        if isinstance(found, Refused):
            return found
        if not found.body:
            return Refused(code="not_found")
        return listed(found.body["blackouts"], _blackout_of)


def _path(place: Fields) -> str:
    [(name, place_id)] = place.items()
    return f"/{name.removesuffix('_id')}s/{place_id}/blackouts"


def _blackout_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    blackout = {snake(name): value for name, value in answer.items()}
    for name in ("room", "location"):
        place, place_id = blackout.pop(name), blackout[f"{name}_id"]
        assert place == (None if place_id is None else {"id": place_id})
    return {name: blackout[name] for name in BLACKOUT_NAMES}


def _placed_of(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_blackout_of(body["blackout"]),
        "conflicting_booking_ids": body["conflictingBookingIds"],
        "conflicting_count": body["conflictingCount"],
    }
