"""Two dialects, one command: agreeing, mixing, contradicting, and strict types."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.rest.house import House

A: dict[str, Any] = {
    "resource_id": "rm_atrium",
    "start": "2026-05-25T14:00:00Z",
    "duration_minutes": 90,
    "booked_by": "mem_lina_p",
}
B: dict[str, Any] = {
    "room_id": "rm_atrium",
    "start_at": "2026-05-25T14:00:00Z",
    "end_at": "2026-05-25T15:30:00Z",
    "booked_by": {"member_id": "mem_lina_p"},
}


def fields_of(answer: httpx.Response) -> set[str]:
    """The fields that a 422 names, checked for its shape."""
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "validation_failed"
    assert all(set(one) == {"field", "reason"} and one["reason"] for one in error["details"])
    return {one["field"] for one in error["details"]}


@pytest.mark.parametrize(
    "body",
    [
        A,
        B,
        A | B,
        {**A, "room_id": "rm_atrium", "end_at": "2026-05-25T16:30:00+01:00"},
        {**A, "start_at": "2026-05-25T14:00:00"},
        {
            "room_id": "rm_atrium",
            "start": B["start_at"],
            "end_at": B["end_at"],
            "booked_by": "mem_lina_p",
        },
        {**B, "booked_by": {"member_id": "mem_lina_p", "guest": None}, "notes": None},
        {**B, "attendees": None, "metadata": None, "billing_mode": None, "quote_id": None},
    ],
)
async def test_dialects_mix_while_they_agree(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    """contract.md: "A body that mixes the dialects is fine while they agree"."""
    answer = await client.post("/v1/bookings", json=body)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["start_at"], found["duration_minutes"]) == ("2026-05-25T14:00:00Z", 90)
    assert found["booked_by"] == {"member_id": "mem_lina_p"}


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"room_id": "rm_studio"}, "resource_id"),
        ({"start_at": "2026-05-25T14:30:00Z"}, "start"),
        ({"end_at": "2026-05-25T15:00:00Z"}, "duration_minutes"),
        ({"duration_minutes": 60, "end_at": "2026-05-25T15:30:00Z"}, "duration_minutes"),
    ],
)
async def test_dialects_that_contradict_each_other_are_refused(
    client: httpx.AsyncClient, extra: dict[str, Any], field: str
) -> None:
    """contract.md: "otherwise 422", naming the field."""
    assert fields_of(await client.post("/v1/bookings", json=A | extra)) == {field}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"start": 1_780_000_000}, {"start"}),
        ({"start": "tomorrow"}, {"start"}),
        ({"start": "2026-05-25"}, {"start"}),
        ({"start": None}, {"start"}),
        ({"start": "9999-12-31T23:59:59Z"}, {"start"}),
        ({"duration_minutes": "90"}, {"duration_minutes"}),
        ({"duration_minutes": True}, {"duration_minutes"}),
        ({"duration_minutes": 90.0}, {"duration_minutes"}),
        ({"duration_minutes": 0}, {"duration_minutes"}),
        ({"duration_minutes": -90}, {"duration_minutes"}),
        ({"duration_minutes": 2**63}, {"duration_minutes"}),
        ({"attendees": True}, {"attendees"}),
        ({"attendees": 0}, {"attendees"}),
        ({"attendees": "4"}, {"attendees"}),
        ({"notes": 7}, {"notes"}),
        ({"notes": "x" * 4001}, {"notes"}),
        ({"metadata": []}, {"metadata"}),
        ({"metadata": {"a": "x" * 9000}}, {"metadata"}),
        ({"billing_mode": "cash"}, {"billing_mode"}),
        ({"booked_by": 7}, {"booked_by"}),
        ({"booked_by": {}}, {"booked_by"}),
        ({"booked_by": {"member_id": 7}}, {"booked_by.member_id"}),
        ({"booked_by": {"member_id": "mem_lina_p", "x": 1}}, {"booked_by.x"}),
        (
            {"booked_by": {"member_id": "mem_lina_p", "guest": {"email": "a@b.c", "name": "A"}}},
            {"booked_by"},
        ),
        ({"booked_by": {"guest": {"email": "a@b.c"}}}, {"booked_by.guest.name"}),
        (
            {"booked_by": {"guest": {"email": "nobody", "name": ""}}},
            {"booked_by.guest.email", "booked_by.guest.name"},
        ),
        ({"idempotency_key": 7}, {"idempotency_key"}),
        ({"idempotency_key": ""}, {"idempotency_key"}),
        ({"idempotency_key": "k" * 256}, {"idempotency_key"}),
        ({"resource": "rm_atrium"}, {"resource"}),
    ],
)
async def test_types_are_strict_and_the_field_is_named(
    client: httpx.AsyncClient, change: dict[str, Any], fields: set[str]
) -> None:
    """contract.md: a number for a time "or anything else is 422"; unknown body fields are 422."""
    assert fields_of(await client.post("/v1/bookings", json=A | change)) == fields


async def test_all_wrong_fields_are_named_together(client: httpx.AsyncClient) -> None:
    """contract.md, Errors: `validation_failed` 422 (`details[]{field, reason}`)."""
    body = {"room_id": 7, "start": "never", "attendees": 0, "colour": "red", "notes": "\0"}
    fields = fields_of(await client.post("/v1/bookings", json=body))
    assert fields == {"room_id", "start", "attendees", "colour", "notes", "booked_by", "end_at"}


async def test_an_empty_object_misses_every_required_field(client: httpx.AsyncClient) -> None:
    """Page B, Required fields."""
    fields = fields_of(await client.post("/v1/bookings", json={}))
    assert fields == {"room_id", "start_at", "end_at", "booked_by"}


async def test_a_time_without_an_offset_is_utc(client: httpx.AsyncClient) -> None:
    """contract.md: "REST reads an ISO 8601 time without an offset as UTC"."""
    answer = await client.post("/v1/bookings", json={**A, "start": "2026-05-25T14:00:00"})
    assert answer.json()["start_at"] == "2026-05-25T14:00:00Z"


@pytest.mark.parametrize(
    ("change", "start", "end"),
    [
        ({"start": "2026-05-25T16:00:00Z"}, "16:00", "17:30"),
        ({"start_at": "2026-05-25T14:30:00Z"}, "14:30", "15:30"),
        ({"end_at": "2026-05-25T16:00:00Z"}, "14:00", "16:00"),
        ({"duration_minutes": 60}, "14:00", "15:00"),
        ({"start": "2026-05-25T16:00:00Z", "duration_minutes": 30}, "16:00", "16:30"),
        ({"start": "2026-05-25T16:00:00Z", "start_at": "2026-05-25T16:00"}, "16:00", "17:30"),
    ],
)
async def test_what_an_edit_keeps(
    house: House, change: dict[str, Any], start: str, end: str
) -> None:
    """contract.md, Edit: `start` keeps the duration, `start_at` the end, a duration the start."""
    made = await house.book()
    answer = await house.client.patch(f"/v1/bookings/{made['id']}", json=change)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["id"] == made["id"]
    assert found["start_at"] == f"2026-05-25T{start}:00Z"
    assert found["end_at"] == f"2026-05-25T{end}:00Z"


async def test_an_edit_with_null_clears_and_left_out_keeps(house: House) -> None:
    """Explicit null for notes and attendees clears them; what is left out stays."""
    made = await house.book(notes="two chairs", attendees=2, metadata={"ref": 1})
    path = f"/v1/bookings/{made['id']}"
    kept = (await house.client.patch(path, json={"notes": "one chair"})).json()
    assert (kept["notes"], kept["attendees"], kept["metadata"]) == ("one chair", 2, {"ref": 1})
    bare = {"notes": None, "attendees": None, "metadata": None}
    cleared = (await house.client.patch(path, json=bare)).json()
    assert (cleared["notes"], cleared["attendees"], cleared["metadata"]) == (None, None, {})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"idempotency_key": "k"}, "body"),
        ({"no_show": True, "notes": "x"}, "no_show"),
        ({"no_show": 1}, "no_show"),
        ({"start_at": None}, "start_at"),
        ({"booked_by": "mem_lina_p"}, "booked_by"),
        ({"start": "2026-05-25T14:00:00Z", "start_at": "2026-05-25T15:00:00Z"}, "start"),
        ({"end_at": "2026-05-25T13:00:00Z"}, "end_at"),
    ],
)
async def test_edits_that_mean_nothing_are_refused(
    house: House, body: dict[str, Any], field: str
) -> None:
    """contract.md, Edit: `no_show` stands alone in its PATCH; unknown fields are 422."""
    made = await house.book()
    assert fields_of(await house.client.patch(f"/v1/bookings/{made['id']}", json=body)) == {field}


async def test_no_show_is_a_flag_for_operators_after_the_start(house: House) -> None:
    """contract.md: "`no_show` (operator) … outside that window, on `confirmed` and `completed`"."""
    made = await house.book(at="2026-05-22T10:00:00Z")
    path = f"/v1/bookings/{made['id']}"
    early = await house.client.patch(path, json={"no_show": True})
    assert early.json()["error"]["code"] == "invalid_transition"
    house.clock.advance(hours=1, minutes=10)
    flagged = await house.client.patch(path, json={"no_show": True})
    assert (flagged.status_code, flagged.json()["no_show"]) == (200, True)
    taken_back = await house.client.patch(path, json={"no_show": False})
    assert taken_back.json()["no_show"] is False


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"refund_policy": "most"}, {"refund_policy"}),
        ({"refund_policy": None}, {"refund_policy"}),
        ({"notify_attendees": "yes"}, {"notify_attendees"}),
        ({"refund_amount_minor": -1}, {"refund_amount_minor"}),
        ({"refund_policy": "partial"}, {"refund_amount_minor", "refund_tokens"}),
        ({"reason": "x" * 4001, "why": 1}, {"why", "reason"}),
    ],
)
async def test_a_cancellation_is_read_strictly(
    house: House, body: dict[str, Any], fields: set[str]
) -> None:
    """contract.md, Cancel: `partial` needs `refund_amount_minor` or `refund_tokens`."""
    made = await house.book()
    answer = await house.client.post(f"/v1/bookings/{made['id']}/cancel", json=body)
    assert fields_of(answer) == fields


@pytest.mark.parametrize("content", [b"", b"{}"])
async def test_cancelling_twice_gives_the_cancelled_booking(house: House, content: bytes) -> None:
    """contract.md, Cancel: body optional; "Cancelling twice returns the cancelled booking"."""
    made = await house.book()
    path = f"/v1/bookings/{made['id']}/cancel"
    headers = {"Content-Type": "application/json"} if content else {}
    first = await house.client.post(path, content=content, headers=headers)
    second = await house.client.post(path, content=content, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert (await house.client.delete(f"/v1/bookings/{made['id']}")).content == first.content
