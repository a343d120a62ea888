"""The three callers, for the event log as those outside read it.

Each is made of the caller of the scenario, and speaks as that one does.
"""

from __future__ import annotations

from typing import Any, Protocol

from litehq_core.domain.api_key import Actor
from litehq_core.domain.event_words import event_json, types_named
from litehq_core.domain.events import EventType
from litehq_core.domain.query import Paging
from litehq_core.use_cases.events.list_events import ListEvents, list_events
from tests.behaviour.drivers.graphql import GraphQLDriver
from tests.behaviour.drivers.protocol import Done, Driver, Fields, Outcome, Refused
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.drivers.rest import _outcome as outcome_of
from tests.behaviour.keys import FULL


class EventReader(Protocol):
    """A caller who reads what happened."""

    async def events(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """A page of the log: ``{"data", "next_cursor", "cursor"}``; ``types`` is a list.

        ``after`` takes the cursor of an event, ``cursor`` that of a page.
        """


def event_reader(driver: Driver) -> EventReader:
    """The same caller."""
    match driver:
        case PythonDriver():
            return _Python(driver)
        case RestDriver():
            return _Rest(driver)
        case GraphQLDriver():
            return _GraphQL(driver)
        case _:
            raise TypeError(driver)


class _Python:
    """Calls the use case."""

    def __init__(self, driver: PythonDriver) -> None:
        self._driver, self._ports = driver, driver._ports

    async def events(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``list_events``."""
        fields = dict(filters or {})
        paging = {name: fields.pop(name) for name in ("limit", "cursor") if name in fields}

        async def call(actor: Actor) -> dict[str, Any]:
            if "types" in fields:
                fields["types"] = types_named(fields["types"])
            query = ListEvents(**fields, paging=Paging(**paging))
            found = await list_events(self._ports, actor, query)
            return {
                "data": [event_json(actor.workspace_id, row) for row in found.page.records],
                "next_cursor": found.page.next_cursor,
                "cursor": found.cursor,
            }

        return await self._driver._call(key, call, lambda body: body)


class _Rest:
    """Speaks HTTP."""

    def __init__(self, driver: RestDriver) -> None:
        self._driver = driver

    async def events(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``GET /v1/events``."""
        query = dict(filters or {})
        if "types" in query:
            query["types"] = ",".join(query["types"])
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        response = await self._driver._client.get("/v1/events", params=query, headers=headers)
        found = outcome_of(response, 200)
        if isinstance(found, Refused):
            return found
        # contract.md, Lists: `{data, next_cursor}`; where to come back to stands in a header.
        assert set(found.body) == {"data", "next_cursor"}
        return Done(body={**found.body, "cursor": response.headers["x-event-cursor"]})


_EVENTS = """query ($first: Int, $after: String, $types: [EventType!], $subjectId: ID) {
  result: events(first: $first, after: $after, types: $types, subjectId: $subjectId) {
    nodes {
      id cursor type sequence occurredAt requestId object previous
      actor { id kind } subject { type id }
    }
    cursor
    pageInfo { hasNextPage endCursor }
  }
}"""


class _GraphQL:
    """Speaks GraphQL, which has one argument for both kinds of cursor, and no wildcards."""

    def __init__(self, driver: GraphQLDriver) -> None:
        self._driver = driver

    async def events(self, filters: Fields | None = None, *, key: str | None = FULL) -> Outcome:
        """``events``."""
        names = {"limit": "first", "cursor": "after", "subject_id": "subjectId"}
        named = {names.get(name, name): value for name, value in (filters or {}).items()}
        if "types" in named:
            named["types"] = [
                kind.name if (kind := _type(word)) else word for word in named["types"]
            ]
        found = await self._driver._send(_EVENTS, named, key)
        if isinstance(found, Refused):
            return found
        page = found.body["pageInfo"]
        return Done(
            body={
                "data": [_shown(node) for node in found.body["nodes"]],
                "next_cursor": page["endCursor"] if page["hasNextPage"] else None,
                "cursor": found.body["cursor"],
            }
        )


def _type(word: str) -> EventType | None:
    return next((kind for kind in EventType if kind == word), None)


def _shown(node: dict[str, Any]) -> dict[str, Any]:
    """As REST shows it; a workspace is what the key opens."""
    return {
        "id": node["id"],
        "object": "event",
        "type": EventType[node["type"]].value,
        "created_at": node["occurredAt"],
        "sequence": node["sequence"],
        "cursor": node["cursor"],
        "workspace_id": "ws_soho",
        "subject_id": node["subject"]["id"],
        "actor": {**node["actor"], "kind": node["actor"]["kind"].lower()},
        "request_id": node["requestId"],
        "data": {"object": node["object"], "previous": node["previous"]},
    }
