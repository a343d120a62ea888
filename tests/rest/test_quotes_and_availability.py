"""Quotes and availability over HTTP."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx
import msgspec
import pytest

from litehq_rest import schemas
from tests.rest.house import House

A: dict[str, Any] = {
    "resource_id": "rm_atrium",
    "start": "2026-05-25T14:00:00Z",
    "duration_minutes": 90,
    "booked_by": "mem_lina_p",
}
CARD: dict[str, Any] = {
    "room_id": "rm_studio",
    "start_at": "2026-05-26T14:00:00Z",
    "end_at": "2026-05-26T15:30:00Z",
    "booked_by": {"guest": {"email": "ada@example.com", "name": "Ada"}},
}


async def test_a_quote_shows_price_mode_and_schedule(client: httpx.AsyncClient) -> None:
    """contract.md, Quote: validity, price line by line with its rule, mode, schedule, quote_id."""
    answer = await client.post("/v1/bookings/quote", json=CARD)
    assert answer.status_code == 200
    quote = answer.json()
    msgspec.convert(quote, schemas.Quote)
    assert (quote["object"], quote["valid"], quote["violations"]) == ("quote", True, [])
    assert quote["quote_id"] == quote["id"]
    assert quote["id"].startswith("qt_")
    assert (quote["billing_mode"], quote["price"]["amount_minor"]) == ("card", 8400)
    assert [line["rule"] for line in quote["price"]["lines"]] == ["base_per_hour"]
    assert quote["expires_at"] == "2026-05-22T09:15:00Z"
    assert quote["cancellation"]["refundable_until"] == "2026-05-26T12:00:00Z"
    assert quote["cancellation"]["schedule"] == [
        {"until": "2026-05-25T14:00:00Z", "refund_percent": 100},
        {"until": "2026-05-26T12:00:00Z", "refund_percent": 50},
    ]


async def test_a_quote_in_tokens(client: httpx.AsyncClient) -> None:
    """Both dialects may ask; paid in tokens the price is 0."""
    quote = (await client.post("/v1/bookings/quote", json=A)).json()
    assert (quote["billing_mode"], quote["tokens_charged"]) == ("tokens", 3)
    assert quote["price"]["amount_minor"] == 0


async def test_a_quote_lists_what_stands_against_it(house: House) -> None:
    """contract.md, Quote: `violations[]` with reason codes, 200 all the same."""
    made = await house.book()
    body = {**A, "start": "2026-05-25T14:10:00Z", "attendees": 9, "billing_mode": "tokens"}
    body["booked_by"] = "mem_jonas_k"
    answer = await house.client.post("/v1/bookings/quote", json=body)
    quote = answer.json()
    msgspec.convert(quote, schemas.Quote)
    assert (answer.status_code, quote["valid"]) == (200, False)
    assert [v["reason"] for v in quote["violations"]] == [
        "slot_misaligned",
        "slot_misaligned",
        "over_capacity",
        "slot_unavailable",
        "insufficient_tokens",
    ]
    assert quote["conflicting_booking_id"] == made["id"]
    # No room here seats nine.
    assert quote["alternatives"] == []


async def test_a_create_that_names_a_quote_charges_exactly_that(house: House) -> None:
    """contract.md, Quote: "a create that names it charges exactly that"."""
    quote = (await house.client.post("/v1/bookings/quote", json=CARD)).json()
    answer = await house.client.post("/v1/bookings", json={**CARD, "quote_id": quote["quote_id"]})
    assert answer.status_code == 201
    assert answer.json()["price"] == quote["price"]


async def available(client: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    """An availability answer, checked for its shape."""
    answer = await client.get("/v1/availability", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    msgspec.convert(found, schemas.Availability)
    return found


WINDOW = {"from": "2026-05-25T00:00:00Z", "to": "2026-05-26T00:00:00Z"}


async def test_free_and_busy_partition_the_window(house: House) -> None:
    """contract.md: "Per room `free[]` and `busy[]` … that partition the window"."""
    await house.book(resource_id="rm_loft")
    await house.client.post("/v1/bookings", json={**CARD, "room_id": "rm_studio"})
    found = await available(house.client, **WINDOW, member_id="mem_lina_p")
    assert list(found) == ["object", "from", "to", "duration_minutes", "data"]
    assert (found["from"], found["to"]) == (WINDOW["from"], WINDOW["to"])
    assert [room["room_id"] for room in found["data"]] == ["rm_atrium", "rm_loft", "rm_studio"]
    for room in found["data"]:
        blocks = sorted(
            (datetime.fromisoformat(b["start_at"]), datetime.fromisoformat(b["end_at"]))
            for b in room["free"] + room["busy"]
        )
        assert blocks[0][0] == datetime.fromisoformat(found["from"])
        assert blocks[-1][1] == datetime.fromisoformat(found["to"])
        assert all(a[1] == b[0] for a, b in pairwise(blocks))
        assert room["starts"] is None
        assert room["resource_id"] == room["room_id"]
        assert room["timezone"] == "Europe/London"
    loft = found["data"][1]
    assert [block["kind"] for block in loft["busy"]] == [
        "closed", "buffer", "booking", "buffer", "closed",
    ]  # fmt: skip


async def test_every_start_can_be_booked(house: House) -> None:
    """contract.md: with `duration_minutes` "each of them can be booked … and no other start"."""
    await house.book()
    found = await available(
        house.client, **WINDOW, room_id="rm_atrium", duration_minutes="90", member_id="mem_lina_p"
    )
    starts = found["data"][0]["starts"]
    assert "2026-05-25T12:30:00Z" in starts
    assert "2026-05-25T13:00:00Z" not in starts
    for start in starts:
        quote = await house.client.post("/v1/bookings/quote", json={**A, "start": start})
        assert quote.json()["valid"] is True


async def test_rooms_of_a_tier(client: httpx.AsyncClient) -> None:
    """contract.md: `room_id`/`resource_id` or `tier` (or neither: all rooms)."""
    flex = await available(client, **WINDOW, tier="flex")
    assert [room["room_id"] for room in flex["data"]] == ["rm_atrium", "rm_studio"]
    one = await available(client, **WINDOW, resource_id="rm_loft")
    assert [room["room_id"] for room in one["data"]] == ["rm_loft"]


async def test_the_window_has_defaults(client: httpx.AsyncClient) -> None:
    """Defaults as in the list: now, and thirty days."""
    found = await available(client, room_id="rm_atrium")
    assert (found["from"], found["to"]) == ("2026-05-22T09:00:00Z", "2026-06-21T09:00:00Z")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"to": "2026-08-23T00:00:00Z", "from": "2026-05-22T00:00:00Z"}, "to"),
        ({"to": "2026-05-22T00:00:00Z"}, "to"),
        ({"duration_minutes": "0"}, "duration_minutes"),
        ({"duration_minutes": "-30"}, "duration_minutes"),
        ({"duration_minutes": "31"}, "duration_minutes"),
        ({"duration_minutes": "9" * 18}, "duration_minutes"),
        ({"duration_minutes": "9" * 19}, "duration_minutes"),
        ({"duration_minutes": "1e2"}, "duration_minutes"),
        ({"room_id": "rm_atrium", "resource_id": "rm_loft"}, "resource_id"),
        ({"from": "9000-01-01T00:00:00Z"}, "from"),
        ({"status": "confirmed"}, "status"),
    ],
)
async def test_wrong_parameters_of_availability(
    client: httpx.AsyncClient, params: dict[str, str], field: str
) -> None:
    """contract.md: at most 92 days; everything else that is wrong is named."""
    answer = await client.get("/v1/availability", params=params)
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["error"]["details"]] == [field]


async def test_what_availability_cannot_find(house: House) -> None:
    """A room or member that does not exist, or is a stranger's, answers 404."""
    for params in ({"room_id": "rm_far"}, {"room_id": "?"}, {"member_id": "mem_far"}):
        answer = await house.client.get("/v1/availability", params=params)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
