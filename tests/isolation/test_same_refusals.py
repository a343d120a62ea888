"""Twins refuse alike: what REST says to a bad request, GraphQL says to the same one.

The pairs are those of ``tests/graphql/test_twins.py``, found in the route table; the requests are
those of the isolation matrix. An operation that is in neither of the two fails here.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from litehq_core.domain.api_key import EVERY_SCOPE
from litehq_graphql.names import camel
from tests.graphql.test_twins import PARTS, TWINS, WITHOUT, twin_by_custom
from tests.isolation.answers import Answer, Api
from tests.isolation.house import OURS, House, Party, furnished, party
from tests.isolation.over_graphql import GraphQL, fields
from tests.isolation.over_rest import Rest, routes
from tests.isolation.rows import Asked, Kind, Row
from tests.isolation.things import never, thing

REST, GRAPHQL = Rest(), GraphQL()
# Rows of the same operation that have another twin, by their words.
OTHER_TWINS = {"bookings.update:no_show": "markBookingNoShow"}
# GraphQL shows these as fields of what they belong to.
FIELDS = {
    "rooms.blackouts.list": ("room", "{ blackouts { nodes { id } } }"),
    "locations.blackouts.list": ("location", "{ blackouts { nodes { id } } }"),
}
UNKNOWN = {"not_found", "booking_not_found"}
STALE = '"999"'
# Whoever scans a pass has not seen the visitor yet.
UNVERSIONED = {"visitors.scan"}
# Negative, it is an adjustment, which GraphQL has a mutation of its own for.
# GraphQL takes a value for a list of one (October 2021, 3.11), so it is the entry that is wrong.
OTHERWISE = {("tokens.transactions.create", "amount"), ("webhooks.create", "events")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One operation at one of the façades: the names of its rows."""

    api: Api
    names: tuple[str, ...]

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Each by its name."""
        for name in self.names:
            yield name, self.api.rows[name]

    def asked(self) -> Iterator[tuple[str, Asked]]:
        """Every way to ask for it."""
        for name, row in self.rows():
            for asked in row.requests():
                yield name, asked


def twin_of(name: str) -> str:
    """The GraphQL field that does what a row of REST does."""
    operation = name.partition(":")[0]
    if operation in FIELDS:
        return FIELDS[operation][0]
    return OTHER_TWINS.get(name) or TWINS.get(operation) or twin_by_custom(operation)


def pairs() -> dict[str, tuple[Twin, Twin]]:
    """Every operation of REST and its twin, by the name of the row; those with words apart."""
    found = {}
    for name in REST.rows:
        if name.partition(":")[0] in WITHOUT:
            continue
        field, words = twin_of(name), name.partition(":")[2]
        alike = [f"{field}:{words}"] if f"{field}:{words}" in GRAPHQL.rows else [field]
        found[name] = (
            Twin(api=REST, names=(name,)),
            Twin(api=GRAPHQL, names=tuple(alike)),
        )
    return found


PAIRS = pairs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Two workspaces, and a server over them."""
    async with furnished() as opened:
        yield opened


async def owned(house: House, asked: Asked, of: Party) -> dict[Any, str]:
    """A thing of ``of`` for every place of a request."""
    return {place: await thing(house, kind, of) for place, kind in asked.places()}


async def said(house: House, twin: Twin, secret: str | None) -> set[tuple[str | None, str | None]]:
    """Code and missing scope of the answers to every way to ask, with what is one's own."""
    found = set()
    for name, asked in twin.asked():
        request = asked.with_ids(await owned(house, asked, party(OURS)))
        answer = await twin.api.call(house, name, request, secret)
        found.add((answer.code, answer.required_scope))
    return found


def test_every_operation_of_rest_is_compared() -> None:
    """And every mutation: one that nobody compares may refuse as it likes."""
    compared = {name.partition(":")[0] for name in PAIRS}
    assert compared == set(routes()) - set(WITHOUT)
    asked = {name.partition(":")[0] for _, twin in PAIRS.values() for name in twin.names}
    mutations = {name for name, (kind, _) in fields().items() if kind == "mutation"}
    assert mutations - asked - PARTS == set()


