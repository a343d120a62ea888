"""Visitors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litehq_core.domain.api_key import system_actor
from litehq_core.use_cases.visitors.read_pass import read_pass
from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

EXPECT: Mapping[str, Any] = {
    "name": "Grace Park",
    "email": "grace@example.com",
    "company": "Park & Co",
    "host_member_id": "mem_lina_p",
    "location_id": "loc_soho",
    "expected_at": "2026-05-22T10:00:00Z",
}


async def expected(house: House) -> Ids:
    """Grace will come at ten."""
    answer = await house.client.post("/v1/visitors", json=EXPECT)
    assert answer.status_code == 201, answer.text
    return {"visitor_id": answer.json()["id"]}


async def at_the_reception(house: House) -> Ids:
    """Grace shows the pass that she was sent."""
    visitor_id = (await expected(house))["visitor_id"]
    return {"pass": await read_pass(house.ports, system_actor("ws_1"), visitor_id)}


CALLS: Mapping[str, Example] = {
    "visitors.list": Example(given=expected, query={"location_id": "loc_soho", "when": "upcoming"}),
    "visitors.create": Example(body=EXPECT, other={**EXPECT, "name": "Ada Park"}),
    "visitors.get": Example(given=expected),
    "visitors.delete": Example(given=expected),
    "visitors.check_in": Example(given=expected, body={}),
    "visitors.scan": Example(
        given=at_the_reception, body={"pass": "{pass}"}, other={"pass": "/passes/ws_1.other"}
    ),
    "visitors.pass_svg": Example(given=expected),
    "visitors.pass_png": Example(given=expected),
}
