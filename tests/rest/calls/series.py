"""Bookings that repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids
from tests.rest.house import House

CREATE: Mapping[str, Any] = {
    "room_id": "rm_atrium",
    "start_at": "2026-05-25T14:00:00Z",
    "end_at": "2026-05-25T15:00:00Z",
    "booked_by": {"member_id": "mem_ana_n"},
    "rule": "FREQ=WEEKLY;COUNT=3",
}


async def repeated(house: House) -> Ids:
    """A series of Ana's, on her company's invoice."""
    answer = await house.client.post("/v1/bookings/series", json=CREATE)
    assert answer.status_code == 201, answer.text
    return {"series_id": answer.json()["id"]}


CALLS: Mapping[str, Example] = {
    "series.list": Example(given=repeated, query={"room_id": "rm_atrium"}),
    "series.create": Example(body=CREATE, other={**CREATE, "attendees": 2}),
    "series.quote": Example(body=CREATE, other={**CREATE, "attendees": 2}),
    "series.get": Example(given=repeated),
    "series.update": Example(given=repeated, body={"scope": "all", "shift_minutes": 30}),
    "series.cancel": Example(given=repeated, body={"scope": "all", "reason": "moved out"}),
    "series.retry": Example(given=repeated, body={}),
}
