"""The waitlist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

JOIN: Mapping[str, Any] = {
    "room_id": "rm_atrium",
    "from": "2026-05-25T14:00:00Z",
    "to": "2026-05-25T16:00:00Z",
    "duration_minutes": 90,
    "booked_by": {"member_id": "mem_lina_p"},
}


async def waiting(house: House) -> Ids:
    """Lina waits for what Jonas has."""
    await house.book(booked_by="mem_jonas_k")
    answer = await house.client.post("/v1/waitlist", json=JOIN)
    assert answer.status_code == 201, answer.text
    return {"entry_id": answer.json()["id"]}


async def offered(house: House) -> Ids:
    """Jonas does not come, so Lina is offered the room."""
    blocker = await house.book(booked_by="mem_jonas_k")
    answer = await house.client.post("/v1/waitlist", json=JOIN)
    assert answer.status_code == 201, answer.text
    await house.client.delete(f"/v1/bookings/{blocker['id']}")
    return {"entry_id": answer.json()["id"]}


async def taken(house: House) -> Ids:
    """There is something to wait for."""
    await house.book(booked_by="mem_jonas_k")
    return {}


CALLS: Mapping[str, Example] = {
    "waitlist.create": Example(given=taken, body=JOIN, other={**JOIN, "duration_minutes": 60}),
    "waitlist.list": Example(given=waiting, query={"status": "waiting"}),
    "waitlist.get": Example(given=waiting),
    "waitlist.accept": Example(given=offered, body={}),
    "waitlist.delete": Example(given=waiting),
}
