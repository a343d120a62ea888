"""The OpenAPI document: what clients are generated from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from litehq_core.domain.waitlist import WaitlistStatus
from tests.rest.house import House

OPERATIONS = {
    "bookings.list",
    "bookings.create",
    "bookings.get",
    "bookings.update",
    "bookings.cancel",
    "bookings.delete",
    "bookings.cancellation_preview",
    "bookings.quote",
    "series.list",
    "series.create",
    "series.quote",
    "series.get",
    "series.update",
    "series.cancel",
    "series.retry",
    "availability.list",
    "rooms.list",
    "rooms.get",
    "rooms.update",
    "locations.list",
    "locations.get",
    "members.list",
    "members.create",
    "members.get",
    "members.update",
    "members.invite",
    "companies.list",
    "companies.create",
    "companies.get",
    "companies.update",
    "auth.tokens.create",
    "auth.tokens.list",
    "auth.tokens.delete",
    "waitlist.create",
    "waitlist.list",
    "waitlist.get",
    "waitlist.accept",
    "waitlist.delete",
}
WITH_BODY = {
    *("bookings.create", "bookings.update", "bookings.cancel", "bookings.quote"),
    *("series.quote", "series.create", "series.update", "series.cancel", "series.retry"),
    *("companies.create", "companies.update"),
    *("members.create", "members.update", "members.invite"),
    *("waitlist.create", "waitlist.accept", "rooms.update", "auth.tokens.create"),
}


@pytest.fixture
async def document(house: House) -> dict[str, Any]:
    """The document as JSON writes it."""
    found: dict[str, Any] = json.loads(json.dumps(house.app.openapi_schema.to_schema()))
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The operations under /v1, by id."""
    return {
        operation["operationId"]: operation
        for path, item in document["paths"].items()
        if path.startswith("/v1")
        for operation in item.values()
    }


async def test_every_operation_has_its_id(document: dict[str, Any]) -> None:
    """contract.md: "`operationId`s read `bookings.list`, `bookings.create` …"."""
    assert document["openapi"].startswith("3.1")
    assert set(operations(document)) == OPERATIONS


async def test_every_reference_resolves(document: dict[str, Any]) -> None:
    """A dangling reference breaks every generator."""

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(v) for v in value.values()))
        return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()

    found = references(document)
    assert found
    for reference in found:
        prefix, _, name = reference.rpartition("/")
        assert prefix == "#/components/schemas"
        assert name in document["components"]["schemas"], reference


async def test_bodies_and_errors_are_described(document: dict[str, Any]) -> None:
    """An own error schema on every 4xx and 5xx, or generated clients drop them."""
    for name, operation in operations(document).items():
        assert operation["security"] == [{"bearer": []}], name
        for status, response in operation["responses"].items():
            schema = response["content"]["application/json"]["schema"]["$ref"]
            assert (schema == "#/components/schemas/Error") is (status >= "400"), (name, status)
        assert ("requestBody" in operation) is (name in WITH_BODY), name
    created = operations(document)["bookings.create"]
    assert set(created["responses"]) >= {"201", "400", "401", "402", "403", "404", "409", "422"}
    schemas = document["components"]["schemas"]
    assert schemas["BookingCreate"]["additionalProperties"] is False
    assert "tokens_charged" in schemas["Booking"]["required"]
    assert "slot_unavailable" in json.dumps(schemas["Code"])


async def test_the_rate_limit_is_described(document: dict[str, Any]) -> None:
    """contract.md, Rate limit: headers "on every response", and 429 with `Retry-After`."""
    told = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    for name, operation in operations(document).items():
        assert "429" in operation["responses"], name
        for status, response in operation["responses"].items():
            waits = {"Retry-After"} if status in ("429", "503") else set()
            assert set(response["headers"]) == told | waits, (name, status)
    assert "retry_after_ms" in document["components"]["schemas"]["Error"]["properties"]


async def test_parameters_are_described(document: dict[str, Any]) -> None:
    """Each parameter once, path parameters too."""
    found = operations(document)
    names = [(p["in"], p["name"]) for p in found["bookings.update"]["parameters"]]
    assert names == [
        ("path", "booking_id"),
        ("header", "Idempotency-Key"),
        ("header", "If-Match"),
    ]
    statuses = {
        name: next(p["schema"]["enum"] for p in found[name]["parameters"] if p["name"] == "status")
        for name in ("bookings.list", "waitlist.list")
    }
    assert "pending_payment" in statuses["bookings.list"]
    assert statuses["waitlist.list"] == list(WaitlistStatus)
    listed = {p["name"] for p in found["bookings.list"]["parameters"]}
    assert listed >= {"from", "to", "status", "room_id", "resource_id", "limit", "cursor"}
