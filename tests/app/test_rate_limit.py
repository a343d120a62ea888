"""The rate limit over HTTP: headers on every answer, refusals, the penalty, sockets, settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from litehq_app.asgi import create_app
from litehq_core.testing import Clock
from tests.app.installations import (
    DEMO_KEY,
    MemoryInstallation,
    client_of,
    served,
    settings_of,
)
from tests.graphql.socket_client import connected

HEADERS = {"Authorization": f"Bearer {DEMO_KEY}"}
TINY: dict[str, Any] = {"rate_limit_burst": 3, "rate_limit_per_minute": 6}
VIEWER = {"query": "{ viewer { keyId } }"}


def told(answer: httpx.Response) -> tuple[int, int, int]:
    """What an answer tells of the bucket; each header is there once."""
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    for name in names:
        assert len(answer.headers.get_list(name)) == 1, (name, answer.text)
    limit, remaining, reset = (int(answer.headers[name]) for name in names)
    return limit, remaining, reset


async def test_rest_and_graphql_draw_on_one_bucket(clock: Clock) -> None:
    """contract.md: "per workspace, REST and GraphQL together: bucket 500"."""
    now = int(clock().timestamp())
    async with served(clock) as (client, _):
        client.headers.update(HEADERS)
        answers = [
            await client.get("/v1/rooms"),
            await client.post("/graphql", json=VIEWER),
            await client.get("/graphql", params=VIEWER),
            await client.post("/graphql/stream", json=VIEWER),
            await client.get("/v1/rooms/rm_none"),
            await client.post("/v1/bookings", content=b"{"),
            await client.post("/v1/bookings", json={}),
            await client.post("/graphql", content=b"{"),
            await client.post("/graphql", json={"query": "{ nonsense }"}),
        ]
    assert [told(answer)[1] for answer in answers] == list(range(499, 490, -1))
    assert {told(answer)[0] for answer in answers} == {500}
    # Nine tokens at a hundred a minute.
    assert told(answers[-1])[2] == now + 6


async def test_who_has_no_workspace_draws_on_the_bucket_of_his_address(clock: Clock) -> None:
    """contract.md: "requests without a workspace draw on a bucket per address"."""
    async with served(clock, **TINY) as (client, _):
        answers = [
            await client.get("/v1/rooms"),
            await client.post("/graphql", json=VIEWER, headers={"Authorization": "Bearer sk_no"}),
            await client.get("/v1/nowhere", headers=HEADERS),
        ]
        assert [answer.status_code for answer in answers] == [401, 401, 404]
        assert [told(answer)[1] for answer in answers] == [2, 1, 0]
        for call in (
            client.get("/v1/rooms"),
            client.get("/v1/nowhere"),
            client.put("/v1/rooms"),
            client.put("/graphql"),
            client.post("/graphql", json=VIEWER),
        ):
            answer = await call
            assert answer.status_code == 429, answer.request.url
            assert answer.headers["retry-after"] == "10"
            assert told(answer)[1] == 0
        # A key has its workspace's own.
        assert (await client.get("/v1/rooms", headers=HEADERS)).status_code == 200
        # What is no call of either façade is not limited.
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/openapi.json")).status_code == 200


async def test_a_refusal_over_rest(clock: Clock) -> None:
    """contract.md: "`retry_after_ms`, at the top of the body and inside `error`"."""
    async with served(clock, **TINY) as (client, _):
        client.headers.update(HEADERS)
        for _ in range(3):
            assert (await client.get("/v1/rooms")).status_code == 200
        clock.advance(seconds=0.5)
        refused = await client.post("/v1/bookings", content=b"{", headers={"Idempotency-Key": "k"})
        assert refused.status_code == 429
        body = refused.json()
        assert set(body) == {"error", "retry_after_ms"}
        assert body["retry_after_ms"] == body["error"]["retry_after_ms"] == 9_500
        assert body["error"]["code"] == "rate_limited"
        assert refused.headers["retry-after"] == "10"
        assert (await client.get(body["error"]["docs_url"])).status_code == 200
        clock.advance(seconds=9.499)
        assert (await client.get("/v1/rooms")).status_code == 429
        clock.advance(seconds=0.001)
        # Nothing was pinned under the key.
        again = await client.post("/v1/bookings", content=b"{", headers={"Idempotency-Key": "k"})
        assert again.status_code in (400, 415)


@pytest.mark.parametrize("media_type", ["application/json", "application/graphql-response+json"])
async def test_a_refusal_over_graphql(clock: Clock, media_type: str) -> None:
    """The same code, as a top-level error, with the same status."""
    async with served(clock, **TINY) as (client, _):
        client.headers.update({**HEADERS, "Accept": media_type})
        for _ in range(3):
            assert (await client.post("/graphql", json=VIEWER)).status_code == 200
        refused = await client.post("/graphql", content=b"{")
        assert refused.status_code == 429
        assert refused.headers["content-type"].startswith(media_type)
        assert refused.headers["retry-after"] == "10"
        assert told(refused)[:2] == (3, 0)
        (error,) = refused.json()["errors"]
        assert error["extensions"]["code"] == "rate_limited"
        assert error["extensions"]["retry_after_ms"] == 10_000
        assert error["extensions"]["docs_url"].endswith("/docs/errors/rate_limited")


async def test_a_batch_draws_for_each_operation_or_runs_none(clock: Clock) -> None:
    async with served(clock, **TINY, graphql_batch_limit=5) as (client, _):
        client.headers.update(HEADERS)
        assert told(await client.get("/v1/rooms"))[1] == 2
        refused = await client.post("/graphql", json=[VIEWER, VIEWER, VIEWER])
        assert (refused.status_code, told(refused)[1]) == (429, 2)
        assert refused.json()["errors"][0]["extensions"]["retry_after_ms"] == 10_000
        taken = await client.post("/graphql", json=[VIEWER, {"nonsense": 1}])
        assert (taken.status_code, told(taken)[1]) == (200, 0)


@pytest.mark.parametrize(("first", "tokens"), [(1, 1), (99, 1), (100, 2), (200, 3)], ids=str)
async def test_an_operation_draws_what_it_costs(clock: Clock, first: int, tokens: int) -> None:
    """contract.md: "a GraphQL operation draws `max(1, ceil(cost/100))`", and tells of it."""
    query = {"query": f"{{ rooms(first: {first}) {{ nodes {{ id }} }} }}"}
    async with served(clock, graphql_batch_limit=2) as (client, _):
        client.headers.update(HEADERS)
        answer = await client.post("/graphql", json=query)
        cost = answer.json()["extensions"]["cost"]
        assert cost["requested"] == 1 + first
        assert told(answer)[1] == 500 - tokens
        assert cost["throttleStatus"] == {
            "maximumAvailable": 50_000,
            "currentlyAvailable": (500 - tokens) * 100,
            "restoreRate": 166,
        }
        assert told(await client.post("/graphql", json=[query, query]))[1] == 500 - 3 * tokens
        # The head of a stream is sent before its operation is looked at.
        await client.post("/graphql/stream", json=query)
        assert told(await client.post("/graphql", json=query))[1] == 500 - 5 * tokens


async def test_what_cannot_be_had_is_not_begun(clock: Clock) -> None:
    """One token is given back with the refusal, and nothing was read."""
    async with served(clock, **TINY) as (client, _):
        client.headers.update(HEADERS)
        dear = {"query": "{ rooms(first: 200) { nodes { location { id } } } }"}
        refused = await client.post("/graphql", json={"query": "{ viewer { keyId } }"})
        assert (refused.status_code, told(refused)[1]) == (200, 2)
        refused = await client.post("/graphql", json=dear)
        assert (refused.status_code, told(refused)[1]) == (429, 2)
        assert "data" not in refused.json()


async def test_the_penalty(clock: Clock) -> None:
    """contract.md: "the second within 10 min holds the key to 20/min until 10 min pass"."""
    async with served(clock, **{**TINY, "rate_limit_per_minute": 30}) as (client, _):
        client.headers.update(HEADERS)

        async def statuses(count: int) -> list[int]:
            return [(await client.get("/v1/rooms")).status_code for _ in range(count)]

        assert await statuses(4) == [200, 200, 200, 429]
        for _ in range(2):
            clock.advance(seconds=1.5)
            assert await statuses(1) == [429]
            clock.advance(seconds=0.5)
            assert await statuses(2) == [200, 429]
        clock.advance(seconds=60)
        assert await statuses(3) == [200, 429, 429]
        clock.advance(seconds=3)
        assert await statuses(2) == [200, 429]
        clock.advance(minutes=10)
        assert await statuses(4) == [200, 200, 200, 429]


async def test_operations_of_a_socket_draw_and_its_events_do_not(clock: Clock) -> None:
    settings = settings_of(**TINY)
    app = create_app(settings, MemoryInstallation(clock, settings))
    async with client_of(app, key=DEMO_KEY) as client, connected(app) as socket:
        await socket.init(DEMO_KEY)
        for number in range(3):
            await socket.subscribe("{ viewer { keyId } }", f"op{number}")
            assert await socket.next(f"op{number}")
            assert (await socket.receive())["type"] == "complete"
        await socket.subscribe("{ viewer { keyId } }", "one_more")
        message = await socket.receive()
        assert (message["type"], message["id"]) == ("error", "one_more")
        (error,) = message["payload"]
        assert error["extensions"]["code"] == "rate_limited"
        assert error["extensions"]["retry_after_ms"] == 10_000
        assert (await client.get("/v1/rooms")).status_code == 429


async def test_the_demo_key_is_limited_unless_it_is_said(tmp_path: Path) -> None:
    """Issue: "off for the demo key only by an explicit setting"."""
    for limited, expected in ((True, 429), (False, 200)):
        url = f"sqlite:///{tmp_path}/{limited}.db"
        settings = settings_of(
            database_url=url, rate_limit_burst=2, rate_limit_per_minute=1, rate_limit_demo=limited
        )
        async with client_of(create_app(settings), key=DEMO_KEY) as client:
            answers = [await client.get("/v1/rooms") for _ in range(3)]
        assert answers[-1].status_code == expected
        assert told(answers[-1])[0] == 2


async def test_a_restart_leaves_the_bucket_as_it_was(tmp_path: Path) -> None:
    settings = settings_of(database_url=f"sqlite:///{tmp_path}/litehq.db", rate_limit_per_minute=1)
    async with client_of(create_app(settings), key=DEMO_KEY) as client:
        first, *_ = reversed([await client.get("/v1/rooms") for _ in range(30)])
    async with client_of(create_app(settings), key=DEMO_KEY) as client:
        second = await client.get("/v1/rooms")
    assert told(first)[1] == 470
    assert told(second)[1] in (469, 470)
