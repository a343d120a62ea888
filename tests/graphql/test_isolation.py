"""Scopes, bounds and workspaces: what a key may not see answers like what is not there."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.domain import samples
from tests.graphql.house import CREATE, House
from tests.graphql.operations import CANCEL, NO_SHOW, UPDATE, wish

EVERYTHING = """
query Everything($booking: ID!, $token: ID!, $room: ID!) {
  booking(id: $booking) { id }
  byNode: node(id: $booking) { id }
  token: node(id: $token) { id }
  room(id: $room) { id }
  bookings(from: "2026-05-22T00:00:00Z") { nodes { id } }
  byRoom: bookings(roomId: $room, from: "2026-05-22T00:00:00Z") { nodes { id } }
  availability(roomId: $room) { from }
}
"""


async def test_another_workspace_answers_as_if_nothing_had_ever_been_there(house: House) -> None:
    """``contract.md``: exactly like an id never used, in reads and in writes."""
    location = samples.location(id="loc_soho", workspace_id="ws_soho")
    cellar = samples.room(id="rm_cellar", workspace_id="ws_soho", location=location)
    await import_catalogue(house.ports, system_actor("ws_soho"), [cellar])
    booking = await house.book(roomId="rm_cellar")
    theirs: dict[str, Any] = {"booking": booking["id"], "token": "tok_soho", "room": "rm_cellar"}
    assert None not in (await house.data(EVERYTHING, **theirs)).values()
    stranger = await house.ask(EVERYTHING, "sk_live_other", **theirs)
    never: dict[str, Any] = {"booking": "bk_unused", "token": "tok_unused", "room": "rm_unused"}
    assert stranger == await house.ask(EVERYTHING, "sk_live_other", **never)
    assert stranger["data"]["booking"] is None
    assert stranger["data"]["byRoom"] == {"nodes": []}
    create = await house.ask(CREATE, "sk_live_other", input=wish(roomId="rm_cellar"))
    assert create == await house.ask(CREATE, "sk_live_other", input=wish(roomId="rm_unused"))
    for mutation in (UPDATE, CANCEL, NO_SHOW):
        fields: dict[str, Any] = {"notes": "x"} if mutation is UPDATE else {}
        theirs, unused = {"id": booking["id"], **fields}, {"id": "bk_unused", **fields}
        answer = await house.ask(mutation, "sk_live_other", input=theirs)
        assert answer == await house.ask(mutation, "sk_live_other", input=unused)
        [result] = answer["data"].values()
        assert result["code"] == "booking_not_found"


async def test_a_bound_key_sees_only_what_is_its_own(house: House) -> None:
    """A key bound to a member: bookings, people and availability of others are not there."""
    mine = await house.book(bookedBy={"memberId": "mem_jonas_k"}, billingMode="CARD")
    other = await house.book("2026-05-25T12:00:00Z")
    bound = await house.key(member_id="mem_jonas_k")
    data = await house.data(
        """query Q($mine: ID!, $other: ID!) {
          mine: booking(id: $mine) { id } other: booking(id: $other) { id }
          bookings(from: "2026-05-22T00:00:00Z") { nodes { id } }
          members { nodes { id } } lina: member(id: "mem_lina_p") { id }
          companies { nodes { id } } company(id: "co_northwind") { id }
          availability(memberId: "mem_lina_p") { from }
        }""",
        bound,
        mine=mine["id"],
        other=other["id"],
    )
    assert data == {
        "mine": {"id": mine["id"]},
        "other": None,
        "bookings": {"nodes": [{"id": mine["id"]}]},
        "members": {"nodes": [{"id": "mem_jonas_k"}]},
        "lina": None,
        "companies": {"nodes": []},
        "company": None,
        "availability": None,
    }
    result = await house.data(CREATE, bound, input=wish(startAt="2026-05-25T09:30:00Z"))
    assert result["createBooking"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ('{ booking(id: "bk_1") { id } }', "calendar:read"),
        ("{ bookings { nodes { id } } }", "calendar:read"),
        ('{ room(id: "rm_atrium") { id } }', "calendar:read"),
        ("{ rooms { nodes { id } } }", "calendar:read"),
        ("{ locations { nodes { id } } }", "calendar:read"),
        ("{ availability { from } }", "calendar:read"),
        ('{ node(id: "rm_atrium") { id } }', "calendar:read"),
        ('{ member(id: "mem_lina_p") { id } }', "members:read"),
        ("{ members { nodes { id } } }", "members:read"),
        ('{ node(id: "mem_lina_p") { id } }', "members:read"),
        ("{ companies { nodes { id } } }", "companies:read"),
        ("{ apiTokens { nodes { id } } }", "auth:read"),
    ],
)
async def test_every_read_needs_its_scope(house: House, query: str, scope: str) -> None:
    """``auth_scope_insufficient`` at the field, with the scope that is missing."""
    secret = await house.key(*(s for s in Scope if not scope.startswith(s.split(":")[0])))
    error = await house.error(query, secret)
    assert error["extensions"]["code"] == "auth_scope_insufficient"
    assert error["extensions"]["required_scope"] == scope
    assert await house.data("{ viewer { keyId } }", secret)


async def test_what_may_be_read_is_read_beside_what_may_not(house: House) -> None:
    """A booking shows who booked by id; more of him needs ``members:read``."""
    booking = await house.book(bookedBy={"memberId": "mem_nora_w"})
    secret = await house.key(Scope.CALENDAR_READ)
    answer = await house.ask(
        """query Q($id: ID!) { booking(id: $id) {
          status memberId member { id } named: member { name } company { id }
          bookedBy { ... on Member { id email } } room { name }
        } }""",
        secret,
        id=booking["id"],
    )
    assert answer["data"]["booking"] == {
        "status": "CONFIRMED",
        "memberId": "mem_nora_w",
        "member": {"id": "mem_nora_w"},
        "named": None,
        "company": {"id": "co_northwind"},
        "bookedBy": None,
        "room": {"name": "Atrium"},
    }
    assert sorted(".".join(error["path"]) for error in answer["errors"]) == [
        "booking.bookedBy.email",
        "booking.named.name",
    ]
    for error in answer["errors"]:
        assert error["extensions"]["required_scope"] == "members:read"


async def test_the_same_holds_of_what_is_loaded(house: House) -> None:
    """A mutation's booking is not joined, and shows no more for it."""
    secret = await house.key(Scope.CALENDAR_WRITE)
    create = """mutation M($input: CreateBookingInput!) { createBooking(input: $input) {
      ... on CreateBookingPayload { booking { member { id } named: member { name } } }
    } }"""
    answer: dict[str, Any] = await house.ask(create, secret, input=wish())
    booking = answer["data"]["createBooking"]["booking"]
    assert booking == {"member": {"id": "mem_lina_p"}, "named": None}
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "auth_scope_insufficient"
