"""Members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids, named
from tests.rest.house import House

INVITE: Mapping[str, Any] = {
    "email": "noor@example.com",
    "name": "Noor Haddad",
    "tier": "flex",
    "company_id": "co_northwind",
}


async def invited(house: House) -> Ids:
    """Noor has her letter and has not answered."""
    answer = await house.client.post("/v1/members", json=INVITE)
    assert answer.status_code == 201, answer.text
    return {"member_id": answer.json()["id"]}


CALLS: Mapping[str, Example] = {
    "members.list": Example(),
    "members.create": Example(body=INVITE, other={**INVITE, "name": "Noor H."}),
    "members.get": Example(given=named(member_id="mem_lina_p")),
    "members.update": Example(given=named(member_id="mem_jonas_k"), body={"tier": "resident"}),
    "members.invite": Example(given=invited, body={}),
}
