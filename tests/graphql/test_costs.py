"""What operations cost: told with every answer, bounded, and drawn on the rate limit."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, is_leaf_type, is_list_type, is_non_null_type

from litehq_core.domain.query import DEFAULT_LIMIT, MAX_LIMIT
from litehq_graphql.execution.cost import COSTS_OF_A_DOCUMENT
from litehq_graphql.execution.weights import (
    INTROSPECTION_POINTS,
    LIST_SIZE,
    WRITE_POINTS,
    named_fields,
)
from litehq_graphql.options import Options
from litehq_graphql.schema import operations, schema
from tests.graphql.house import House
from tests.graphql.socket_client import connected
from tests.graphql.stream_client import streaming

WINDOW = 'from: "2026-05-22T00:00:00Z"'
ROOMS = "query Q($n: Int) { rooms(first: $n) { nodes { id } } }"
SEVEN = "query Q($n: Int = 7) { rooms(first: $n) { nodes { id } } }"
DEAR = "{ bookings(first: 20) { nodes { room { location { name } } } } }"
TOO_COSTLY = "operation_too_costly"


async def answer_of(house: House, query: str, **variables: Any) -> dict[str, Any]:
    """The whole answer to a POST."""
    response = await house.client.post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {house.secret}"},
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def cost_of(house: House, query: str, **variables: Any) -> tuple[int, int]:
    """What was requested, and what it came to."""
    answer = await answer_of(house, query, **variables)
    assert "errors" not in answer, answer
    cost = answer["extensions"]["cost"]
    return cost["requested"], cost["actual"]


@pytest.mark.parametrize(
    ("query", "requested", "actual"),
    [
        ("{ __typename }", 0, 0),
        ("{ viewer { keyId scopes } }", 1, 1),
        ('{ room(id: "rm_none") { id } }', 1, 0),
        # The page, and each of its entries, whichever way they are asked for.
        ("{ rooms { nodes { id } } }", 1 + DEFAULT_LIMIT, 3),
        ("{ rooms(first: 3) { edges { cursor node { id } } pageInfo { endCursor } } }", 4, 3),
        ("{ rooms(last: 3) { nodes { id } edges { node { id } } } }", 7, 5),
        ("{ rooms(first: 3) { pageInfo { endCursor } } }", 1, 1),
        # What stands beside each entry stands there as often.
        ("{ rooms(first: 3) { nodes { id location { name } } } }", 7, 5),
        ("{ members(first: 10) { nodes { id company { name } } } }", 21, 5),
        ("{ rooms(first: 3) { nodes { id parts { id } } } }", 1 + 3 * (1 + 3), 3),
        # A key counts once, however often it is selected; another alias counts again.
        ("{ viewer { keyId } viewer { scopes } }", 1, 1),
        ("{ viewer { keyId } other: viewer { keyId } }", 2, 2),
        ("{ rooms(first: 3) { nodes { ...R } } } fragment R on Room { location { id } }", 7, 5),
        ("{ viewer { keyId } rooms @skip(if: true) { nodes { id } } }", 1, 1),
        # Of several types one alone can be there.
        (
            '{ node(id: "rm_atrium") { ... on Room { location { id } } ... on Booking '
            "{ room { id } member { id } } } }",
            3,
            2,
        ),
        ("{ __schema { types { name fields { name } } } }", INTROSPECTION_POINTS, None),
    ],
)
async def test_objects_times_the_sizes_of_lists(
    house: House, query: str, requested: int, actual: int | None
) -> None:
    """docs/graphql.md: one point an object; wrappers and what is no object cost nothing."""
    found = await cost_of(house, query)
    assert found == (requested, actual if actual is not None else INTROSPECTION_POINTS)


@pytest.mark.parametrize(
    ("variables", "size"),
    [({"n": 9}, 9), ({"n": None}, DEFAULT_LIMIT), ({}, DEFAULT_LIMIT)],
)
async def test_sizes_come_from_variables(
    house: House, variables: dict[str, Any], size: int
) -> None:
    """Resolved; what is left out is the default."""
    assert await cost_of(house, ROOMS, **variables) == (1 + size, 3)
    assert await cost_of(house, SEVEN, n=5) == (6, 3)
    assert await cost_of(house, SEVEN) == (8, 3)


async def test_a_size_out_of_range_is_refused_and_not_multiplied(house: House) -> None:
    """There is no page of a million."""
    answer = await answer_of(house, ROOMS, n=1_000_000)
    assert answer["errors"][0]["extensions"]["code"] == "validation_failed"
    assert answer["extensions"]["cost"]["requested"] == 1 + MAX_LIMIT


async def test_directives_decide_what_counts(house: House) -> None:
    """By their variables, one document or not."""
    query = "query Q($all: Boolean!) { viewer { keyId } rooms @include(if: $all) { nodes { id } } }"
    assert await cost_of(house, query, all=False) == (1, 1)
    assert await cost_of(house, query, all=True) == (52, 4)


async def test_costs_are_kept_with_the_document(house: House) -> None:
    """Once for each size; a client who tries them all is forgotten."""
    for size in range(1, COSTS_OF_A_DOCUMENT + 4):
        await cost_of(house, ROOMS, n=size)
    prepared = operations.of(ROOMS, None, introspection=True)
    assert prepared is not None
    kept = prepared.costs
    assert 0 < len(kept) <= COSTS_OF_A_DOCUMENT
    before = dict(kept)
    await cost_of(house, ROOMS, n=COSTS_OF_A_DOCUMENT + 3)
    assert kept == before


async def test_a_mutation_costs_what_it_does_and_what_it_shows(house: House) -> None:
    """Also when it was refused, or was done before."""
    query = """mutation M($id: ID!) { cancelBooking(input: {id: $id}) {
      ... on CancelBookingPayload { booking { id room { name } } }
      ... on Refusal { code violations { reason } }
    } }"""
    booking = await house.book()
    most = WRITE_POINTS + LIST_SIZE
    assert await cost_of(house, query, id=booking["id"]) == (most, WRITE_POINTS + 2)
    assert await cost_of(house, query, id="bk_none") == (most, WRITE_POINTS)


async def test_the_throttle_is_told_in_points(house: House) -> None:
    """As Shopify's clients read it: how much there may be, how much there is, and how fast."""
    first = (await answer_of(house, DEAR))["extensions"]["cost"]
    second = (await answer_of(house, DEAR))["extensions"]["cost"]
    assert set(first) == {"requested", "actual", "throttleStatus"}
    assert first["throttleStatus"]["maximumAvailable"] == 100_000 * 100
    assert first["throttleStatus"]["restoreRate"] == 6_000 * 100 // 60
    sunk = [cost["throttleStatus"]["currentlyAvailable"] for cost in (first, second)]
    assert first["requested"] == 1 + 20 * 3
    assert sunk[0] - sunk[1] == 100


