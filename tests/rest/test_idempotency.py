"""Idempotency over HTTP: one effect and one answer for a key (``contract.md``, Conventions)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.domain.errors import PaymentFailed
from tests.rest.house import START, House

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
CARD: dict[str, Any] = {**B, "room_id": "rm_studio", "booked_by": "mem_jonas_k"}
KEY = {"Idempotency-Key": "0e8a-4d6f-bc14"}
TOKEN = {"name": "CI", "scopes": ["calendar:read"], "expires_at": "2026-12-01T00:00:00Z"}


def require_replay(first: httpx.Response, again: httpx.Response) -> None:
    """The same status, bytes and tag; only the second says that it is a replay."""
    assert again.status_code == first.status_code, again.text
    assert again.content == first.content
    assert again.headers.get("etag") == first.headers.get("etag")
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


async def bookings_of(house: House) -> int:
    """How many bookings there are."""
    return len((await house.client.get("/v1/bookings")).json()["data"])


async def test_a_replay_is_the_first_answer_byte_for_byte(house: House) -> None:
    """ "Same → the first answer byte for byte with `Idempotent-Replayed: true`"."""
    first = await house.client.post("/v1/bookings", json=A, headers=KEY)
    assert first.status_code == 201
    # Even if the world has moved on meanwhile.
    await house.client.delete(f"/v1/bookings/{first.json()['id']}")
    house.clock.advance(hours=20)
    require_replay(first, await house.client.post("/v1/bookings", json=A, headers=KEY))
    assert await bookings_of(house) == 1


async def test_a_replay_of_a_payable_booking_has_its_checkout(house: House) -> None:
    """The first answer of a phased create, checkout and all."""
    first = await house.client.post("/v1/bookings", json=CARD, headers=KEY)
    assert first.json()["checkout_url"]
    require_replay(first, await house.client.post("/v1/bookings", json=CARD, headers=KEY))
    assert len(house.payments.payments("open_checkout")) == 1


async def test_the_key_may_stand_in_the_body_and_the_dialect_may_change(house: House) -> None:
    """ "header `Idempotency-Key` or body `idempotency_key`"; the command counts, not its words."""
    in_body = {"idempotency_key": KEY["Idempotency-Key"]}
    first = await house.client.post("/v1/bookings", json=A | in_body)
    require_replay(first, await house.client.post("/v1/bookings", json=B, headers=KEY))
    again = await house.client.post("/v1/bookings", json=B | in_body, headers=KEY)
    require_replay(first, again)


async def test_two_different_keys_are_refused(client: httpx.AsyncClient) -> None:
    """ "both and different → 422"."""
    answer = await client.post("/v1/bookings", json={**A, "idempotency_key": "other"}, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "idempotency_key"
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert (await client.post("/v1/bookings", json=A, headers=twice)).status_code == 422


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb"])
async def test_a_key_has_1_to_255_characters(client: httpx.AsyncClient, key: str) -> None:
    """ "1–255 characters"."""
    answer = await client.post("/v1/bookings", json=A, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "idempotency_key"


async def test_another_body_is_a_conflict(house: House) -> None:
    """ "Other → `409 idempotency_conflict`"."""
    await house.client.post("/v1/bookings", json=A, headers=KEY)
    answer = await house.client.post("/v1/bookings", json={**A, "notes": "x"}, headers=KEY)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_conflict")
    assert await bookings_of(house) == 1


async def test_a_key_belongs_to_its_operation_and_principal(house: House) -> None:
    """ "per workspace, principal and operation"."""
    quote = await house.client.post("/v1/bookings/quote", json=A, headers=KEY)
    made = await house.client.post("/v1/bookings", json=A, headers=KEY)
    assert (quote.status_code, made.status_code) == (200, 201)
    other = await house.key("sk_test_other")
    refused = await house.client.post("/v1/bookings", json=A, headers={**KEY, **other})
    assert refused.json()["error"]["code"] == "slot_unavailable"


async def test_a_refusal_is_replayed_with_its_first_request_id(house: House) -> None:
    """A refusal is an outcome too, pinned even when it would succeed by now."""
    made = await house.book()
    first = await house.client.post("/v1/bookings", json=A, headers=KEY)
    assert first.status_code == 409
    await house.client.delete(f"/v1/bookings/{made['id']}")
    other = await house.client.get("/v1/bookings/bk_never")
    assert other.json()["error"]["request_id"] != first.json()["error"]["request_id"]
    require_replay(first, await house.client.post("/v1/bookings", json=A, headers=KEY))
    assert (await house.client.post("/v1/bookings", json=A)).status_code == 201


async def test_what_did_not_pass_auth_or_parsing_is_not_pinned(house: House) -> None:
    """ "Pinned are only outcomes of requests that passed authentication … and parsing"."""
    reader = await house.key("sk_test_reader", scopes=frozenset({Scope.CALENDAR_READ}))
    assert (
        await house.client.post("/v1/bookings", json=A, headers={**KEY, **reader})
    ).status_code == 403
    wrong = {**A, "attendees": 0}
    assert (await house.client.post("/v1/bookings", json=wrong, headers=KEY)).status_code == 422
    assert (await house.client.post("/v1/bookings", json=A, headers=KEY)).status_code == 201


async def test_a_fault_is_never_pinned(house: House) -> None:
    """ "5xx never": the retry may succeed, and makes no second booking."""
    house.payments.fail_once("open_checkout", ZeroDivisionError())
    first = await house.client.post("/v1/bookings", json=CARD, headers=KEY)
    assert first.status_code == 500
    running = await house.client.post("/v1/bookings", json=CARD, headers=KEY)
    assert running.json()["error"]["code"] == "idempotency_in_progress"
    assert running.headers["retry-after"] == "1"
    house.clock.advance(seconds=61)
    again = await house.client.post("/v1/bookings", json=CARD, headers=KEY)
    assert (again.status_code, bool(again.json()["checkout_url"])) == (201, True)
    assert await bookings_of(house) == 1
    require_replay(again, await house.client.post("/v1/bookings", json=CARD, headers=KEY))


async def test_a_declined_checkout_is_an_answer_and_frees_the_slot(house: House) -> None:
    """ "Same → the first answer byte for byte"; only 5xx is never kept."""
    house.payments.fail_once("open_checkout", PaymentFailed())
    first = await house.client.post("/v1/bookings", json=CARD, headers=KEY)
    assert (first.status_code, first.json()["error"]["code"]) == (402, "payment_failed")
    again = await house.client.post("/v1/bookings", json=CARD, headers=KEY)
    assert (again.status_code, again.content) == (402, first.content)
    afresh = await house.client.post("/v1/bookings", json=CARD)
    assert afresh.status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body", "other"),
    [
        ("PATCH", "", {"notes": "x"}, {"notes": "y"}),
        ("POST", "/cancel", None, {"reason": "late"}),
        ("DELETE", "", None, None),
    ],
)
async def test_every_change_of_a_booking_is_idempotent(
    house: House,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    other: dict[str, Any] | None,
) -> None:
    """ "Idempotency on every POST, PATCH and mutation"; the fingerprint has the path's ids."""
    made, later = await house.book(), await house.book(at="2026-05-25T17:00:00Z")

    async def send(booking_id: str, body: dict[str, Any] | None) -> httpx.Response:
        return await house.client.request(
            method, f"/v1/bookings/{booking_id}{path}", json=body, headers=KEY
        )

    first = await send(made["id"], body)
    assert first.status_code == 200
    require_replay(first, await send(made["id"], body))
    assert (await send(later["id"], body)).json()["error"]["code"] == "idempotency_conflict"
    if other:
        assert (await send(made["id"], other)).json()["error"]["code"] == "idempotency_conflict"


