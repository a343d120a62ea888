"""The three callers, for the catalogue: locations, rooms, blackouts and rate cards.

What is shown looks the same through all of them; what it says twice is left out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun, every_attribute
from litehq_core.domain.blackouts import CreateBlackout, DeleteBlackout, PlacedBlackout
from litehq_core.domain.idempotency import Once
from litehq_core.domain.location import Location
from litehq_core.domain.location_changes import CreateLocation, UpdateLocation
from litehq_core.domain.new_rate_card import CreateRateCard
from litehq_core.domain.new_room import CreateRoom
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.query import Page, Paging
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.records import (
    blackout_record,
    location_record,
    rate_card_record,
    room_record,
    snapshot,
)
from litehq_core.domain.room import Blackout, Room
from litehq_core.domain.wall_clock import parse_date
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.blackouts.delete_blackout import delete_blackout
from litehq_core.use_cases.blackouts.list_blackouts import ListBlackouts, list_blackouts
from litehq_core.use_cases.locations.create_location import create_location
from litehq_core.use_cases.locations.update_location import update_location
from litehq_core.use_cases.rate_cards.create_rate_card import create_rate_card
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_core.use_cases.rooms.create_room import create_room
from tests.behaviour.drivers import catalogue_documents as documents
from tests.behaviour.drivers.graphql import GraphQLDriver, target
from tests.behaviour.drivers.graphql_rooms import room_input_of, rules_of
from tests.behaviour.drivers.graphql_words import camel, refusal_of, snake, variables_of
from tests.behaviour.drivers.protocol import Done, Driver, Fields, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver, once_of
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.keys import FULL

ROOM_NAMES = (
    *("id", "version", "name", "location_id", "timezone", "capacity", "slot_minutes"),
    *("buffer_minutes", "rules", "opening_hours", "active", "parts", "shared"),
)
LOCATION_NAMES = ("id", "version", "name", "timezone", "currency", "opening_hours")
BLACKOUT_NAMES = (
    *("id", "version", "room_id", "location_id", "start_at", "end_at", "reason", "created_at"),
)
CARD_NAMES = (
    *("id", "version", "room_id", "currency", "effective_from", "hourly_minor", "created_at"),
    *("tokens_per_hour", "billing_modes", "cancellation", "rules"),
)
CONFLICTS = ("conflicting_booking_ids", "conflicting_count")


class CatalogueDriver(Driver, Protocol):
    """An operator. ``place`` is ``{"room_id": …}`` or ``{"location_id": …}``."""

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

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """Give a room other prices."""

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """Read one rate card."""

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of rate cards."""


