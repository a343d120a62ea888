"""Several operations in one HTTP request: off by default, and bounded when on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from litehq_graphql.options import Options
from tests.graphql.house import House, bare

VIEWER = {"query": "{ viewer { keyId } }"}
ROOM = {"query": "query Q($id: ID!) { room(id: $id) { name } }", "variables": {"id": "rm_atrium"}}
MINT = {
    "query": """mutation { createApiToken(input: {
      name: "ci", scopes: [CALENDAR_READ], expiresAt: "2027-01-01T00:00:00Z"
    }) { __typename } }"""
}


async def post(house: House, body: Any, **headers: str) -> httpx.Response:
    """A POST of any JSON value."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.client.post(
        "/graphql", json=body, headers={"Authorization": f"Bearer {house.secret}", **given}
    )


def code_of(answer: Any) -> str:
    """The code of a request that was refused."""
    assert list(answer) == ["errors"]
    [error] = answer["errors"]
    assert error["extensions"]["request_id"] == "req_test"
    code: str = error["extensions"]["code"]
    return code


async def test_by_default_a_batch_is_malformed(house: House) -> None:
    """Even one of a single operation."""
    response = await post(house, [VIEWER])
    assert (response.status_code, code_of(response.json())) == (400, "malformed_request")


async def test_each_operation_is_answered_for_itself_in_the_order_of_asking(house: House) -> None:
    """A list of responses, 200 whatever each of them says."""
    house.serve(Options(batch_limit=8))
    bad: list[Any] = [
        {"query": "{ nope }"},
        {"query": "{"},
        {"nonsense": 1},
        {"query": "subscription { bookingEvents { id } }"},
        {"query": "query A { __typename }", "operationName": "B"},
    ]
    media_type = "application/graphql-response+json"
    response = await post(house, [ROOM, *bad, VIEWER, MINT], accept=media_type)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    first, *refused, viewer, minted = map(bare, response.json())
    assert first == {"data": {"room": {"name": "Atrium"}}}
    assert viewer == {"data": {"viewer": {"keyId": "tok_soho"}}}
    assert minted == {"data": {"createApiToken": {"__typename": "CreateApiTokenPayload"}}}
    assert [code_of(answer) for answer in refused] == [
        "validation_failed",
        "malformed_request",
        "malformed_request",
        "malformed_request",
        "malformed_request",
    ]


@pytest.mark.parametrize("batch", [[], [VIEWER] * 4, [VIEWER, "text"], [VIEWER, [VIEWER]]])
async def test_a_batch_has_a_bound_and_a_shape(house: House, batch: Any) -> None:
    """Otherwise nothing of it runs."""
    house.serve(Options(batch_limit=3))
    response = await post(house, batch)
    assert (response.status_code, code_of(response.json())) == (400, "malformed_request")
    assert len((await post(house, [VIEWER] * 3)).json()) == 3


async def test_the_idempotency_header_goes_with_one_operation(house: House) -> None:
    """A batch gives each mutation its own key."""
    house.serve(Options(batch_limit=3))
    response = await post(house, [MINT, MINT], idempotency_key="once")
    assert (response.status_code, code_of(response.json())) == (400, "validation_failed")
