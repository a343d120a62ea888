"""How many SQL statements a query takes: as many as its shape has, whatever its size."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from strawberry.types.graphql import OperationType

from litehq_app.sql import SqlStore
from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock, memory_ports
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from litehq_graphql.context import Context
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.options import Options
from litehq_graphql.schema import execute
from tests import stores
from tests.domain import samples
from tests.graphql.house import catalogue
from tests.graphql.operations import wish

WORKSPACE_ID = "ws_soho"
FEW, MANY = 2, 5
CREATE = """mutation M($i: CreateBookingInput!) { createBooking(input: $i) { __typename } }"""
REPEAT = """mutation M($i: CreateBookingSeriesInput!) {
  createBookingSeries(input: $i) { __typename }
}"""

# What is asked, with `$n` entries a page, and in how many statements it is answered.
SHAPES = {
    "a page with what stands beside each entry": (
        1,
        """bookings(first: $n, from: $from) {
          edges { cursor node {
            id status price { amountMinor lines { rule } } cancellation { refundableUntil }
            room { name timezone } member { name email } company { name }
          } }
          pageInfo { hasNextPage endCursor }
        }""",
    ),
    "a relation of a relation": (
        3,
        """bookings(first: $n, from: $from) { nodes {
          room { name location { name } } member { company { name } }
        } }""",
    ),
    "a union": (
        2,
        """bookings(first: $n, from: $from) { nodes {
          bookedBy { ... on Member { name company { name } } ... on Guest { email } }
        } }""",
    ),
    "the same twice, under aliases": (
        2,
        """a: bookings(first: $n, from: $from) { nodes { id room { name } } }
        b: bookings(last: $n, from: $from) { nodes { id room { name } } }""",
    ),
    "what several lists lead to": (
        3,
        """bookings(first: $n, from: $from) { nodes { room { location { name } } } }
        rooms(first: $n) { nodes { location { name } } }""",
    ),
    "lists in lists": (
        3,
        "rooms(first: $n) { nodes { name parts { name location { name } } } }",
    ),
    "series, their dates, and the bookings of these": (
        5,
        """bookingSeriesList(first: $n) { nodes { id occurrences {
          outcome booking { id room { name } member { name } }
        } } }""",
    ),
    "a count beside its page": (
        2,
        "bookings(first: $n, from: $from) { totalCount nodes { id room { name } } }",
    ),
    "one list counted twice": (
        3,
        """a: bookings(first: $n, from: $from) { totalCount }
        b: bookings(last: $n, from: $from) { totalCount }""",
    ),
    "what belongs to each entry": (
        3,
        """rooms(first: $n) { nodes {
          blackouts(first: 2) { nodes { id } } rateCards(last: $n) { nodes { id } }
        } }""",
    ),
    "how much belongs to each entry": (
        3,
        "rooms(first: $n) { nodes { rateCards(first: 1) { totalCount nodes { id } } } }",
    ),
    "what is computed of each entry": (3, "members(first: $n) { nodes { name tokenBalance } }"),
    "things by their ids": (
        3,
        """a: node(id: "mem_0") { id ... on Member { name company { name } } }
        b: node(id: "mem_1") { ... on Member { email } }
        c: member(id: "mem_2") { name company { billingTerms } }
        d: node(id: "rm_0a") { ... on Room { location { name } } }
        e: room(id: "rm_none") { name }
        f: node(id: "co_1") { ... on Company { name } }
        g: company(id: "co_2") { name }
        h: node(id: "co_2") { id }""",
    ),
    "availability": (3, "availability(from: $from) { rooms { room { name } free { startAt } } }"),
}


class CountingEngine:
    """An engine that remembers what it was asked to fetch."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.statements: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Any:
        """Counted."""
        self.statements.append(sql)
        return await self._engine.fetch(sql, parameters)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Any]:
        """Each statement within is counted."""
        async with self._engine.snapshot() as fetch:

            async def counted(sql: str, parameters: Sequence[Any]) -> Any:
                self.statements.append(sql)
                return await fetch(sql, parameters)

            yield counted


