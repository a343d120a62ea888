"""The same key has one effect and one answer, shown in whatever selection."""

from __future__ import annotations

from typing import Any

from litehq_core.domain.api_key import Scope
from litehq_core.domain.errors import ServiceUnavailable
from tests.graphql.house import House
from tests.graphql.operations import CANCEL, MINT, wish

SHORT = """mutation M($input: CreateBookingInput!) { createBooking(input: $input) {
  __typename ... on CreateBookingPayload { booking { id } } ... on Refusal { code requestId }
} }"""
LONG = """mutation M($input: CreateBookingInput!) { createBooking(input: $input) {
  __typename
  ... on CreateBookingPayload { booking {
    id status startAt price { currency lines { tokens } } room { name location { name } }
    member { name } bookedBy { ... on Member { email } }
  } }
  ... on Refusal { code message violations { reason } alternatives { startAt } }
} }"""


async def create(house: House, query: str = SHORT, key: str = "k1", **fields: Any) -> Any:
    """Create under a key."""
    data = await house.data(query, input=wish(idempotencyKey=key, **fields))
    return data["createBooking"]


async def test_a_replay_shows_the_first_record_in_the_new_selection(house: House) -> None:
    """The stored record is shown; relations beyond it are read live."""
    first = await create(house)
    await house.data(CANCEL, input={"id": first["booking"]["id"]})
    again = await create(house, LONG)
    assert again["booking"] == {
        "id": first["booking"]["id"],
        # As it was then: the record is the answer's, not the booking's present state.
        "status": "CONFIRMED",
        "startAt": "2026-05-25T09:00:00Z",
        "price": {"currency": "GBP", "lines": [{"tokens": 2}]},
        "room": {"name": "Atrium", "location": {"name": "Soho"}},
        "member": {"name": "Lina P"},
        "bookedBy": {"email": "lina.p@example.com"},
    }


async def test_a_replayed_answer_says_so(house: House) -> None:
    """``Idempotent-Replayed: true``, and only then."""
    headers = {"Authorization": f"Bearer {house.secret}", "Idempotency-Key": "k-header"}
    request = {"query": SHORT, "variables": {"input": wish()}}
    first = await house.client.post("/graphql", json=request, headers=headers)
    again = await house.client.post("/graphql", json=request, headers=headers)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["data"] == first.json()["data"]


async def test_a_refusal_is_an_answer_too(house: House) -> None:
    """It is given again, although the slot has become free."""
    booking = await house.book()
    first = await create(house)
    assert first["code"] == "slot_unavailable"
    await house.data(CANCEL, input={"id": booking["id"]})
    again = await create(house, LONG)
    assert again["code"] == "slot_unavailable"
    assert len(again["alternatives"]) == 5


async def test_another_request_under_the_key_is_a_conflict(house: House) -> None:
    """Other → ``idempotency_conflict``; the selection is no part of the request."""
    await create(house)
    assert (await create(house, attendees=2))["code"] == "idempotency_conflict"
    assert (await create(house, LONG))["__typename"] == "CreateBookingPayload"


async def test_what_fails_for_the_moment_is_not_pinned(house: House) -> None:
    """A checkout that could not be opened is opened by the retry, for the same booking."""
    house.payments.fail_once("open_checkout", ServiceUnavailable())
    fields: dict[str, Any] = {"roomId": "rm_studio", "bookedBy": {"memberId": "mem_jonas_k"}}
    assert (await create(house, **fields))["code"] == "service_unavailable"
    again = await create(house, LONG, **fields)
    assert again["booking"]["status"] == "PENDING_PAYMENT"
    bookings = await house.data("{ bookings { nodes { id } } }")
    assert len(bookings["bookings"]["nodes"]) == 1


async def test_header_and_input_must_agree(house: House) -> None:
    """Both and different → refused; both and the same → one key."""
    for key, typename in (("other", "Refusal"), ("same", "CreateBookingPayload")):
        answer = await house.ask(
            SHORT, headers={"Idempotency-Key": "same"}, input=wish(idempotencyKey=key)
        )
        assert answer["data"]["createBooking"]["__typename"] == typename
    replayed = await create(house, key="same")
    assert replayed["__typename"] == "CreateBookingPayload"


async def test_the_header_goes_with_one_mutation_field(house: House) -> None:
    """Counted with fragments and directives applied; several must name keys of their own."""
    query = """mutation M($input: CreateBookingInput!, $both: Boolean!) {
      one: createBooking(input: $input) { ...Code }
      ... on Mutation { two: createBooking(input: $input) @include(if: $both) { ...Code } }
    }
    fragment Code on CreateBookingResult { __typename ... on Refusal { code } }"""
    header = {"Idempotency-Key": "k"}
    both = await house.ask(query, headers=header, input=wish(), both=True)
    assert both["data"] == {
        name: {"__typename": "Refusal", "code": "validation_failed"} for name in ("one", "two")
    }
    alone = await house.ask(query, headers=header, input=wish(), both=False)
    assert alone["data"] == {"one": {"__typename": "CreateBookingPayload"}}


async def test_keys_belong_to_their_principal_and_operation(house: House) -> None:
    """Per workspace, principal and operation."""
    first = await create(house)
    other = await house.key()
    data = await house.data(SHORT, other, input=wish(idempotencyKey="k1"))
    assert data["createBooking"]["code"] == "slot_unavailable"
    cancelled = await house.data(
        CANCEL, input={"id": first["booking"]["id"], "idempotencyKey": "k1"}
    )
    assert cancelled["cancelBooking"]["__typename"] == "CancelBookingPayload"


async def test_a_secret_is_given_again_and_kept_sealed(house: House) -> None:
    """Stored answers that hold a secret are encrypted."""
    input_ = {
        "name": "Kiosk",
        "scopes": ["CALENDAR_READ"],
        "expiresAt": "2026-06-22T09:00:00Z",
        "idempotencyKey": "k",
    }
    first = (await house.data(MINT, input=input_))["createApiToken"]
    again = (await house.data(MINT, input=input_))["createApiToken"]
    assert again == first
    assert first["secret"].startswith("sk_live_")
    [sealed] = house.vault.plains
    assert first["secret"].encode() in sealed


async def test_who_may_not_is_refused_before_the_key_counts(house: House) -> None:
    """Authorise first."""
    reader = await house.key(Scope.CALENDAR_READ)
    data = await house.data(SHORT, reader, input=wish(idempotencyKey="k1"))
    assert data["createBooking"]["code"] == "auth_scope_insufficient"
    assert (await create(house))["__typename"] == "CreateBookingPayload"
