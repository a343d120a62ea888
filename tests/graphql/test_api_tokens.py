"""API tokens: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import Scope
from tests.graphql.house import House
from tests.graphql.operations import MINT, REVOKE, done, refusal


async def test_a_token_is_made_works_and_is_revoked(house: House) -> None:
    """The secret is shown once; revocation counts at once."""
    made = await done(
        house,
        MINT,
        name="Kiosk",
        scopes=["CALENDAR_READ"],
        expiresAt="2026-06-22T11:00:00+02:00",
        memberId="mem_lina_p",
    )
    token = made["apiToken"]
    assert made["secret"].startswith("sk_live_")
    assert token["hint"] == made["secret"][-4:]
    assert (token["scopes"], token["memberId"]) == (["CALENDAR_READ"], "mem_lina_p")
    assert token["expiresAt"] == "2026-06-22T09:00:00Z"
    viewer = await house.data("{ viewer { keyId } }", made["secret"])
    assert viewer["viewer"]["keyId"] == token["id"]
    revoked = await done(house, REVOKE, id=token["id"])
    assert revoked["apiToken"]["revokedAt"] == "2026-05-22T09:00:00Z"
    assert await done(house, REVOKE, id=token["id"]) == revoked
    response = await house.client.post(
        "/graphql",
        json={"query": "{ viewer { keyId } }"},
        headers={"Authorization": f"Bearer {made['secret']}"},
    )
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scopes": []}, "validation_failed"),
        ({"name": ""}, "validation_failed"),
        ({"expiresAt": "2026-05-22T09:00:00Z"}, "validation_failed"),
        ({"memberId": "mem_none"}, "not_found"),
        ({"companyIds": ["co_none"]}, "not_found"),
        ({"scopes": ["BILLING_READ"]}, "auth_scope_insufficient"),
    ],
)
async def test_a_token_that_cannot_be_is_refused(
    house: House, fields: dict[str, Any], code: str
) -> None:
    """Scopes and expiry are mandatory; nobody grants what he lacks."""
    secret = await house.key(Scope.AUTH_WRITE, Scope.CALENDAR_READ)
    plain = {"name": "K", "scopes": ["CALENDAR_READ"], "expiresAt": "2026-06-22T09:00:00Z"}
    assert (await refusal(house, MINT, secret, **{**plain, **fields}))["code"] == code


async def test_revoking_what_is_not_there_is_refused(house: House) -> None:
    """``not_found``."""
    assert (await refusal(house, REVOKE, id="tok_none"))["code"] == "not_found"
