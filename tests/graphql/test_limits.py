"""Limits on documents: everything has a bound, and measuring it is cheap."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest
from graphql import get_introspection_query

from litehq_graphql.execution.documents import read_document
from litehq_graphql.options import Options
from tests.graphql.house import House

DEEPEST = "bookings { edges { node { room { location { openingHours { weekly { opens } } } } } } }"


@pytest.mark.parametrize(
    ("query", "what"),
    [
        (f"{{ {' '.join(f'a{n}: viewer {{ keyId }}' for n in range(101))} }}", "aliases"),
        ("{" + "viewer{member{company{" * 5 + "id" + "}}}" * 5 + "}", "levels"),
        (
            "{ bookings { nodes { ...F0 } } } "
            + " ".join(f"fragment F{n} on Booking {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
            + " fragment F60 on Booking { id }",
            "fields",
        ),
    ],
)
async def test_what_asks_for_too_much_is_refused_quickly(
    house: House, query: str, what: str
) -> None:
    """Depth 12, 100 aliases, 5,000 fields with the fragments written out."""
    started = perf_counter()
    answer = await house.ask(query)
    assert perf_counter() - started < 2
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes == {"validation_failed"}
    assert any(f"too many {what}" in error["message"] for error in answer["errors"])


@pytest.mark.parametrize(
    "query",
    ["{" + "viewer { keyId } " * 1000 + "}", "{" + "a{" * 900 + "b" + "}" * 901],
)
async def test_what_is_too_long_to_read_is_refused(house: House, query: str) -> None:
    """2,000 tokens, and a parser that will not be nested without end."""
    error = await house.error(query)
    assert error["extensions"]["code"] == "malformed_request"


async def test_what_clients_really_ask_is_within_the_limits(house: House) -> None:
    """The deepest use of the schema, and the introspection of every tool."""
    await house.data(f"{{ {DEEPEST} }}")
    data = await house.data(get_introspection_query(input_value_deprecation=True))
    assert data["__schema"]["queryType"]["name"] == "Query"


async def test_a_fragment_that_spreads_itself_is_refused(house: House) -> None:
    """And measuring it ends."""
    answer = await house.ask(
        "{ bookings { nodes { ...F } } } fragment F on Booking { id ...G } "
        "fragment G on Booking { ...F }"
    )
    assert all("Cannot spread fragment" in error["message"] for error in answer["errors"])


async def test_introspection_can_be_turned_off(house: House) -> None:
    """The text of the schema stays public."""
    house.serve(Options(introspection=False))
    error = await house.error("{ __schema { __typename } }")
    assert error["extensions"]["code"] == "validation_failed"
    assert await house.data("{ viewer { __typename keyId } }")


async def test_a_document_is_parsed_and_validated_once(house: House) -> None:
    """By whatever it is executed."""
    query = 'mutation { revokeApiToken(input: {id: "tok_none"}) { __typename } }'
    await house.data(query)
    before = read_document.cache_info()
    await house.data(query)
    assert read_document.cache_info().misses == before.misses


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ viewer { keyIds } }", {}),
        ("{ viewers { keyId } }", {}),
        ("{ viewer { ... on Viewers { keyId } } }", {}),
        ("{ rooms(firsts: 1) { nodes { id } } }", {}),
        ("{ bookings(status: CONFIRMD) { nodes { id } } }", {}),
        (
            "query Q($s: BookingStatus) { bookings(status: $s) { nodes { id } } }",
            {"s": "CONFIRMD"},
        ),
    ],
)
async def test_suggestions_can_be_turned_off(
    house: House, query: str, variables: dict[str, Any]
) -> None:
    """A guess at what was meant tells of the schema; the place of the mistake stays."""
    helpful = await house.error(query, **variables)
    assert "Did you mean" in helpful["message"]
    house.serve(Options(suggestions=False))
    quiet = await house.error(query, **variables)
    assert "Did you mean" not in str(quiet)
    assert helpful["message"].startswith(quiet["message"])
    assert quiet["message"].endswith(".")
    assert quiet["locations"] == helpful["locations"]