def _only(record: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    shown = snapshot(dict(record))
    return {name: shown[name] for name in names}


def _room(room: Room) -> dict[str, Any]:
    return _only(room_record(room), ROOM_NAMES)


def _location(location: Location) -> dict[str, Any]:
    return _only(location_record(location), LOCATION_NAMES)


def _blackout(blackout: Blackout) -> dict[str, Any]:
    return _only(blackout_record(blackout), BLACKOUT_NAMES)


def _placed(placed: PlacedBlackout) -> dict[str, Any]:
    return {
        **_blackout(placed.blackout),
        "conflicting_booking_ids": list(placed.conflicting_booking_ids),
        "conflicting_count": placed.conflicting_count,
    }


def _card(card: RateCard) -> dict[str, Any]:
    return _only(rate_card_record(card), CARD_NAMES)


def _python_fields(wish: Fields) -> dict[str, Any]:
    fields = dict(wish)
    if fields.get("opening_hours") is not None:
        fields["opening_hours"] = OpeningHours.from_json(fields["opening_hours"])
    if "parts" in fields:
        fields["parts"] = frozenset(fields["parts"])
    if "billing_modes" in fields:
        fields["billing_modes"] = frozenset(BillingMode(mode) for mode in fields["billing_modes"])
    if fields.get("effective_from") is not None:
        fields["effective_from"] = parse_date(fields["effective_from"], "effective_from")
    return fields


class PythonCatalogueDriver(PythonDriver):
    """Calls the use cases."""

    async def _write(
        self,
        call: Callable[[Actor, Once | None], Awaitable[Any]],
        show: Callable[[Any], dict[str, Any]],
        key: str | None,
        once: str | None,
    ) -> Outcome:
        async def of_actor(actor: Actor) -> Any:
            return await call(actor, once_of(show.__name__, once, show))

        return await self._call(key, of_actor, show)

    async def create_location(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_location``."""
        return await self._write(
            lambda actor, only: create_location(
                self._ports, actor, CreateLocation(**_python_fields(wish)), only
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
            location_id=location_id, expected_version=version, **_python_fields(changes)
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
                self._ports, actor, CreateRoom(**_python_fields(wish)), only
            ),
            _room,
            key,
            once,
        )

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

        return await self._call(key, call, lambda page: _page(page, BLACKOUT_NAMES))

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``create_rate_card``."""
        return await self._write(
            lambda actor, only: create_rate_card(
                self._ports, actor, CreateRateCard(**_python_fields(wish)), only
            ),
            _card,
            key,
            once,
        )

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """``get_record``."""
        wanted = every_attribute(Noun.RATE_CARD)
        return await self._call(
            key,
            lambda actor: get_record(self._ports, actor, Noun.RATE_CARD, card_id, wanted),
            lambda record: _only(record, CARD_NAMES),
        )

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_records``."""
        named = dict(filters or {})

        async def call(actor: Actor) -> Page:
            paging = Paging(**{n: named.pop(n) for n in ("limit", "cursor") if n in named})
            query = ListRecords(noun=Noun.RATE_CARD, paging=paging, **named)
            wanted = every_attribute(Noun.RATE_CARD)
            return await list_records(self._ports, actor, query, wanted)

        return await self._call(key, call, lambda page: _page(page, CARD_NAMES))


def _page(page: Page, names: tuple[str, ...]) -> dict[str, Any]:
    data = [_only(record, names) for record in page.records]
    return {"data": data, "next_cursor": page.next_cursor}


class RestCatalogueDriver(RestDriver):
    """Speaks HTTP to ``/v1``."""

    async def _ask(self, names: tuple[str, ...], method: str, path: str, **more: Any) -> Outcome:
        outcome = await self._send(method, path, more.pop("key"), **more)
        if isinstance(outcome, Refused):
            return outcome
        body = outcome.body
        if "data" in body:
            assert set(body) == {"data", "next_cursor"}
            rows = [_plain_row(row, names) for row in body["data"]]
            return Done(body={**body, "data": rows})
        return Done(body=_plain_row(body, names), replayed=outcome.replayed)

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

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``POST /v1/rate_cards``."""
        more: dict[str, Any] = {"body": wish, "key": key, "once": once, "status": 201}
        return await self._ask(CARD_NAMES, "POST", "/rate_cards", **more)

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/rate_cards/{id}``."""
        return await self._ask(CARD_NAMES, "GET", f"/rate_cards/{card_id}", key=key)

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/rate_cards``."""
        return await self._ask(CARD_NAMES, "GET", "/rate_cards", key=key, query=filters)


def _path(place: Fields) -> str:
    [(name, place_id)] = place.items()
    return f"/{name.removesuffix('_id')}s/{place_id}/blackouts"


def _plain_row(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """A row without what it says twice. Contract: "Nothing is ever missing"."""
    assert set(row) - set(names) <= {"object", "resource_id", "created_at", "updated_at"}
    if "room_id" in names:
        assert row["resource_id"] == row["room_id"]
    return {name: row[name] for name in names}


class GraphQLCatalogueDriver(GraphQLDriver):
    """Speaks GraphQL over HTTP."""

    async def _change(
        self,
        document: str,
        wanted: Mapping[str, Any],
        show: Callable[[Mapping[str, Any]], dict[str, Any]],
        key: str | None,
        once: str | None = None,
    ) -> Outcome:
        found = await self._send(document, {"input": wanted}, key, once)
        if isinstance(found, Refused):
            return found
        if found.body.pop("__typename") == "Refusal":
            return refusal_of(found.body, replayed=found.replayed)
        return Done(body=show(found.body), replayed=found.replayed)

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
        found = await self._send(document, {"id": place_id, **_paged(filters)}, key)
        if isinstance(found, Refused):
            return found
        if not found.body:
            return Refused(code="not_found")
        return _listed(found.body["blackouts"], _blackout_of)

    async def create_card(
        self, wish: Fields, *, key: str | None = FULL, once: str | None = None
    ) -> Outcome:
        """``createRateCard``."""
        wanted = _card_input(wish)
        return await self._change(
            documents.CREATE_RATE_CARD, wanted, lambda b: _card_of(b["rateCard"]), key, once
        )

    async def card(self, card_id: str, *, key: str | None = FULL) -> Outcome:
        """``rateCard(id)``; null says that there is none."""
        found = await self._send(documents.RATE_CARD, {"id": card_id}, key)
        if isinstance(found, Refused):
            return found
        return Done(body=_card_of(found.body)) if found.body else Refused(code="not_found")

    async def cards(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``rateCards``."""
        found = await self._send(documents.RATE_CARDS, _paged(filters), key)
        return found if isinstance(found, Refused) else _listed(found.body, _card_of)


def _paged(filters: Fields | None) -> dict[str, Any]:
    names = {"limit": "first", "cursor": "after"}
    return variables_of({names.get(name, name): v for name, v in (filters or {}).items()})


def _listed(
    connection: Mapping[str, Any], show: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Outcome:
    info = connection["pageInfo"]
    assert len(connection["edges"]) == len(connection["nodes"])
    data = [show(node) for node in connection["nodes"]]
    return Done(
        body={"data": data, "next_cursor": info["endCursor"] if info["hasNextPage"] else None}
    )


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


def _deep(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {
            rename(name): inner if name == "options" else _deep(inner, rename)
            for name, inner in value.items()
        }
    return [_deep(inner, rename) for inner in value] if isinstance(value, list) else value


def _card_input(wish: Fields) -> dict[str, Any]:
    fields = dict(wish)
    if "billing_modes" in fields:
        fields["billing_modes"] = [mode.upper() for mode in fields["billing_modes"]]
    rules = dict(fields.get("rules", {}))
    if "tier_discounts" in rules:
        discounts = rules["tier_discounts"].items()
        rules["tier_discounts"] = [{"tier": t, "percent": percent} for t, percent in discounts]
    found: dict[str, Any] = _deep({**fields, **({"rules": rules} if rules else {})}, camel)
    return found


def _card_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    card = _deep(answer, snake)
    assert card["room"] == {"id": card["room_id"]}
    card["billing_modes"] = [mode.lower() for mode in card["billing_modes"]]
    discounts = card["rules"]["tier_discounts"]
    card["rules"]["tier_discounts"] = {one["tier"]: one["percent"] for one in discounts}
    return {name: card[name] for name in CARD_NAMES}
