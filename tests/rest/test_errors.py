"""Every error that can be reached here: its status, its shape, and what comes before what."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.domain.errors import Code, ServiceUnavailable, StripeUnconfigured
from litehq_rest.errors import STATUS
from tests.rest.errors import PUBLISHED, error_of
from tests.rest.house import START, STRANGER_KEY, House

BODY: dict[str, Any] = {
    "room_id": "rm_atrium",
    "start_at": "2026-05-25T14:00:00Z",
    "end_at": "2026-05-25T15:30:00Z",
    "booked_by": {"member_id": "mem_lina_p"},
}
CARD = {**BODY, "room_id": "rm_studio", "booked_by": "mem_jonas_k"}


def test_the_one_table_gives_every_code_its_published_status() -> None:
    """contract.md, Errors: "The nine codes of B keep code and status"."""
    assert {code.value: status for code, status in STATUS.items()} == PUBLISHED
    assert set(STATUS) == set(Code)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic c2tfdGVzdDpob3VzZQ==",
        "sk_test_house",
        "Bearer sk_test_nobody",
        "Bearer sk_test_house x",
        "Bearer " + "sk_" * 5000,
        "Bearer sk_tést",
        "Bearer sk_\x7f",
    ],
)
async def test_auth_invalid(client: httpx.AsyncClient, header: str | None) -> None:
    """Page B: `auth_invalid` 401, "Bearer token missing, malformed, or revoked"."""
    client.headers.pop("Authorization")
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    answer = await client.get("/v1/bookings", headers=headers)  # type: ignore[arg-type]
    error_of(answer, "auth_invalid")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_auth_comes_before_the_body_is_looked_at(client: httpx.AsyncClient) -> None:
    """Pinned are "only outcomes of requests that passed authentication"; so it comes first."""
    answer = await client.post(
        "/v1/bookings?x=1", content=b"{", headers={"Authorization": "Bearer sk_no"}
    )
    error_of(answer, "auth_invalid")


async def test_two_authorization_headers_are_none(client: httpx.AsyncClient) -> None:
    """A proxy and we might pick different ones."""
    client.headers.pop("Authorization")
    twice = [("Authorization", "Bearer sk_test_house")] * 2
    error_of(await client.get("/v1/bookings", headers=twice), "auth_invalid")


async def test_the_scheme_is_read_in_any_case(client: httpx.AsyncClient) -> None:
    """RFC 9110, 11.1: the scheme is case-insensitive."""
    answer = await client.get("/v1/rooms", headers={"Authorization": "bEARER sk_test_house"})
    assert answer.status_code == 200


async def test_auth_scope_insufficient(house: House) -> None:
    """Page B: `auth_scope_insufficient` 403, "Token lacks calendar:write for a mutating call"."""
    reader = await house.key("sk_test_reader", scopes=frozenset({Scope.CALENDAR_READ}))
    answer = await house.client.post("/v1/bookings", json=BODY, headers=reader)
    assert error_of(answer, "auth_scope_insufficient")["required_scope"] == "calendar:write"


async def test_booking_not_found_also_for_a_strangers(house: House) -> None:
    """contract.md: what belongs to another workspace "answers exactly like an id never used"."""
    made = await house.book()
    stranger = {"Authorization": f"Bearer {STRANGER_KEY}"}
    never = await house.client.get("/v1/bookings/bk_never")
    theirs = await house.client.get(f"/v1/bookings/{made['id']}", headers=stranger)
    odd = await house.client.get("/v1/bookings/rm_atrium")
    errors = [error_of(a, "booking_not_found") for a in (never, theirs, odd)]
    assert all({**e, "request_id": ""} == {**errors[0], "request_id": ""} for e in errors)
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/cancel")):
        body = {"json": {"notes": "x"}} if method == "PATCH" else {}
        answer = await house.client.request(method, f"/v1/bookings/bk_never{path}", **body)  # type: ignore[arg-type]
        error_of(answer, "booking_not_found")


@pytest.mark.parametrize(
    "change",
    [{"room_id": "rm_far"}, {"room_id": "x"}, {"booked_by": "mem_far"}, {"quote_id": "qt_1"}],
)
async def test_not_found_in_a_body(client: httpx.AsyncClient, change: dict[str, str]) -> None:
    """contract.md, Ids: unknown ids in a body → 404."""
    error_of(await client.post("/v1/bookings", json=BODY | change), "not_found")


async def test_slot_misaligned(client: httpx.AsyncClient) -> None:
    """Page B: `slot_misaligned` 422, "start_at / end_at don't sit on the room's slot grid"."""
    body = {**BODY, "start_at": "2026-05-25T14:10:00Z"}
    error = error_of(await client.post("/v1/bookings", json=body), "slot_misaligned")
    assert (error["slot_minutes"], error["fields"]) == (30, ["start_at"])


async def test_booking_rule_violated_lists_all_violations(client: httpx.AsyncClient) -> None:
    """contract.md: `booking_rule_violated` 422, "all violations listed"."""
    body = {
        **BODY,
        "start_at": "2026-05-25T22:00:00Z",
        "end_at": "2026-05-25T22:30:00Z",
        "attendees": 9,
    }
    error = error_of(await client.post("/v1/bookings", json=body), "booking_rule_violated")
    assert [v["reason"] for v in error["violations"]] == ["outside_opening_hours", "over_capacity"]
    assert all(set(v) == {"reason", "message", "limit"} for v in error["violations"])


async def test_slot_unavailable_names_the_offender_and_alternatives(house: House) -> None:
    """Page A: "Conflicts return 409 with the offending booking id"; up to five alternatives."""
    made = await house.book()
    answer = await house.client.post("/v1/bookings", json=BODY)
    error = error_of(answer, "slot_unavailable")
    assert error["conflicting_booking_id"] == made["id"]
    assert len(error["alternatives"]) == 5
    for slot in error["alternatives"]:
        assert (await house.client.post("/v1/bookings/quote", json={**BODY, **slot})).json()[
            "valid"
        ] is True


async def test_slot_unavailable_for_a_blackout_names_no_booking(client: httpx.AsyncClient) -> None:
    """contract.md: `conflicting_booking_id` "(null for a blackout)"."""
    body = {**CARD, "start_at": "2026-05-28T12:00:00Z", "end_at": "2026-05-28T13:00:00Z"}
    error = error_of(await client.post("/v1/bookings", json=body), "slot_unavailable")
    assert error["conflicting_booking_id"] is None


async def test_refusals_have_one_order(house: House) -> None:
    """contract.md: validation → not found → misaligned → rule → unavailable → money."""
    await house.book()
    worst: dict[str, Any] = {
        "room_id": "rm_none",
        "start_at": "2026-05-25T14:10:00Z",
        "end_at": "2026-05-25T15:30:00Z",
        "booked_by": "mem_jonas_k",
        "billing_mode": "tokens",
        "attendees": 99,
        "notes": 7,
    }

    async def refused(**better: Any) -> str:
        worst.update(better)
        answer = await house.client.post("/v1/bookings", json=worst)
        return str(answer.json()["error"]["code"])

    assert await refused() == "validation_failed"
    assert await refused(notes="x") == "not_found"
    assert await refused(room_id="rm_atrium") == "slot_misaligned"
    assert await refused(start_at="2026-05-25T14:00:00Z") == "booking_rule_violated"
    assert await refused(attendees=4) == "slot_unavailable"
    later = {"start_at": "2026-05-25T16:00:00Z", "end_at": "2026-05-25T17:00:00Z"}
    assert await refused(**later) == "insufficient_tokens"


async def test_insufficient_tokens(client: httpx.AsyncClient) -> None:
    """contract.md: `insufficient_tokens` 402."""
    body = {**BODY, "booked_by": "mem_jonas_k", "billing_mode": "tokens"}
    error = error_of(await client.post("/v1/bookings", json=body), "insufficient_tokens")
    assert (error["required"], error["available"]) == (3, 0)


@pytest.mark.parametrize(
    ("failure", "code"),
    [(StripeUnconfigured(), "stripe_unconfigured"), (ServiceUnavailable(), "service_unavailable")],
)
async def test_what_the_payment_provider_refuses(
    house: House, failure: Exception, code: str
) -> None:
    """Page B: `stripe_unconfigured` 412; contract.md: `service_unavailable` 503."""
    house.payments.fail_once("open_checkout", failure)
    answer = await house.client.post("/v1/bookings", json=CARD)
    error_of(answer, code)
    assert (answer.headers.get("retry-after") == "1") is (code == "service_unavailable")


async def test_invalid_transition_and_edit_window_closed(house: House) -> None:
    """contract.md: `invalid_transition` 409, `edit_window_closed` 409."""
    soon = await house.book(at="2026-05-22T09:30:00Z")
    path = f"/v1/bookings/{soon['id']}"
    answer = await house.client.patch(path, json={"notes": "late"})
    assert error_of(answer, "edit_window_closed")["edit_window_minutes"] == 60
    await house.client.delete(path)
    answer = await house.client.patch(path, json={"notes": "late"})
    assert error_of(answer, "invalid_transition")["status"] == "cancelled"


async def test_quote_expired(house: House) -> None:
    """contract.md: a create that names a quote after 15 min is `409 quote_expired`."""
    quote = (await house.client.post("/v1/bookings/quote", json=BODY)).json()
    house.clock.advance(minutes=15)
    answer = await house.client.post("/v1/bookings", json={**BODY, "quote_id": quote["quote_id"]})
    error_of(answer, "quote_expired")


async def test_a_key_that_expires_is_invalid_at_once(house: House) -> None:
    """A key lives until its `expires_at`, exclusive."""
    headers = await house.key("sk_test_short", expires_at=START)
    error_of(await house.client.get("/v1/bookings", headers=headers), "auth_invalid")
