"""API tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

MINT: Mapping[str, Any] = {
    "name": "Lobby screen",
    "scopes": ["calendar:read"],
    "expires_at": "2026-12-01T00:00:00Z",
}


async def minted(house: House) -> Ids:
    """A token that may read the calendar."""
    answer = await house.client.post("/v1/auth/tokens", json=MINT)
    assert answer.status_code == 201, answer.text
    return {"token_id": answer.json()["id"]}


CALLS: Mapping[str, Example] = {
    "auth.tokens.create": Example(body=MINT, other={**MINT, "name": "Door"}),
    "auth.tokens.list": Example(given=minted),
    "auth.tokens.delete": Example(given=minted),
}