async def test_a_faulty_document_has_no_cost(house: House) -> None:
    """Nobody could say what it would be."""
    for query in ("{ nonsense }", "{"):
        assert set(await answer_of(house, query)) == {"errors"}


class TestTooCostly:
    """More than one operation may come to."""

    @pytest.fixture(autouse=True)
    def poor(self, house: House) -> House:
        """A house where no operation may come to more than 40 points."""
        house.serve(Options(max_cost=40, batch_limit=3))
        house.reads.calls.clear()
        return house

    @pytest.mark.parametrize("plans", [True, False])
    async def test_it_is_refused_before_it_runs(self, house: House, plans: bool) -> None:
        """A typed error of the request; nothing is read."""
        house.serve(Options(max_cost=40, plans=plans))
        answer = await answer_of(house, DEAR)
        assert set(answer) == {"errors", "extensions"}
        [error] = answer["errors"]
        assert error["extensions"]["code"] == TOO_COSTLY
        assert error["extensions"]["docs_url"].endswith(f"/{TOO_COSTLY}")
        assert error["message"] == "The operation may cost 61 points: 40 at most."
        cost = answer["extensions"]["cost"]
        assert (cost["requested"], "actual" in cost) == (61, False)
        assert house.reads.calls == []
        assert await cost_of(house, DEAR.replace("20", "13")) == (40, 1)

    async def test_statuses_follow_the_media_type(self, house: House) -> None:
        """As for any document that is not valid."""
        response = await house.client.post(
            "/graphql",
            json={"query": DEAR},
            headers={
                "Authorization": f"Bearer {house.secret}",
                "Accept": "application/graphql-response+json",
            },
        )
        assert response.status_code == 400

    async def test_on_a_socket(self, house: House) -> None:
        """Queries and subscriptions alike; the socket stays."""
        dear = """subscription { bookingEvents { booking {
          room { parts { parts { id } } location { openingHours { weekly { opens } } } }
          price { lines { rule } } cancellation { policy { steps { until } } }
        } } }"""
        async with connected(house.app) as socket:
            await socket.init(house.secret)
            for number, query in enumerate((DEAR, dear)):
                house.reads.calls.clear()
                message = {"type": "subscribe", "id": str(number), "payload": {"query": query}}
                await socket.send(message)
                refused = await socket.receive()
                assert refused["type"] == "error", refused
                assert refused["payload"][0]["extensions"]["code"] == TOO_COSTLY
            message = {"type": "subscribe", "id": "9", "payload": {"query": "{ viewer { keyId } }"}}
            await socket.send(message)
            assert (await socket.receive())["payload"]["extensions"]["cost"]["requested"] == 1

    async def test_on_a_stream_and_in_a_batch(self, house: House) -> None:
        """Each for itself."""
        async with streaming(house.app, house.secret, DEAR) as stream:
            _, answer = await stream.event()
        assert answer["errors"][0]["extensions"]["code"] == TOO_COSTLY
        response = await house.client.post(
            "/graphql",
            json=[{"query": DEAR}, {"query": "{ viewer { keyId } }"}],
            headers={"Authorization": f"Bearer {house.secret}"},
        )
        refused, good = response.json()
        assert refused["errors"][0]["extensions"]["code"] == TOO_COSTLY
        assert good["extensions"]["cost"]["actual"] == 1


async def test_events_tell_of_no_cost(house: House) -> None:
    """contract.md, Rate limit: events on a socket draw nothing."""
    query = "subscription { bookingEvents { booking { id } } }"
    async with connected(house.app) as socket:
        await socket.init(house.secret)
        await socket.send({"type": "subscribe", "id": "1", "payload": {"query": query}})
        await house.until_followed()
        await house.book()
        for _ in range(2):
            assert set((await socket.receive())["payload"]) == {"data"}


def test_every_weight_is_of_a_field_that_there_is() -> None:
    """A field that was renamed would weigh nothing, and nobody would know."""
    fields = {
        f"{type_.name}.{name}"
        for type_ in schema._schema.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name in type_.fields
    }
    named = [name for name in named_fields() if not name.startswith("*.")]
    assert [name for name in named if name not in fields] == []


def test_no_list_of_objects_hides_within_a_page() -> None:
    """Only connections take a size; whatever else is a list has one by its weight."""
    for type_ in schema._schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            kind = field.type.of_type if is_non_null_type(field.type) else field.type
            if {"first", "last"} & field.args.keys():
                assert not is_list_type(kind), (type_.name, name)
                assert not is_leaf_type(kind), (type_.name, name)
                assert kind.name.endswith("Connection"), (type_.name, name)
