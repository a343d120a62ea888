"""The schema as a subgraph: entities by reference, and what Apollo's own tools make of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLUnionType

from litehq_core.domain.api_key import Scope
from litehq_core.domain.attributes import Noun
from litehq_graphql.federation import ENTITIES, MAX_REPRESENTATIONS, subgraph_sdl
from litehq_graphql.options import Options
from litehq_graphql.schema import create_schema, sdl
from tests.graphql.conftest import Loopback
from tests.graphql.house import House
from tests.graphql.node import script
from tests.node.install import require_packages

SCRIPT = "federation/supergraph.mjs"
SCRIPT_SECONDS = 120

LOOK_UP = """
query LookUp($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Booking { id status room { name } member { name } }
    ... on Room { id name location { name } }
    ... on Member { id name }
    ... on Company { id name }
  }
}
"""


def entity(type_name: str, record_id: Any) -> dict[str, Any]:
    """As a router refers to one."""
    return {"__typename": type_name, "id": record_id}


@pytest.fixture
def federated(house: House) -> House:
    """The house as a subgraph."""
    house.serve(Options(federation=True))
    return house


async def entities(house: House, *asked: Any, secret: str | None = None) -> Any:
    """What is found."""
    return (await house.data(LOOK_UP, secret, representations=list(asked)))["_entities"]


async def test_it_is_off_by_default(house: House) -> None:
    """Neither fields nor types of it are there."""
    for query in ("{ _service { sdl } }", "{ _entities(representations: []) { __typename } }"):
        assert (await house.error(query))["extensions"]["code"] == "validation_failed"
    assert "_Any" not in sdl()
    text = await house.client.get("/schema.graphql")
    assert (text.text, "@key" in text.text) == (sdl(), False)


@pytest.mark.parametrize("plans", [True, False])
async def test_entities_come_in_the_order_of_asking(house: House, *, plans: bool) -> None:
    """By any spelling of an id; null for what nobody has; a statement for each noun."""
    booking = await house.book()
    house.serve(Options(federation=True, plans=plans))
    house.reads.calls.clear()
    found = await entities(
        house,
        entity("Room", "rm_studio"),
        entity("Booking", "bkg_" + booking["id"][3:]),
        entity("Company", "co_northwind"),
        entity("Room", "rm_none"),
        entity("Member", "mem_lina_p"),
        entity("Room", "rm_atrium"),
        entity("Member", "rm_atrium"),
    )
    assert found == [
        {**entity("Room", "rm_studio"), "name": "Studio", "location": {"name": "Soho"}},
        {
            **entity("Booking", booking["id"]),
            "status": "CONFIRMED",
            "room": {"name": "Atrium"},
            "member": {"name": "Lina P"},
        },
        {**entity("Company", "co_northwind"), "name": "Northwind"},
        None,
        {**entity("Member", "mem_lina_p"), "name": "Lina P"},
        {**entity("Room", "rm_atrium"), "name": "Atrium", "location": {"name": "Soho"}},
        None,
    ]
    nouns = [noun for _, noun, _ in house.reads.calls]
    # The booking's room and member are among them, and not loaded again.
    others = {Noun.BOOKING, Noun.COMPANY, Noun.MEMBER, Noun.LOCATION}
    assert {noun: nouns.count(noun) for noun in nouns} == dict.fromkeys({Noun.ROOM, *others}, 1)


async def test_a_router_sees_what_its_token_may_see(federated: House) -> None:
    """``contract.md``, Auth and Ids: scopes, bounds and workspaces, as with ``node``."""
    house = federated
    hers = await house.book()
    asked = [entity("Booking", hers["id"]), entity("Member", "mem_lina_p")]
    bound = await house.key(Scope.CALENDAR_READ, Scope.MEMBERS_READ, member_id="mem_jonas_k")
    assert await entities(house, *asked, secret=bound) == [None, None]
    assert await entities(house, *asked, secret="sk_live_other") == [
        None,
        {**entity("Member", "mem_lina_p"), "name": "Lina P"},
    ]
    poor = await house.key(Scope.CALENDAR_READ)
    answer = await house.ask(LOOK_UP, poor, representations=asked)
    assert [one and one["id"] for one in answer["data"]["_entities"]] == [hers["id"], None]
    # Neither him, nor his name beside the booking.
    assert [error["path"] for error in answer["errors"]] == [
        ["_entities", 1],
        ["_entities", 0, "member", "name"],
    ]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {
        "auth_scope_insufficient"
    }
    assert (await house.client.post("/graphql", json={"query": LOOK_UP})).status_code == 401


@pytest.mark.parametrize(
    "bad",
    [
        entity("Location", "loc_soho"),
        entity("Room", 7),
        {"__typename": "Room"},
        {"id": "rm_atrium"},
        {"__typename": ["Room"], "id": "rm_atrium"},
        "rm_atrium",
        7,
    ],
)
async def test_what_refers_to_no_entity_is_refused_whole(federated: House, bad: Any) -> None:
    """With its place, and before anything is read."""
    federated.reads.calls.clear()
    asked = [entity("Room", "rm_atrium"), bad]
    error = await federated.error(LOOK_UP, representations=asked)
    assert error["extensions"]["code"] == "validation_failed"
    assert [one["field"] for one in error["extensions"]["details"]] == ["representations.1"]
    assert federated.reads.calls == []


async def test_references_have_bounds(federated: House) -> None:
    """How many there are, and what they cost: each is an object, with what is selected of it."""
    many = [entity("Company", f"co_{n}") for n in range(MAX_REPRESENTATIONS + 1)]
    small = "query Q($r: [_Any!]!) { _entities(representations: $r) { __typename } }"
    assert len((await federated.data(small, r=many[1:]))["_entities"]) == MAX_REPRESENTATIONS
    error = await federated.error(small, r=many)
    assert [one["field"] for one in error["extensions"]["details"]] == ["representations"]
    federated.serve(Options(federation=True, max_cost=50))
    # A room, its location and ten parts: twelve points each.
    dear = """query Q($r: [_Any!]!) {
      _entities(representations: $r) { ... on Room { location { name } parts { name } } }
    }"""
    await federated.data(dear, r=many[:9])
    error = await federated.error(dear, r=many[:11])
    assert error["extensions"]["code"] == "operation_too_costly"
    literal = ", ".join('{__typename: "Room", id: "rm_1"}' for _ in range(11))
    error = await federated.error(dear.replace("($r: [_Any!]!)", "").replace("$r", f"[{literal}]"))
    assert error["extensions"]["code"] == "operation_too_costly"


async def test_a_subgraph_tells_its_schema(federated: House) -> None:
    """The same text from the service, the address and the command line; keys on what is ours."""
    [told] = (await federated.data("{ _service { sdl } }"))["_service"].values()
    assert told == sdl(federation=True) == (await federated.client.get("/schema.graphql")).text
    for name in ENTITIES:
        assert f'type {name} implements Node @key(fields: "id") {{' in told
    assert told.count("@key(") == len(ENTITIES)
    assert "_Any" not in told


def test_what_a_router_adds_is_all_that_is_added() -> None:
    """Otherwise the schema is the same, and all of it is described."""
    core = create_schema(federation=True).schema
    assert subgraph_sdl(core.as_str()) == sdl(federation=True)
    for name in ("_Any", "_Entity", "_Service"):
        assert core._schema.type_map[name].description
    query, union = core._schema.query_type, core._schema.type_map["_Entity"]
    assert isinstance(union, GraphQLUnionType)
    assert {one.name for one in union.types} == set(ENTITIES)
    assert isinstance(query, GraphQLObjectType)
    assert query.fields["_service"].description
    assert query.fields["_entities"].args["representations"].description


async def test_apollo_composes_and_asks_it_beside_another_subgraph(
    federated: House, server: Loopback
) -> None:
    """Both ways: from their cleanings to our bookings, and from our rooms to what they know."""
    require_packages("federation")
    booking = await federated.book()
    query = """{
      cleanings {
        note
        room { name isClean location { name } }
        after { id status room { name isClean } bookedBy { ... on Member { email } } }
        by { name }
        billedTo { name billingTerms }
      }
      rooms(first: 2) { totalCount nodes { id isClean } }
    }"""
    arguments = (server.url, federated.secret, booking["id"], query)
    async with script(SCRIPT, *arguments) as process, asyncio.timeout(SCRIPT_SECONDS):
        output, _ = await process.communicate()
    assert process.returncode == 0
    composed, asked, answer = map(json.loads, output.splitlines())
    assert composed == {"errors": [], "hints": []}
    assert {*asked} == {"bookings", "cleaning"}
    assert answer["errors"] == []
    assert answer["data"]["cleanings"] == [
        {
            "note": "windows",
            "room": {"name": "Atrium", "isClean": True, "location": {"name": "Soho"}},
            "after": {
                "id": booking["id"],
                "status": "CONFIRMED",
                "room": {"name": "Atrium", "isClean": True},
                "bookedBy": {"email": "lina.p@example.com"},
            },
            "by": {"name": "Lina P"},
            "billedTo": {"name": "Northwind", "billingTerms": "INVOICE"},
        }
    ]
    assert answer["data"]["rooms"] == {
        "totalCount": 2,
        "nodes": [
            {"id": "rm_studio", "isClean": False},
            {"id": "rm_atrium", "isClean": True},
        ],
    }