async def test_without_a_key_and_without_the_scope(house: House) -> None:
    """``auth_invalid``, and ``auth_scope_insufficient`` with the same scope."""
    unlike = {}
    for name, (rest, graphql) in PAIRS.items():
        scope = REST.rows[name].scope
        area = str(scope).partition(":")[0]
        lacking = {one for one in EVERY_SCOPE if one.startswith(f"{area}:")}
        for secret in (None, await house.key_of(party(OURS), EVERY_SCOPE - lacking)):
            answers = [await said(house, twin, secret) for twin in (rest, graphql)]
            if answers[0] != answers[1] or ((None, None) in answers[0] and scope):
                unlike[name] = answers
    assert unlike == {}


async def test_what_is_the_operators_alone(house: House) -> None:
    """A key that is bound to a member is refused by both or by neither."""
    own = party(OURS, "in", "member")
    secret = await house.key_of(own)
    unlike = {}
    for name, (rest, graphql) in PAIRS.items():
        if any(row.operators for twin in (rest, graphql) for _, row in twin.rows()):
            answers = [await said(house, twin, secret) for twin in (rest, graphql)]
            if answers[0] != answers[1]:
                unlike[name] = answers
    assert unlike == {}


async def unknown(house: House, twin: Twin, secret: str) -> dict[Kind, set[str | None]]:
    """What is said of an id that was never used, by the kind of thing that it should be of."""
    found: dict[Kind, set[str | None]] = {}
    for name, asked in twin.asked():
        ids = await owned(house, asked, party(OURS))
        for place, kind in asked.places():
            request = asked.with_ids({**ids, place: never(kind)})
            answer = await twin.api.call(house, name, request, secret)
            # A query answers null, which cannot say what it is that is not there.
            code = "not_found" if answer.code in UNKNOWN else answer.code
            found.setdefault(kind, set()).add(code)
    return found


async def test_unknown_ids(house: House) -> None:
    """Wherever one may stand: not found, an empty page, or a field that must name something."""
    secret = await house.key_of(party(OURS))
    unlike = {}
    for name, (rest, graphql) in PAIRS.items():
        theirs, ours = await unknown(house, rest, secret), await unknown(house, graphql, secret)
        # One mutation may do what two operations do; and what is deleted is named by its own id.
        shared = theirs.keys() & ours.keys()
        if any(theirs[kind] != ours[kind] for kind in shared) or (theirs and not shared):
            unlike[name] = (theirs, ours)
    assert unlike == {}


def bad_fields(row: Row, graphql_row: Row, field: str) -> Iterator[tuple[str, Any]]:
    """Top-level fields of a body that both have as plain text or a number, and no good value."""
    _, definition = fields()[field]
    argument = definition.args.get("input")
    type_ = get_named_type(argument.type) if argument else None
    if not isinstance(type_, GraphQLInputObjectType):
        return
    [body, *_] = graphql_row.bodies
    for name in row.bodies[0]:
        known = type_.fields.get(camel(name))
        if known is not None and camel(name) in body.get("input", {}):
            match str(get_named_type(known.type)):
                case "String":
                    yield name, "a\x00b"
                case "Int":
                    yield name, -1


def details(answer: Answer) -> list[str]:
    """The fields that a refusal names, as GraphQL spells them."""
    value = json.loads(answer.told[1])
    if "error" in value:
        return sorted(camel(one["field"]) for one in value["error"].get("details", []))
    if "errors" in value:
        return sorted(one["field"] for one in value["errors"][0]["extensions"]["details"])
    [refusal] = value["data"].values()
    return sorted(one["field"] for one in refusal["details"])


