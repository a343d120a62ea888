"""What the callers for the nouns of the catalogue share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litehq_core.domain.api_key import Actor
from litehq_core.domain.idempotency import Once
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.query import Page
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.records import snapshot
from litehq_core.domain.wall_clock import parse_date
from tests.behaviour.drivers.graphql import GraphQLDriver
from tests.behaviour.drivers.graphql_words import refusal_of, variables_of
from tests.behaviour.drivers.protocol import Done, Fields, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver, once_of
from tests.behaviour.drivers.rest import RestDriver


def only(record: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a record that all callers show."""
    shown = snapshot(dict(record))
    return {name: shown[name] for name in names}


def python_fields(wish: Fields) -> dict[str, Any]:
    """What a command is given, from the contract's words."""
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


def page_of(page: Page, names: tuple[str, ...]) -> dict[str, Any]:
    """A page with what its rows show."""
    data = [only(record, names) for record in page.records]
    return {"data": data, "next_cursor": page.next_cursor}


def plain_row(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """A row without what it says twice. Contract: "Nothing is ever missing"."""
    assert set(row) - set(names) <= {"object", "resource_id", "created_at", "updated_at"}
    if "room_id" in names:
        assert row["resource_id"] == row["room_id"]
    return {name: row[name] for name in names}


def paged(filters: Fields | None) -> dict[str, Any]:
    """The arguments of a connection, from the contract's filters."""
    names = {"limit": "first", "cursor": "after"}
    return variables_of({names.get(name, name): v for name, v in (filters or {}).items()})


def listed(
    connection: Mapping[str, Any], show: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Outcome:
    """A connection as the contract's page."""
    info = connection["pageInfo"]
    assert len(connection["edges"]) == len(connection["nodes"])
    data = [show(node) for node in connection["nodes"]]
    return Done(
        body={"data": data, "next_cursor": info["endCursor"] if info["hasNextPage"] else None}
    )


class PythonCatalogue(PythonDriver):
    """Writes as all nouns of the catalogue are written."""

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


class RestCatalogue(RestDriver):
    """Asks as for all nouns of the catalogue."""

    async def _ask(self, names: tuple[str, ...], method: str, path: str, **more: Any) -> Outcome:
        outcome = await self._send(method, path, more.pop("key"), **more)
        if isinstance(outcome, Refused):
            return outcome
        body = outcome.body
        if "data" in body:
            assert set(body) == {"data", "next_cursor"}
            rows = [plain_row(row, names) for row in body["data"]]
            return Done(body={**body, "data": rows})
        return Done(body=plain_row(body, names), replayed=outcome.replayed)


class GraphQLCatalogue(GraphQLDriver):
    """Changes as all nouns of the catalogue are changed."""

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
