"""Hostile values: whatever comes in, nothing is a 5xx and nothing is HTML."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.rest.house import House

A: dict[str, Any] = {
    "resource_id": "rm_atrium",
    "start": "2026-05-25T14:00:00Z",
    "duration_minutes": 90,
    "booked_by": "mem_lina_p",
}
JSON = {"Content-Type": "application/json"}

TEXTS = [
    "",
    "\0",
    "a\0b",
    "\u202eevil",
    "\ufeff",
    "\U0010ffff",
    "e\u0301" * 100,
    "x" * 70_000,
    "9" * 5_000,
    "rm_" + "9" * 5_000,
    "' OR 1=1 --",
    "../../etc/passwd",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "٠١٢",
]

# Written by hand, as no encoder writes them.
RAW_VALUES = [
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "9223372036854775808",
    "18446744073709551616",
    "-9223372036854775809",
    "1" + "0" * 300,
    "1" + "0" * 5_000,
    "-0",
    "0.1e-999",
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    "[" * 200 + "]" * 200,
    "[" * 10_000 + "]" * 10_000,
    *('{"a":' * depth + "1" + "}" * depth for depth in (31, 32, 120, 240, 400, 480, 600, 900)),
    '{"a":' * 10_000 + "1" + "}" * 10_000,
    "[1,2",
    '{"a":1,"a":2}',
    "true",
    "null",
    "{}",
    "[]",
]


def require_harmless(answer: httpx.Response) -> None:
    """A success or a refusal of the caller's doing, in JSON."""
    assert answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = json.loads(answer.content)
    assert ("error" in body) is (answer.status_code >= 400)


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("value", RAW_VALUES, ids=lambda v: v[:24])
async def test_raw_values_in_every_field(house: House, value: str, keyed: bool) -> None:
    """Of a create, an edit, a cancellation and a token; also where the key is fingerprinted."""
    made = await house.book(at="2026-05-26T14:00:00Z")
    path = f"/v1/bookings/{made['id']}"
    calls = {
        ("POST", "/v1/bookings"): [
            *A, "room_id", "start_at", "end_at", "notes", "attendees", "metadata", "billing_mode",
            "quote_id", "idempotency_key", "unknown",
        ],
        ("POST", "/v1/bookings/quote"): ["metadata", "attendees"],
        ("PATCH", path): ["start", "notes", "attendees", "metadata", "no_show", "duration_minutes"],
        ("POST", f"{path}/cancel"): ["reason", "refund_policy", "refund_tokens"],
        ("POST", "/v1/auth/tokens"): ["name", "scopes", "expires_at", "company_ids"],
    }  # fmt: skip
    for (method, address), fields in calls.items():
        for number, field in enumerate(fields):
            rest = A if address.startswith("/v1/bookings") and method == "POST" else {}
            if address.endswith("cancel"):
                rest = {"refund_policy": "none"}
            parts = [f"{json.dumps(k)}:{json.dumps(v)}" for k, v in rest.items() if k != field]
            text = "{" + ",".join([*parts, f'"{field}":{value}']) + "}"
            headers = {**JSON, "Idempotency-Key": f"k{number}"} if keyed else JSON
            require_harmless(
                await house.client.request(method, address, content=text, headers=headers)
            )


@pytest.mark.parametrize("inner", RAW_VALUES, ids=lambda v: v[:24])
async def test_raw_values_inside_metadata(house: House, inner: str) -> None:
    """What is accepted can also be read again, alone and in a list."""
    text = json.dumps(A)[:-1] + ',"metadata":{"a":' + inner + "}}"
    answer = await house.client.post(
        "/v1/bookings", content=text, headers={**JSON, "Idempotency-Key": "k"}
    )
    require_harmless(answer)
    require_harmless(await house.client.get("/v1/bookings"))
    if answer.status_code == 201:
        assert (await house.get(answer.json()["id"])) == answer.json()


@pytest.mark.parametrize("text", TEXTS, ids=lambda v: repr(v[:12]))
async def test_texts_everywhere(house: House, text: str) -> None:
    """In every text field, every path, every parameter, every header that we read."""
    client = house.client
    for field in (*A, "notes", "billing_mode", "quote_id", "idempotency_key", text):
        require_harmless(await client.post("/v1/bookings", json={**A, field: text}))
    bookers: list[Any] = [{"member_id": text}, {"guest": {"email": text, "name": text}}, {text: 1}]
    for booker in bookers:
        require_harmless(await client.post("/v1/bookings", json={**A, "booked_by": booker}))
    require_harmless(await client.post("/v1/bookings", json={**A, "metadata": {text: text}}))
    short = text[:4_000]
    for path in ("bookings/{}", "rooms/{}", "locations/{}", "bookings/{}/cancel", "auth/tokens/{}"):
        address = "/v1/" + path.format(quote(short, safe=""))
        for method in ("GET", "PATCH", "POST", "DELETE"):
            require_harmless(await client.request(method, address))
    for name in ("from", "status", "room_id", "member_id", "company_id", "limit", "cursor"):
        require_harmless(await client.get("/v1/bookings", params={name: short}))
    for name in ("tier", "duration_minutes", "member_id", short):
        require_harmless(await client.get("/v1/availability", params={name: short}))
    own: list[tuple[bytes, bytes]] = [(b"authorization", b"Bearer sk_test_house")]
    for header in (b"authorization", b"idempotency-key", b"if-match", b"content-type"):
        request = client.build_request("POST", "/v1/bookings", content=json.dumps(A))
        kept = own if header != own[0][0] else []
        request.headers = httpx.Headers([*kept, (header, short.encode())])
        require_harmless(await client.send(request))


async def test_a_booking_with_odd_but_legal_text_keeps_it(house: House) -> None:
    """Text is not changed: neither normalised, nor escaped, nor stripped."""
    notes = " \u202ee\u0301 <b>&amp;</b> \U0001f642 \r\n\t "
    made = await house.book(notes=notes, metadata={"e\u0301": notes, "n": 2**64 - 1})
    assert made["notes"] == notes
    assert made["metadata"] == {"e\u0301": notes, "n": 2**64 - 1}
    assert await house.get(made["id"]) == made
