"""``GET /v1/events``: the event log after a cursor."""

from __future__ import annotations

from typing import Any

from tests.rest.house import House


async def events(house: House, **query: str | int) -> tuple[list[dict[str, Any]], str]:
    """A page, and where to come back to."""
    answer = await house.client.get("/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found, answer.headers["x-event-cursor"]


async def test_an_event_says_what_happened_to_whom_and_who_did_it(house: House) -> None:
    """contract.md, Webhook requests: `{id, type, created_at, sequence, workspace_id, data}`."""
    booking = await house.book()
    found, _ = await events(house, types="booking.confirmed")
    [event] = found
    assert event["id"].startswith("evt_")
    assert event["data"].pop("object")["status"] == "confirmed"
    del event["id"]
    assert event == {
        "object": "event",
        "type": "booking.confirmed",
        "created_at": "2026-05-22T09:00:00Z",
        "sequence": 2,
        "cursor": "3",
        "workspace_id": "ws_1",
        "subject_id": booking["id"],
        "actor": {"id": "tok_house", "kind": "api_token"},
        "request_id": "req_1",
        "data": {"previous": {"status": "pending_payment"}},
    }
