"""Webhook endpoints, their deliveries, and replays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

REGISTER: Mapping[str, Any] = {
    "url": "https://hooks.example.com/litehq",
    "events": ["booking.*", "charge.succeeded"],
    "description": "Door displays",
    "contact_email": "ops@example.com",
}


async def registered(house: House) -> Ids:
    """An endpoint whose secret was chosen here, so that it is verified."""
    body = {**REGISTER, "secret": "a-secret-of-the-displays"}
    answer = await house.client.post("/v1/webhooks", json=body)
    assert answer.status_code == 201, answer.text
    return {"webhook_id": answer.json()["id"]}


async def unverified(house: House) -> Ids:
    """An endpoint that waits to be challenged."""
    answer = await house.client.post("/v1/webhooks", json=REGISTER)
    assert answer.status_code == 201, answer.text
    return {"webhook_id": answer.json()["id"]}


async def tested(house: House) -> Ids:
    """A delivery to the endpoint."""
    ids = await registered(house)
    answer = await house.client.post(f"/v1/webhooks/{ids['webhook_id']}/test")
    assert answer.status_code == 201, answer.text
    return {"webhook_id": answer.json()["id"]}


async def sent_to(house: House) -> Ids:
    """An endpoint that has a delivery."""
    ids = await registered(house)
    answer = await house.client.post(f"/v1/webhooks/{ids['webhook_id']}/test")
    assert answer.status_code == 201, answer.text
    return ids


CALLS: Mapping[str, Example] = {
    "webhooks.list": Example(given=registered),
    "webhooks.create": Example(body=REGISTER, other={**REGISTER, "ordered": True}),
    "webhooks.get": Example(given=registered),
    "webhooks.update": Example(given=registered, body={"events": ["booking.*"], "ordered": True}),
    "webhooks.delete": Example(given=registered),
    "webhooks.verify": Example(given=unverified, body={}),
    "webhooks.deliveries": Example(given=sent_to, query={"status": "pending"}),
    "webhooks.test": Example(given=registered, body={}),
    "webhooks.replay": Example(given=tested, body={}),
    "webhooks.rotate_secret": Example(given=registered, body={"overlap_hours": 48}),
}
