"""The examples of the two published pages, with their dates moved, and the one answer to both."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from litehq_rest import schemas
from tests.rest.house import House

# fmt: off
CONTRACT_ORDER = [
    "id", "object", "status", "version", "room", "resource_id", "start_at", "end_at", "start",
    "duration_minutes", "timezone", "booked_by", "company_id", "attendees", "notes", "metadata",
    "billing_mode", "price", "tokens_charged", "checkout_url", "expires_at", "cancellation",
    "pending_change", "no_show", "created_at", "updated_at", "cancelled_at",
]
# fmt: on

PAGE_A: dict[str, Any] = {
    "resource_id": "rm_atrium",
    "start": "2026-05-25T14:00:00Z",
    "duration_minutes": 90,
    "booked_by": "mem_lina_p",
}
PAGE_B: dict[str, Any] = {
    "room_id": "rm_studio",
    "start_at": "2026-05-26T14:00:00Z",
    "end_at": "2026-05-26T15:30:00Z",
    "booked_by": {"member_id": "mem_jonas_k"},
    "notes": "Studio mic check 13:55",
    "attendees": 4,
}


async def test_page_a_create_is_confirmed_and_charges_three_tokens(
    client: httpx.AsyncClient,
) -> None:
    """Page A: `201 Created · { id, status: "confirmed", tokens_charged: 3 }`."""
    answer = await client.post("/v1/bookings", json=PAGE_A)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["etag"] == '"2"'
    body = answer.json()
    assert (body["status"], body["tokens_charged"], body["version"]) == ("confirmed", 3, 2)
    assert body["id"].startswith("bk_")
    assert body["price"]["amount_minor"] == 0
    assert body["checkout_url"] is None
    assert body["expires_at"] is None
    assert body["booked_by"] == {"member_id": "mem_lina_p"}
    assert body["cancellation"]["refundable_until"] == "2026-05-25T12:00:00Z"


async def test_page_b_create_waits_for_its_payment(client: httpx.AsyncClient) -> None:
    """Page B: `status: pending_payment`, `price: { currency: GBP, amount_minor: 8400 }`."""
    answer = await client.post(
        "/v1/bookings", json=PAGE_B, headers={"Idempotency-Key": "0e8a-4d6f-bc14"}
    )
    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "pending_payment"
    assert body["checkout_url"].startswith("https://checkout.example/")
    assert body["expires_at"] == "2026-05-22T09:30:00Z"
    assert body["room"] == {"id": "rm_studio", "name": "Studio"}
    assert body["start_at"] == "2026-05-26T14:00:00Z"
    assert body["end_at"] == "2026-05-26T15:30:00Z"
    assert {k: body["price"][k] for k in ("currency", "amount_minor")} == {
        "currency": "GBP",
        "amount_minor": 8400,
    }
    assert (body["notes"], body["attendees"]) == ("Studio mic check 13:55", 4)


@pytest.mark.parametrize("body", [PAGE_A, PAGE_B], ids=["A", "B"])
async def test_the_answer_is_one_superset_and_nothing_is_ever_missing(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    """contract.md, Bookings: both dialects get the same names, in the order listed there."""
    answer = (await client.post("/v1/bookings", json=body)).json()
    assert list(answer) == CONTRACT_ORDER
    assert answer["start"] == answer["start_at"]
    assert answer["duration_minutes"] == 90
    assert answer["resource_id"] == answer["room"]["id"]
    assert answer["timezone"] == "Europe/London"
    msgspec.convert(answer, schemas.Booking)


async def test_create_get_list_and_cancel_share_one_rendering(house: House) -> None:
    """contract.md, Conventions: answers carry the resource."""
    made = await house.client.post("/v1/bookings", json=PAGE_A)
    path = f"/v1/bookings/{made.json()['id']}"
    got = await house.client.get(path)
    assert got.content == made.content
    assert got.headers["etag"] == made.headers["etag"]
    listed = await house.client.get("/v1/bookings")
    assert listed.json() == {"data": [made.json()], "next_cursor": None}
    assert listed.content == b'{"data":[' + made.content + b'],"next_cursor":null}'


async def test_page_b_list_example(house: House) -> None:
    """Page B: `from`, `to`, `status`, `limit` as query parameters."""
    inside = await house.book(at="2026-05-25T14:00:00Z")
    await house.book(at="2026-06-01T09:00:00Z")
    answer = await house.client.get(
        "/v1/bookings",
        params={
            "from": "2026-05-25T00:00:00Z",
            "to": "2026-06-01T00:00:00Z",
            "status": "confirmed",
            "limit": "100",
        },
    )
    assert answer.status_code == 200
    assert answer.json() == {"data": [inside], "next_cursor": None}


async def test_page_b_update_example_charges_the_difference(house: House) -> None:
    """Page B: `PATCH {end_at, attendees, notes}`; the contract: unchanged, with pending_change."""
    made = (await house.client.post("/v1/bookings", json=PAGE_B)).json()
    await house.pay(made["id"])
    patch = {
        "end_at": "2026-05-26T16:00:00Z",
        "attendees": 6,
        "notes": "Extended by 30 min — client running over.",
    }
    answer = await house.client.patch(f"/v1/bookings/{made['id']}", json=patch)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["end_at"]) == ("confirmed", made["end_at"])
    change = body["pending_change"]
    assert list(change) == ["start_at", "end_at", "room_id", "price", "checkout_url", "expires_at"]
    assert change["end_at"] == "2026-05-26T16:00:00Z"
    assert change["price"]["amount_minor"] == 11200
    assert change["checkout_url"].startswith("https://")
    msgspec.convert(body, schemas.Booking)
    await house.pay(made["id"])
    after = await house.get(made["id"])
    assert (after["end_at"], after["attendees"]) == ("2026-05-26T16:00:00Z", 6)
    assert after["pending_change"] is None


async def test_page_b_cancel_example(house: House) -> None:
    """Page B: `POST …/cancel {reason, refund_policy: "full", notify_attendees}` answers 200."""
    made = await house.book()
    body = {"reason": "member_requested", "refund_policy": "full", "notify_attendees": True}
    answer = await house.client.post(f"/v1/bookings/{made['id']}/cancel", json=body)
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["cancelled_at"] == "2026-05-22T09:00:00Z"
    msgspec.convert(answer.json(), schemas.Booking)


async def test_page_a_delete_cancels_and_answers_the_booking(house: House) -> None:
    """contract.md, Cancel: `DELETE`, same use case, 200 with the booking."""
    made = await house.book()
    answer = await house.client.delete(f"/v1/bookings/{made['id']}")
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"


async def test_a_guest_is_shown_as_he_booked(client: httpx.AsyncClient) -> None:
    """Page B: `booked_by` is either `{ member_id }` or `{ guest: { email, name } }`."""
    guest = {"guest": {"email": "ada@example.com", "name": "Ada"}}
    body = (await client.post("/v1/bookings", json={**PAGE_B, "booked_by": guest})).json()
    assert body["booked_by"] == guest
    assert body["billing_mode"] == "card"


async def test_a_company_on_invoice_terms_confirms_at_once(client: httpx.AsyncClient) -> None:
    """contract.md, Billing mode: company on invoice terms → invoice, confirmed at once."""
    answer = await client.post("/v1/bookings", json={**PAGE_A, "booked_by": "mem_ana_n"})
    body = answer.json()
    assert (body["status"], body["billing_mode"]) == ("confirmed", "invoice")
    assert (body["company_id"], body["price"]["amount_minor"]) == ("co_northwind", 6000)
    assert body["tokens_charged"] is None


async def test_a_booking_id_is_also_taken_as_page_a_writes_it(house: House) -> None:
    """contract.md, Ids: on input also accept `bkg_…` and the bare UUID."""
    made = await house.book()
    answer = await house.client.get("/v1/bookings/" + made["id"].replace("bk_", "bkg_"))
    assert answer.json() == made
