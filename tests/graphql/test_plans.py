"""Plans answer what the standard executor answers, byte for byte."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any, cast

import httpx
import pytest
import strawberry

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.domain.rate_card import BillingMode
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_graphql.context import Context
from litehq_graphql.execution.documents import DOCUMENTS_KEPT
from litehq_graphql.execution.plans import Plans
from litehq_graphql.execution.prepared import Operations
from litehq_graphql.schema import operations, plans, schema
from tests.domain import samples
from tests.graphql.documents import Asked, Documents
from tests.graphql.house import House

SEEDS = range(10)
DOCUMENTS = 25
# One hour of the room costs more minor units than GraphQL's Int can say.
UNSPEAKABLE = 3_000_000_000


@pytest.fixture
async def peopled(house: House) -> House:
    """Bookings of every kind: tokens, a hold, a guest's, cancelled, a company's, a change."""
    await house.book()
    await house.book("2026-05-25T11:00:00Z", roomId="rm_studio", notes="näher ☂ “quoted”")
    guest = {"guest": {"email": "g@example.com", "name": "Gil"}}
    await house.book("2026-05-25T13:00:00Z", roomId="rm_studio", bookedBy=guest, attendees=3)
    company = await house.book(
        "2026-05-26T09:00:00Z",
        bookedBy={"memberId": "mem_nora_w"},
        metadata={"a": [1, {"b": None}]},
    )
    await house.data(
        "mutation ($i: CancelBookingInput!) { cancelBooking(input: $i) { __typename } }",
        i={"id": company["id"]},
    )
    async with house.ports.begin(system_actor(house.workspace_id)) as tx:
        home = {"workspace_id": house.workspace_id}
        soho = (await tx.rooms.lock(["rm_atrium"]))["rm_atrium"].location
        await tx.catalogue.add(samples.room(id="rm_palace", name="Palace", location=soho, **home))
        await tx.catalogue.add(
            samples.rate_card(
                id="rc_palace",
                room_id="rm_palace",
                hourly_minor=UNSPEAKABLE,
                tokens_per_hour=None,
                billing_modes=frozenset({BillingMode.CARD}),
                **home,
            )
        )
    await house.book("2026-05-27T09:00:00Z", roomId="rm_palace")
    await house.data(
        """mutation { createBookingSeries(input: {
          roomId: "rm_atrium", startAt: "2026-05-28T09:00:00Z", endAt: "2026-05-28T10:00:00Z",
          bookedBy: {memberId: "mem_lina_p"}, rule: "FREQ=WEEKLY;COUNT=20", onConflict: SKIP
        }) { __typename ... on CreateBookingSeriesPayload { series { id } } } }"""
    )
    return house


@pytest.fixture
async def standard(peopled: House) -> AsyncIterator[httpx.AsyncClient]:
    """The same house without plans."""
    async with peopled.without_plans() as client:
        yield client


async def both(
    house: House, standard: httpx.AsyncClient, asked: Asked, secret: str
) -> tuple[httpx.Response, httpx.Response]:
    """The two answers."""
    body = {"query": asked.query, "variables": asked.variables}
    headers = {"Authorization": f"Bearer {secret}"}
    planned = await house.client.post("/graphql", json=body, headers=headers)
    return planned, await standard.post("/graphql", json=body, headers=headers)


def without_level(answer: httpx.Response) -> bytes:
    """An answer as it is, but for the level of the bucket, which sinks from call to call."""
    return re.sub(rb'"currentlyAvailable":\d+', b"", answer.content)


async def values_of(house: House) -> dict[str, list[str | None]]:
    """Values for the arguments of the schema, good ones and bad ones."""
    page = await house.data('{ bookings(from: "2026-05-01T00:00:00Z") { nodes { id } } }')
    bookings: list[str | None] = [f'"{node["id"]}"' for node in page["bookings"]["nodes"]]
    listed = await house.data("{ bookingSeriesList { nodes { id } } }")
    series = [node["id"] for node in listed["bookingSeriesList"]["nodes"]]
    assert series
    others = (*series, "rm_atrium", "mem_lina_p", "co_northwind", "loc_soho", "bk_none")
    ids_of_all = [*bookings, *(f'"{other}"' for other in others)]
    return {
        "id": ids_of_all,
        "from": ['"2026-05-01T00:00:00Z"', '"2026-05-25T10:00:00+01:00"', None],
        "to": ['"2026-06-01T00:00:00Z"', None],
        "first": ["2", "50", "0", None],
        "last": [None, None, None, "2"],
        "after": [None, None, None, '"nonsense"'],
        "roomId": ['"rm_atrium"', '"rm_studio"', '"rm_palace"', '"rm_none"', None],
        "memberId": ['"mem_lina_p"', '"mem_none"', None],
        "companyId": ['"co_northwind"', None],
        "locationId": ['"loc_soho"', None],
        "bookingId": bookings,
        "durationMinutes": ["60", "7", None],
        "tier": ['"core"', None],
    }


async def keys_of(house: House) -> list[str]:
    """Keys that see everything, some things, and their own things."""
    return [
        house.secret,
        await house.key(Scope.CALENDAR_READ),
        await house.key(Scope.CALENDAR_READ, Scope.MEMBERS_READ, member_id="mem_lina_p"),
        await house.key(
            Scope.CALENDAR_READ, Scope.COMPANIES_READ, company_ids=frozenset({"co_northwind"})
        ),
        await house.key(Scope.MEMBERS_READ, expires_at=samples.NOW + timedelta(days=900)),
    ]


@pytest.mark.parametrize("seed", SEEDS)
async def test_plans_and_the_standard_executor_never_differ(
    peopled: House, standard: httpx.AsyncClient, seed: int
) -> None:
    """Fragments, directives, variables, nulls, permissions and errors, by chance."""
    random = Random(seed)
    values, keys = await values_of(peopled), await keys_of(peopled)
    seen: Counter[str] = Counter()
    for _ in range(DOCUMENTS):
        asked = Documents(schema._schema, random, values).document()
        planned, plain = await both(peopled, standard, asked, random.choice(keys))
        assert without_level(planned) == without_level(plain), asked
        assert planned.status_code == plain.status_code, asked
        answer = plain.json()
        seen["data" if answer.get("data") else "none"] += 1
        seen["errors" if "errors" in answer else "good"] += 1
    # The game is worth something only if it is about answers, and about errors too.
    assert seen["good"] >= 3, seen
    assert seen["errors"] >= 2, seen


@pytest.mark.parametrize(
    "query",
    [
        "{ bookings(from: $from) { nodes { id status startAt member { name } room { name } } } }",
        "{ bookings(from: $from) { edges { cursor node { price { lines { rule } } } } } }",
        "{ bookings(from: $from) { nodes { id @skip(if: $no) room { id @include(if: $no) } } } }",
        "{ bookings(from: $from) { nodes { ...B } } } fragment B on Booking { id bookedBy { "
        "... on Member { id company { name } } ... on Guest { email } } }",
        "{ bookings(from: $from) { nodes { room { location { name } } } pageInfo { endCursor } } }",
        '{ node(id: "rm_atrium") { __typename ... on Room { rules { minMinutes } } } }',
        '{ availability(roomId: "rm_atrium", from: $from) { rooms { room { name } } } }',
        "{ viewer { keyId } rooms { nodes { openingHours { __typename } name } } }",
    ],
)
async def test_what_front_ends_ask_stays_on_the_plan(peopled: House, query: str) -> None:
    """No cliff: fragments, directives, variables, unions, loaded relations, several fields."""
    actor = await authenticate(peopled.ports, peopled.secret)
    used = [(n, k) for n, k in (("from", "DateTime!"), ("no", "Boolean!")) if f"${n}" in query]
    declared = ", ".join(f"${name}: {kind}" for name, kind in used)
    values = {"from": "2026-05-25T00:00:00Z", "no": False}
    variables = {name: values[name] for name, _ in used}
    text = f"query Q({declared}) {query}" if declared else query
    context = Context.of(peopled.ports, actor, docs_base="")
    data, came = await plans.run(text, variables, None, context)
    assert data is not None
    assert came


async def test_what_a_plan_cannot_say_is_not_read_again(peopled: House) -> None:
    """The standard executor goes on with the rows that the plan has read."""
    peopled.reads.calls.clear()
    answer = await peopled.ask(
        '{ bookings(from: "2026-05-27T00:00:00Z") { nodes { id price { amountMinor } } } }'
    )
    assert [error["path"] for error in answer["errors"]] == [
        ["bookings", "nodes", 0, "price", "amountMinor"]
    ]
    assert [call for call, *_ in peopled.reads.calls] == ["page"]


async def test_a_refused_root_field_is_not_asked_again(peopled: House) -> None:
    """Nor what it stands beside."""
    secret = await peopled.key(Scope.CALENDAR_READ)
    peopled.reads.calls.clear()
    answer = await peopled.ask("{ members { nodes { id } } rooms { nodes { id } } }", secret)
    assert [error["path"] for error in answer["errors"]] == [["members"]]
    assert [(call, noun.value) for call, noun, _ in peopled.reads.calls] == [("page", "room")]
    assert answer["data"]["rooms"]["nodes"]


def plans_made() -> Any:
    """How many documents have been prepared so far."""
    return len(operations)


async def test_a_document_is_prepared_once(peopled: House) -> None:
    """Whatever its variables are; its directives make a plan of their own each."""
    query = (
        "query Q($n: Int, $b: Boolean!) { rooms(first: $n) { nodes { id name @skip(if: $b) } } }"
    )
    await peopled.data(query, n=1, b=True)
    prepared = operations.of(query, None, introspection=True)
    made = plans_made()
    await peopled.data(query, n=2, b=True)
    await peopled.data(query, n=2, b=False)
    assert plans_made() == made
    assert prepared is not None
    assert prepared is operations.of(query, None, introspection=True)
    assert sorted(prepared.plans) == [(False,), (True,)]


@strawberry.type
class Leaf:
    """Something small."""

    name: str
    least: int = -(2**31)


@strawberry.type
class Small:
    """A root whose fields come to what no schema of ours comes to."""

    @strawberry.field
    def absent(self) -> Leaf:
        """Null where none may be."""
        return cast("Leaf", None)

    @strawberry.field
    async def later(self) -> list[Leaf]:
        """Takes time, and its entries do."""
        return [cast("Leaf", leaf_later("a")), Leaf(name="b")]

    @strawberry.field
    async def later_absent(self) -> list[Leaf]:
        """An entry turns out to be null."""
        return [Leaf(name="a"), cast("Leaf", nothing_later())]

    @strawberry.field
    def too_large(self) -> Leaf:
        """No Int of GraphQL's."""
        return Leaf(name="x", least=-(2**31) - 1)

    @strawberry.field
    def failing(self) -> Leaf | None:
        """Raises."""
        raise LookupError("no leaf")

    @strawberry.field
    def maybe(self) -> Leaf | None:
        """Null where it may be."""
        return None


