"""The read path: a selection becomes attributes, and a page is one statement."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.api_key import Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ServiceUnavailable
from tests.graphql.house import House

WINDOW = 'from: "2026-05-22T00:00:00Z"'
PAGE = """
query Page($first: Int) {
  bookings(first: $first, from: "2026-05-22T00:00:00Z") {
    edges { cursor node { id status startAt room { id name capacity } member { id name email } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def attributes_of(house: House, query: str, **variables: Any) -> frozenset[str]:
    """The attributes that the one read of a query asks for."""
    house.reads.calls.clear()
    await house.data(query, **variables)
    [(_, _, attributes)] = house.reads.calls
    return attributes


@pytest.mark.parametrize("bookings", [0, 1, 7])
async def test_a_page_with_room_and_member_is_one_read_whatever_its_size(
    house: House, bookings: int
) -> None:
    """One SQL statement a page, relations joined."""
    for number in range(bookings):
        await house.book(f"2026-05-25T{8 + number:02d}:00:00Z")
    house.reads.calls.clear()
    data = await house.data(PAGE, first=50)
    assert len(data["bookings"]["edges"]) == bookings
    assert [(call, noun) for call, noun, _ in house.reads.calls] == [("page", Noun.BOOKING)]


async def test_only_what_is_selected_is_read(house: House) -> None:
    """Aliases are no names of attributes, and ``id`` is always among them."""
    found = await attributes_of(
        house, f"{{ bookings({WINDOW}) {{ nodes {{ state: status price {{ amountMinor }} }} }} }}"
    )
    assert found == {"id", "status", "amount_minor", "start_at"}


async def test_fields_with_several_sources_read_all_of_them(house: House) -> None:
    """``durationMinutes`` and its like."""
    query = f"""{{ bookings({WINDOW}) {{ nodes {{
      durationMinutes timezone start resourceId cancellation {{ refundableUntil }}
      price {{ currency lines {{ rule }} }}
    }} }} }}"""
    assert await attributes_of(house, query) == {
        *("id", "start_at", "end_at", "room.timezone", "room_id", "policy"),
        *("currency", "price_lines"),
    }


async def test_the_id_of_a_relation_needs_no_join(house: House) -> None:
    """It stands on the booking's own row."""
    query = f"{{ bookings({WINDOW}) {{ nodes {{ room {{ id }} member {{ id }} }} }} }}"
    assert await attributes_of(house, query) == {"id", "start_at", "room_id", "member_id"}


async def test_a_relation_of_a_relation_needs_its_id_alone(house: House) -> None:
    """It is loaded, all of the page in one batch."""
    await house.book(bookedBy={"memberId": "mem_nora_w"})
    await house.book("2026-05-25T11:00:00Z", bookedBy={"memberId": "mem_nora_w"})
    query = f"""{{ bookings({WINDOW}) {{ nodes {{
      room {{ location {{ name }} }} member {{ company {{ name }} }}
    }} }} }}"""
    house.reads.calls.clear()
    data = await house.data(query)
    assert data["bookings"]["nodes"] == 2 * [
        {"room": {"location": {"name": "Soho"}}, "member": {"company": {"name": "Northwind"}}}
    ]
    (_, _, attributes), *loads = house.reads.calls
    assert attributes == {
        *("id", "start_at", "room_id", "room.location_id", "member_id", "member.company_id")
    }
    assert sorted(noun for _, noun, _ in loads) == [Noun.COMPANY, Noun.LOCATION]


async def test_fragments_are_followed_and_directives_obeyed(house: House) -> None:
    """Named and inline fragments, @skip and @include, with variables and their defaults."""
    query = """
    query Q($yes: Boolean!, $no: Boolean = false) {
      bookings(from: "2026-05-22T00:00:00Z") {
        ...Connection
        nodes @skip(if: $yes) { notes }
      }
    }
    fragment Connection on BookingConnection { edges { node { ...One ...One } } }
    fragment One on Booking {
      status @include(if: $yes)
      version @include(if: $no)
      attendees @skip(if: true)
      ... on Node { id }
      ... @include(if: $no) { metadata }
      ... @skip(if: $no) { noShow }
      room { ...Named }
    }
    fragment Named on Room { name capacity @skip(if: $yes) }
    """
    found = await attributes_of(house, query, yes=True)
    assert found == {"id", "start_at", "status", "no_show", "room_id", "room.name"}


async def test_a_union_reads_what_each_of_its_types_selects(house: House) -> None:
    """``bookedBy`` is a member, who is joined, or a guest, who is a part of the booking."""
    query = f"""{{ bookings({WINDOW}) {{ nodes {{ bookedBy {{
      __typename ... on Member {{ tier }} ... on Guest {{ email }}
    }} }} }} }}"""
    assert await attributes_of(house, query) == {
        *("id", "start_at", "member_id", "member.tier", "guest_email")
    }


async def test_node_reads_what_is_selected_on_its_own_type(house: House) -> None:
    """Fragments on other types do not apply."""
    query = """{ node(id: "rm_atrium") {
      id ... on Room { name location { currency } } ... on Booking { status }
    } }"""
    found = await attributes_of(house, query)
    assert found == {"id", "name", "location_id", "location.currency"}


async def test_a_selection_without_rows_reads_next_to_nothing(house: House) -> None:
    """The key of the order is what tells whether there is more."""
    query = f"{{ bookings({WINDOW}) {{ __typename pageInfo {{ hasNextPage }} }} }}"
    assert await attributes_of(house, query) == {"id", "start_at"}


async def test_what_a_mutation_shows_beyond_the_record_is_loaded(house: House) -> None:
    """The record comes from the use case itself, and is not read again."""
    house.reads.calls.clear()
    await house.data(
        """mutation { createBooking(input: {
          roomId: "rm_atrium", bookedBy: { memberId: "mem_lina_p" }
          startAt: "2026-05-25T09:00:00Z", endAt: "2026-05-25T10:00:00Z"
        }) { ... on CreateBookingPayload { booking {
          id status timezone price { amountMinor } room { name } member { name }
        } } } }"""
    )
    assert sorted(noun for _, noun, _ in house.reads.calls) == [Noun.MEMBER, Noun.ROOM]


async def test_many_ids_are_loaded_in_batches_of_bounded_size(house: House) -> None:
    """``availability`` shows each of its rooms; they are one batch."""
    house.reads.calls.clear()
    data = await house.data("{ availability { rooms { room { name } } } }")
    assert [room["room"]["name"] for room in data["availability"]["rooms"]] == ["Atrium", "Studio"]
    assert [(call, noun) for call, noun, _ in house.reads.calls] == [("by_ids", Noun.ROOM)]


@pytest.mark.parametrize("bookings", [1, 5])
async def test_balances_are_one_batch_whatever_shows_them(house: House, bookings: int) -> None:
    """``Member.tokenBalance`` of a page of bookings: who is within reach, and what they have."""
    for number in range(bookings):
        member = "mem_lina_p" if number % 2 else "mem_jonas_k"
        await house.book(f"2026-05-25T{8 + number:02d}:00:00Z", bookedBy={"memberId": member})
    query = f"{{ bookings({WINDOW}) {{ nodes {{ member {{ tokenBalance poolAllocation }} }} }} }}"
    house.reads.calls.clear()
    data = await house.data(query)
    assert len(data["bookings"]["nodes"]) == bookings
    assert all(node["member"]["poolAllocation"] == 0 for node in data["bookings"]["nodes"])
    assert [(call, noun) for call, noun, _ in house.reads.calls] == [
        ("page", Noun.BOOKING),
        ("by_ids", Noun.MEMBER),
    ]


@pytest.mark.parametrize(
    ("selection", "written"),
    [
        ("nodes { id status startAt room { name } member { email } }", [False]),
        ("edges { node { id notes } }", [False]),
        ("edges { cursor node { id } }", [True]),
        ("nodes { __typename id } pageInfo { endCursor }", [True]),
        ("nodes { id } edges { node { id } }", []),
        ("nodes { durationMinutes }", []),
        ("nodes { metadata }", []),
        ("nodes { room { location { name } } }", []),
        ("pageInfo { hasNextPage }", []),
    ],
)
async def test_plain_nodes_are_written_by_the_store(
    house: House, selection: str, written: list[bool]
) -> None:
    """docs/decisions/0025. The order is read if somebody asks for a cursor."""
    await house.book(notes="näher ☂")
    house.reads.forms.clear()
    with_text = await house.data(f"{{ bookings({WINDOW}) {{ {selection} }} }}")
    assert [form.keyed for form in house.reads.forms] == written
    async with house.without_plans() as plain:
        query = {"query": f"{{ bookings({WINDOW}) {{ {selection} }} }}"}
        headers = {"Authorization": f"Bearer {house.secret}"}
        answer = await plain.post("/graphql", json=query, headers=headers)
    assert answer.json()["data"] == with_text


async def test_what_a_key_may_not_read_is_not_written_either(house: House) -> None:
    """Then the page comes as records, and what may not be read is refused in its place."""
    await house.book()
    secret = await house.key(Scope.CALENDAR_READ)
    query = f"{{ bookings({WINDOW}) {{ nodes {{ id member {{ id name }} }} }} }}"
    house.reads.forms.clear()
    answer = await house.ask(query, secret=secret)
    assert house.reads.forms == []
    assert [error["path"] for error in answer["errors"]] == [
        ["bookings", "nodes", 0, "member", "name"]
    ]


async def test_a_page_that_fails_is_not_read_again(house: House) -> None:
    """Not even where its text would have been of no use to whoever says what is the matter."""
    house.reads.fault = ServiceUnavailable("The database is busy.")
    house.reads.calls.clear()
    answer = await house.ask(f"{{ bookings({WINDOW}) {{ nodes {{ id }} }} }}")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["service_unavailable"]
    assert len(house.reads.calls) == 1


async def test_documents_that_ask_for_the_same_share_its_form(house: House) -> None:
    """A statement is made for each form, and not for each document."""
    house.reads.forms.clear()
    for name in ("One", "Another"):
        await house.data(f"query {name} {{ bookings({WINDOW}) {{ nodes {{ id notes }} }} }}")
    first, second = house.reads.forms
    assert first is second
