"""What settings say about the GraphQL endpoint, as the whole application serves it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.ports.ports import Ports
from litehq_core.testing import Clock, sample_catalogue
from litehq_core.use_cases.api_keys.mint_api_token import MintApiToken, mint_api_token
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.app.installations import served

INTROSPECTION = "{ __schema { queryType { name } } }"
MISTAKE = "{ viewers { keyId } }"


async def a_key(ports: Ports, clock: Clock) -> str:
    """The secret of a key to a new workspace."""
    actor = system_actor("ws_sample")
    await import_catalogue(ports, actor, sample_catalogue())
    command = MintApiToken(
        name="test",
        scopes=frozenset({Scope.CALENDAR_READ}),
        expires_at=clock().replace(year=2099),
    )
    return (await mint_api_token(ports, actor, command)).secret


async def ask(client: httpx.AsyncClient, secret: str, body: Any) -> Any:
    """The answer to a POST."""
    answer = await client.post("/graphql", json=body, headers={"Authorization": f"Bearer {secret}"})
    return answer.json()


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        ({"demo": True}, True),
        ({"demo": False}, False),
        ({"demo": False, "graphql_introspection": True, "graphql_suggestions": True}, True),
        ({"demo": True, "graphql_introspection": False, "graphql_suggestions": False}, False),
    ],
)
async def test_the_schema_tells_of_itself_in_the_demo_and_by_wish(
    clock: Clock, settings: dict[str, Any], is_open: bool
) -> None:
    """Introspection and suggestions: on in the demo, off in production, or as set."""
    async with served(clock, **settings) as (client, ports):
        secret = await a_key(ports, clock)
        answer = await ask(client, secret, {"query": INTROSPECTION})
        assert ("errors" not in answer) is is_open
        answer = await ask(client, secret, {"query": MISTAKE})
        assert ("Did you mean" in answer["errors"][0]["message"]) is is_open


async def test_batches_are_taken_when_their_bound_is_set(clock: Clock) -> None:
    """``LITEHQ_GRAPHQL_BATCH_LIMIT``."""
    batch = [{"query": "{ viewer { workspaceId } }"}] * 2
    async with served(clock, demo=False) as (client, ports):
        answer = await ask(client, await a_key(ports, clock), batch)
        assert answer["errors"][0]["extensions"]["code"] == "malformed_request"
    async with served(clock, demo=False, graphql_batch_limit=2) as (client, ports):
        answer = await ask(client, await a_key(ports, clock), batch)
        assert [one["data"] for one in answer] == [{"viewer": {"workspaceId": "ws_sample"}}] * 2


async def test_no_operation_may_cost_more_than_its_bound(clock: Clock) -> None:
    """``LITEHQ_GRAPHQL_MAX_COST``."""
    body = {"query": "{ rooms(first: 5) { nodes { id } } }"}
    for most, code in ((6, None), (5, "operation_too_costly")):
        async with served(clock, demo=False, graphql_max_cost=most) as (client, ports):
            answer = await ask(client, await a_key(ports, clock), body)
            codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
            assert codes == ([code] if code else [])
            assert answer["extensions"]["cost"]["requested"] == 6


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
async def test_what_a_foreign_page_can_send_unasked_does_nothing(
    clock: Clock, content_type: str
) -> None:
    """Forged requests: a browser sends these without asking first, and so without a key."""
    mutation = b'{"query": "mutation { revokeApiToken(input: {id: \\"tok_1\\"}) { __typename } }"}'
    async with served(clock, demo=False, cors_origins="https://ours.example") as (client, ports):
        secret = await a_key(ports, clock)
        simple = {"Content-Type": content_type, "Origin": "https://foreign.example"}
        forged = await client.post("/graphql", content=mutation, headers=simple)
        assert forged.status_code == 401
        # Not even with a key, which no page can add without being asked about.
        key = {"Authorization": f"Bearer {secret}"}
        keyed = await client.post("/graphql", content=mutation, headers={**simple, **key})
        assert keyed.status_code == 415
        for origin, agreed in (("https://foreign.example", False), ("https://ours.example", True)):
            asked = await client.options(
                "/graphql",
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type",
                },
            )
            assert (asked.headers.get("access-control-allow-origin") == origin) is agreed