async def leaf_later(name: str) -> Leaf:
    """A leaf, after a while."""
    await asyncio.sleep(0)
    return Leaf(name=name)


async def nothing_later() -> None:
    """Nothing, after a while."""
    await asyncio.sleep(0)


def small_plans() -> tuple[Plans, Operations]:
    """Plans of the small schema, and what they are kept with."""
    small = strawberry.Schema(query=Small)._schema
    kept = Operations(small)
    return Plans(small, kept), kept


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ later { name least } }", {"later": [{"name": n, "least": -(2**31)} for n in "ab"]}),
        ("{ a: maybe { name } l: later { name } }", {"a": None, "l": [{"name": n} for n in "ab"]}),
        ("{ absent { name } }", None),
        ("{ laterAbsent { name } }", None),
        ("{ tooLarge { least } }", None),
        ("{ failing { name } maybe { name } }", None),
        ("{ maybe { name } __schema { __typename } }", None),
        ("{ maybe { nonsense } }", None),
        ("{ maybe { name }", None),
        ("query A { maybe { name } } query B { maybe { name } }", None),
        ("query ($n: Int!) { maybe { name @skip(if: true) least } }", None),
    ],
)
async def test_what_no_plan_says(house: House, query: str, data: Any) -> None:
    """Null where none may be, what takes time, errors, and documents that are none."""
    small, _ = small_plans()
    actor = system_actor(house.workspace_id)
    found, _ = await small.run(query, None, None, Context.of(house.ports, actor, docs_base=""))
    assert found == data


async def test_plans_are_kept_within_bounds(house: House) -> None:
    """The documents of a client who invents more are forgotten, the oldest first."""
    small, kept = small_plans()
    context = Context.of(house.ports, system_actor(house.workspace_id), docs_base="")
    for number in range(DOCUMENTS_KEPT + 3):
        await small.run(f"{{ a{number}: maybe {{ name }} }}", None, None, context)
    assert len(kept) == DOCUMENTS_KEPT