class Desk:
    """A workspace on SQLite, and what was asked of it."""

    def __init__(self, ports: Ports, actor: Actor, engine: CountingEngine) -> None:
        self.ports = ports
        self.actor = actor
        self.engine = engine

    async def ask(self, query: str, *, plans: bool = True, **variables: Any) -> Any:
        """The data of an answer without errors."""
        context = Context.of(self.ports, self.actor, docs_base="", options=Options(plans=plans))
        asked = GraphQLRequest(query=query, variables=variables)
        result = await execute(asked, context, {OperationType.QUERY, OperationType.MUTATION})
        assert not result.errors, result.errors
        return result.data

    async def statements(self, query: str, *, plans: bool = True, **variables: Any) -> int:
        """In how many statements a query is answered."""
        self.engine.statements.clear()
        await self.ask(query, plans=plans, **variables)
        return len(self.engine.statements)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Rooms with parts, members of companies, bookings, and series."""
    clock = Clock(samples.NOW)
    actor = system_actor(WORKSPACE_ID)
    async with stores.sqlite_database(tmp_path) as url:
        plain = await SqlStore.open(
            url, clock=clock, new_id=stores.new_test_id, on_events=stores.ignore_events
        )
        engine = CountingEngine(plain._engine)
        store = SqlStore(engine, plain._transactions, plain.reads._recent_keys, plain.rate_buckets)
        ports = replace(memory_ports(clock=clock), begin=store.begin, reads=store.reads)
        desk = Desk(ports, actor, engine)
        try:
            await import_catalogue(ports, actor, catalogue(WORKSPACE_ID))
            await _furnish(desk)
            yield desk
        finally:
            await plain.close()


async def _furnish(desk: Desk) -> None:
    home = {"workspace_id": WORKSPACE_ID}
    location = samples.location(id="loc_soho", **home)
    for number in range(MANY):
        company = samples.company(id=f"co_{number}", name=f"Company {number}", **home)
        member = samples.member(id=f"mem_{number}", company_id=company.id, **home)
        member = replace(member, email=f"m{number}@example.com")
        rooms = [
            samples.room(id=f"rm_{number}{part}", name=part, location=location, **home)
            for part in "ab"
        ]
        both = samples.room(id=f"rm_z{number}", name="both", location=location, **home)
        both = replace(both, parts=frozenset(room.id for room in rooms))
        cards = [
            samples.rate_card(id=f"rc_{room.id[3:]}", room_id=room.id, **home)
            for room in (*rooms, both)
        ]
        await import_catalogue(desk.ports, desk.actor, [company, member, *rooms, both, *cards])
        fields = {"bookedBy": {"memberId": member.id}, "billingMode": "CARD"}
        answer = await desk.ask(CREATE, i=wish(roomId=rooms[0].id, **fields))
        assert answer["createBooking"]["__typename"] == "CreateBookingPayload", answer
        series = {"rule": "FREQ=DAILY;COUNT=2", "onConflict": "SKIP"}
        answer = await desk.ask(REPEAT, i=wish(roomId=rooms[1].id, **fields, **series))
        assert answer["createBookingSeries"]["__typename"] == "CreateBookingSeriesPayload", answer


def _sized(variables: dict[str, Any], size: int) -> dict[str, Any]:
    return {**variables, "n": size} if "n" in variables else variables


def _query(fields: str) -> str:
    declared = [("$n", "Int!"), ("$from", "DateTime!")]
    used = ", ".join(f"{name}: {kind}" for name, kind in declared if name in fields)
    return f"query Q({used}) {{ {fields} }}" if used else f"query Q {{ {fields} }}"


async def test_statements_do_not_grow_with_the_page(desk: Desk) -> None:
    """However many entries there are, and whoever executes it."""
    told = {}
    for name, (_, fields) in SHAPES.items():
        query = _query(fields)
        given = {"n": FEW, "from": "2026-05-22T00:00:00Z"}
        variables = {key: value for key, value in given.items() if f"${key}" in query}
        sizes = (FEW, MANY) if "n" in variables else (FEW,)
        counts = [
            await desk.statements(query, plans=plans, **_sized(variables, n))
            for plans in (True, False)
            for n in sizes
        ]
        told[name] = counts[0] if len(set(counts)) == 1 else counts
    assert told == {name: statements for name, (statements, _) in SHAPES.items()}