async def test_bad_fields(house: House) -> None:
    """The same code, and the same fields, in the spelling of each."""
    secret = await house.key_of(party(OURS))
    unlike, compared = {}, 0
    for name, (rest, graphql) in PAIRS.items():
        [twin_name] = graphql.names
        row, twin_row = REST.rows[name], GRAPHQL.rows[twin_name]
        for field, bad in bad_fields(row, twin_row, twin_name.partition(":")[0]):
            if (name, field) in OTHERWISE:
                continue
            [asked, *_], [twin_asked, *_] = row.requests(), twin_row.requests()
            plain = Asked(path=asked.path, query=asked.query, body={**asked.body, field: bad})
            input_ = {**twin_asked.body["input"], camel(field): bad}
            # What is refused is asked for in full, its details with it.
            other = Asked(path={}, query={}, body={"input": input_})
            answers = []
            for api, key, request in ((rest.api, name, plain), (graphql.api, twin_name, other)):
                ids = await owned(house, request, party(OURS))
                answer = await told(house, api, key, request.with_ids(ids), secret)
                answers.append((answer.code, details(answer) if answer.code else []))
            compared += 1
            if answers[0] != answers[1] or answers[0][0] is None:
                unlike[name, field] = answers
    assert unlike == {}
    assert compared > 10


async def told(house: House, api: Api, name: str, asked: Asked, secret: str) -> Answer:
    """As ``api.call``; GraphQL's refusals with their details."""
    if not isinstance(api, GraphQL):
        return await api.call(house, name, asked, secret)
    field = name.partition(":")[0]
    kind, definition = fields()[field]
    refusal = "... on Refusal { code details { field } }" if kind == "mutation" else ""
    type_ = definition.args["input"].type
    response = await house.client.post(
        "/graphql",
        json={
            "query": f"{kind} Asked($input: {type_}) "
            f"{{ {field}(input: $input) {{ __typename {refusal} }} }}",
            "variables": dict(asked.body),
        },
        headers={"Authorization": f"Bearer {secret}"},
    )
    answer = response.json()
    if "errors" in answer:
        return Answer(told=(200, response.text), code=answer["errors"][0]["extensions"]["code"])
    return Answer(told=(200, response.text), code=answer["data"][field].get("code"))


def takes_a_version(field: str) -> bool:
    """Whether it can be told the version that was seen."""
    kind, definition = fields()[field]
    argument = definition.args.get("input") if kind == "mutation" else None
    type_ = get_named_type(argument.type) if argument else None
    return isinstance(type_, GraphQLInputObjectType) and "expectedVersion" in type_.fields


async def test_a_version_that_is_not_the_last(house: House) -> None:
    """``contract.md``, Optimistic locking: "stale → 412 ``version_conflict``", in both."""
    secret = await house.key_of(party(OURS))
    codes = {}
    for name, (_, graphql) in PAIRS.items():
        [twin_name] = graphql.names
        if name in UNVERSIONED or not takes_a_version(twin_name.partition(":")[0]):
            continue
        [asked, *_], [twin_asked, *_] = (
            REST.rows[name].requests(),
            GRAPHQL.rows[twin_name].requests(),
        )
        request = asked.with_ids(await owned(house, asked, party(OURS)))
        house.client.headers["If-Match"] = STALE
        over_rest = await REST.call(house, name, request, secret)
        del house.client.headers["If-Match"]
        stale = Asked(
            path={}, query={}, body={"input": {**twin_asked.body["input"], "expectedVersion": 999}}
        )
        request = stale.with_ids(await owned(house, stale, party(OURS)))
        over_graphql = await GRAPHQL.call(house, twin_name, request, secret)
        codes[name] = (over_rest.code, over_graphql.code)
    assert codes == dict.fromkeys(codes, ("version_conflict", "version_conflict"))
    assert len(codes) > 5


async def twice(api: Api, name: str) -> list[str | None]:
    """What is said when the same is done again, in a house of its own."""
    async with furnished() as house:
        secret = await house.key_of(party(OURS))
        [asked, *_] = api.rows[name].requests()
        request = asked.with_ids(await owned(house, asked, party(OURS)))
        return [(await api.call(house, name, request, secret)).code for _ in range(2)]


async def test_the_same_again() -> None:
    """Taken slots, known addresses, and what is over already: both refuse it, or neither."""
    unlike, refused = {}, 0
    for name, (_, graphql) in PAIRS.items():
        [twin_name] = graphql.names
        if fields()[twin_name.partition(":")[0]][0] == "query":
            continue
        answers = [await twice(REST, name), await twice(GRAPHQL, twin_name)]
        refused += answers[0][1] is not None
        if answers[0] != answers[1]:
            unlike[name] = answers
    assert unlike == {}
    assert refused > 3