async def test_a_no_show_is_idempotent(house: House) -> None:
    """The PATCH that flags a no-show is one of the operation `bookings.update`."""
    made = await house.book(at="2026-05-22T10:00:00Z")
    house.clock.advance(hours=2)
    path = f"/v1/bookings/{made['id']}"
    first = await house.client.patch(path, json={"no_show": True}, headers=KEY)
    require_replay(first, await house.client.patch(path, json={"no_show": True}, headers=KEY))
    other = await house.client.patch(path, json={"notes": "x"}, headers=KEY)
    assert other.json()["error"]["code"] == "idempotency_conflict"


async def test_a_quote_is_replayed(house: House) -> None:
    """The same quote, not a second one."""
    first = await house.client.post("/v1/bookings/quote", json=A, headers=KEY)
    house.clock.advance(minutes=5)
    require_replay(first, await house.client.post("/v1/bookings/quote", json=A, headers=KEY))


async def test_a_minted_token_is_replayed_with_its_secret_kept_sealed(house: House) -> None:
    """ "Stored answers that hold a secret are encrypted"."""
    kept: list[bytes] = []
    real = house.ports.vault.seal

    def watch(plain: bytes) -> bytes:
        kept.append(plain)
        return real(plain)

    object.__setattr__(house.ports.vault, "seal", watch)
    first = await house.client.post("/v1/auth/tokens", json=TOKEN, headers=KEY)
    assert first.status_code == 201
    require_replay(first, await house.client.post("/v1/auth/tokens", json=TOKEN, headers=KEY))
    assert len(kept) == 1
    assert first.json()["secret"].encode() in kept[0]
    path = f"/v1/auth/tokens/{first.json()['id']}"
    revoked = await house.client.delete(path, headers=KEY)
    require_replay(revoked, await house.client.delete(path, headers=KEY))


async def test_a_key_without_idempotency_books_twice(house: House) -> None:
    """ "never required": without a key nothing is remembered."""
    await house.client.post("/v1/bookings/quote", json=A)
    body = {**A, "start": (START + timedelta(days=1)).isoformat()}
    await house.client.post("/v1/bookings", json=body)
    refused = await house.client.post("/v1/bookings", json=body)
    assert refused.json()["error"]["code"] == "slot_unavailable"
