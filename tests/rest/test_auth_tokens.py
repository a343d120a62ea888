"""API tokens over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from litehq_core.domain.api_key import Scope
from litehq_rest import schemas
from tests.rest.house import House

TOKEN: dict[str, Any] = {
    "name": "CI",
    "scopes": ["calendar:read", "billing:read"],
    "expires_at": "2026-12-01T00:00:00Z",
}


async def test_a_minted_token_works_and_shows_its_secret_once(house: House) -> None:
    """contract.md: "the secret is shown once and stored as a hash"."""
    answer = await house.client.post("/v1/auth/tokens", json=TOKEN)
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    minted = answer.json()
    msgspec.convert(minted, schemas.MintedApiToken)
    assert minted["secret"].startswith("sk_test_")
    assert minted["secret"].endswith(minted["hint"])
    assert minted["scopes"] == ["billing:read", "calendar:read"]
    headers = {"Authorization": f"Bearer {minted['secret']}"}
    assert (await house.client.get("/v1/bookings", headers=headers)).status_code == 200
    listed = await house.client.get("/v1/auth/tokens")
    msgspec.convert(listed.json(), schemas.ApiTokenPage)
    assert minted["id"] in {row["id"] for row in listed.json()["data"]}
    assert minted["secret"] not in listed.text


async def test_a_revoked_token_opens_nothing_at_once(house: House) -> None:
    """contract.md: "Revocation: at once here"; the answer is the revoked token, 200."""
    minted = (await house.client.post("/v1/auth/tokens", json=TOKEN)).json()
    path = f"/v1/auth/tokens/{minted['id']}"
    revoked = await house.client.delete(path)
    assert revoked.status_code == 200
    msgspec.convert(revoked.json(), schemas.ApiToken)
    assert (revoked.json()["revoked_at"], revoked.headers["etag"]) == (
        "2026-05-22T09:00:00Z",
        '"2"',
    )
    headers = {"Authorization": f"Bearer {minted['secret']}"}
    assert (await house.client.get("/v1/bookings", headers=headers)).status_code == 401
    assert (await house.client.delete(path)).content == revoked.content


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": None}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"name": "x" * 201}, {"name"}),
        ({"scopes": []}, {"scopes"}),
        ({"scopes": ["calendar:read", "everything"]}, {"scopes[1]"}),
        ({"scopes": "calendar:read"}, {"scopes"}),
        ({"expires_at": 1_800_000_000}, {"expires_at"}),
        ({"expires_at": "2026-05-22T09:00:00Z"}, {"expires_at"}),
        ({"company_ids": "co_northwind"}, {"company_ids"}),
        ({"company_ids": [7]}, {"company_ids[0]"}),
        ({"secret": "sk_test_mine"}, {"secret"}),
    ],
)
async def test_a_token_is_asked_for_strictly(
    client: httpx.AsyncClient, change: dict[str, Any], fields: set[str]
) -> None:
    """contract.md: "scopes and expiry mandatory"."""
    answer = await client.post("/v1/auth/tokens", json=TOKEN | change)
    assert answer.status_code == 422, answer.text
    assert {one["field"] for one in answer.json()["error"]["details"]} == fields


async def test_all_mandatory_fields_are_missed_together(client: httpx.AsyncClient) -> None:
    """Page A: "Required scopes and an expiry are mandatory"."""
    answer = await client.post("/v1/auth/tokens", json={})
    fields = {one["field"] for one in answer.json()["error"]["details"]}
    assert fields == {"name", "scopes", "expires_at"}


async def test_a_token_cannot_grant_what_its_maker_lacks(house: House) -> None:
    """contract.md: "cannot grant what the caller lacks"."""
    maker = await house.key(
        "sk_test_maker", scopes=frozenset({Scope.AUTH_WRITE, Scope.CALENDAR_READ})
    )
    answer = await house.client.post("/v1/auth/tokens", json=TOKEN, headers=maker)
    assert answer.status_code == 403
    assert answer.json()["error"]["required_scope"] == "billing:read"


async def test_a_bound_token_names_what_exists(client: httpx.AsyncClient) -> None:
    """`member_id` or `company_ids` bind, not both; unknown ones are 404."""
    for bound in ({"member_id": "mem_ana_n"}, {"company_ids": ["co_northwind"]}):
        minted = (await client.post("/v1/auth/tokens", json={**TOKEN, **bound})).json()
        assert minted.items() >= bound.items()
    both = {**TOKEN, "member_id": "mem_ana_n", "company_ids": ["co_northwind"]}
    assert (await client.post("/v1/auth/tokens", json=both)).status_code == 422
    for change in ({"member_id": "mem_far"}, {"company_ids": ["co_never"]}):
        answer = await client.post("/v1/auth/tokens", json=TOKEN | change)
        assert answer.status_code == 404


async def test_an_unknown_token_is_not_found(client: httpx.AsyncClient) -> None:
    """Nor is a stranger's."""
    for token_id in ("tok_never", "tok_far", "nonsense"):
        answer = await client.delete(f"/v1/auth/tokens/{token_id}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
