"""The OpenAPI document: what clients are generated from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from litehq_core.domain.api_key import Scope
from litehq_core.domain.errors import Code
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_rest.errors import STATUS
from litehq_rest.examples import recorded
from tests.rest.calls import EXAMPLES
from tests.rest.operations import OPERATIONS as OPERATIONS_BY_ID
from tests.rest.record import COMMAND, DOCUMENT_FILE, EXAMPLES_FILE, record_all, text_of
from tests.rest.record import document as document_of

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
    *("rooms.create", "rooms.update"),
    *("rooms.blackouts.list", "rooms.blackouts.create", "rooms.blackouts.delete"),
    "locations.list",
    "locations.get",
    "workspace.get",
    "workspace.update",
    "members.list",
    "members.create",
    "members.get",
    "members.update",
    "members.invite",
    "companies.list",
    "companies.create",
    "companies.get",
    "companies.update",
    *("locations.create", "locations.update"),
    *("locations.blackouts.list", "locations.blackouts.create", "locations.blackouts.delete"),
    *("rate_cards.list", "rate_cards.create", "rate_cards.get"),
    "auth.tokens.create",
    "auth.tokens.list",
    "auth.tokens.delete",
    "waitlist.create",
    "waitlist.list",
    "waitlist.get",
    "waitlist.accept",
    "waitlist.delete",
    "tokens.transactions.list",
    "tokens.transactions.create",
    "audit.list",
    *("events.list", "events.stream"),
    *("billing.connect.get", "billing.connect.start"),
    "calendar.get",
    *("visitors.list", "visitors.create", "visitors.get", "visitors.delete"),
    *("visitors.check_in", "visitors.scan", "visitors.pass_svg", "visitors.pass_png"),
    *("invoices.list", "invoices.create", "invoices.get", "invoices.open"),
    *("invoices.charge", "invoices.void", "invoices.credit", "invoices.pdf"),
    *("webhooks.list", "webhooks.create", "webhooks.get", "webhooks.update", "webhooks.delete"),
    *("webhooks.verify", "webhooks.rotate_secret", "webhooks.test", "webhooks.replay"),
    "webhooks.deliveries",
}
# What answers with files, and one stream.
FILES = {
    *("events.stream", "calendar.get", "invoices.pdf"),
    *("visitors.pass_svg", "visitors.pass_png"),
}
WITH_BODY = {
    *("bookings.create", "bookings.update", "bookings.cancel", "bookings.quote"),
    *("series.quote", "series.create", "series.update", "series.cancel", "series.retry"),
    *("companies.create", "companies.update", "billing.connect.start"),
    *("members.create", "members.update", "members.invite", "workspace.update"),
    *("waitlist.create", "waitlist.accept", "rooms.update", "auth.tokens.create"),
    "tokens.transactions.create",
    *("rooms.create", "locations.create", "locations.update", "rate_cards.create"),
    *("rooms.blackouts.create", "locations.blackouts.create"),
    *("visitors.create", "visitors.check_in", "visitors.scan"),
    *("invoices.create", "invoices.open", "invoices.charge", "invoices.void", "invoices.credit"),
    *("webhooks.create", "webhooks.update", "webhooks.verify", "webhooks.rotate_secret"),
    *("webhooks.test", "webhooks.replay"),
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as it is served."""
    return document_of()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The operations under /v1, by id."""
    return {
        operation["operationId"]: operation
        for path, item in document["paths"].items()
        if path.startswith("/v1")
        for operation in item.values()
    }


def test_every_operation_has_its_id(document: dict[str, Any]) -> None:
    """contract.md: "`operationId`s read `bookings.list`, `bookings.create` …"."""
    assert document["openapi"].startswith("3.1")
    assert set(operations(document)) == OPERATIONS


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; anything else is itself."""
    if "$ref" not in value:
        return value
    found: Any = document
    for name in value["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    assert isinstance(found, dict)
    return found


def responses(
    document: dict[str, Any], operation: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The responses of an operation, by status; files are no JSON, and 304 has no body."""
    for status, response in operation["responses"].items():
        found = resolved(document, response)
        if operation["operationId"] not in FILES or status >= "400":
            yield status, found


def test_every_operation_is_called() -> None:
    """What is not called is neither walked, nor matched with itself, nor shown with an example."""
    missing = set(OPERATIONS_BY_ID) - set(EXAMPLES)
    assert missing == set(), "give each a line in tests/rest/calls, then run `" + COMMAND + "`"


def test_the_document_changes_only_on_purpose(document: dict[str, Any]) -> None:
    """Issue: "golden OpenAPI 3.1 committed, a diff fails"."""
    same = text_of(document) == DOCUMENT_FILE.read_text()
    assert same, f"the document has changed: run `{COMMAND}`, and read what git diff shows"


async def test_examples_are_what_is_answered() -> None:
    """No example can be out of date."""
    same = text_of(await record_all()) == EXAMPLES_FILE.read_text()
    assert same, f"some answer has changed: run `{COMMAND}`, and read what git diff shows"


def test_an_independent_validator_finds_no_fault(document: dict[str, Any]) -> None:
    """Issue: "OpenAPI 3.1"; every reference resolves, or it would be a fault."""
    faults = [fault.message for fault in OpenAPIV31SpecValidator(document).iter_errors()]
    assert faults == []


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    """A dangling reference breaks every generator."""

    def references(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            yield from references(inner)

    found = list(references(document))
    assert found
    for reference in found:
        assert resolved(document, reference)


def test_bodies_and_errors_are_described(document: dict[str, Any]) -> None:
    """An own error schema on every 4xx and 5xx, or generated clients drop them."""
    for name, operation in operations(document).items():
        for status, response in responses(document, operation):
            schema = response["content"]["application/json"]["schema"]["$ref"]
            assert (schema == "#/components/schemas/Error") is (status >= "400"), (name, status)
        assert ("requestBody" in operation) is (name in WITH_BODY), name
    created = operations(document)["bookings.create"]
    assert set(created["responses"]) >= {"201", "400", "401", "402", "403", "404", "409", "422"}
    schemas = document["components"]["schemas"]
    assert schemas["BookingCreate"]["additionalProperties"] is False
    assert "tokens_charged" in schemas["Booking"]["required"]
    assert "slot_unavailable" in json.dumps(schemas["Code"])


def test_every_error_is_described_with_its_code(document: dict[str, Any]) -> None:
    """The one table of ``documented_errors``, to which the house holds every answer it gives."""
    for name, operation in operations(document).items():
        for status, response in responses(document, operation):
            examples = response["content"]["application/json"].get("examples", {})
            for code, reference in examples.items() if status >= "400" else ():
                example = resolved(document, reference)["value"]["error"]
                assert example["code"] == code, name
                assert str(STATUS[Code(code)]) == status, name
            assert examples or status < "400", (name, status)


def test_every_operation_tells_what_it_is_for(document: dict[str, Any]) -> None:
    """Issue: "each operation with description, examples, scopes, errors"."""
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert len(operation["description"]) > 10, name
        assert operation["tags"], name
        [security] = operation["security"]
        assert list(security) == ["bearer"], name
        if name in recorded():
            [scope] = security["bearer"]
            assert Scope(scope), name
            assert f"`{scope}`" in operation["description"], name


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    """What is shown is what a generated client can read, and what it may send."""
    base = {"components": document["components"]}
    for name, operation in operations(document).items():
        bodies = [response for _, response in responses(document, operation)]
        bodies += [operation["requestBody"]] if "requestBody" in operation else []
        for body in bodies:
            media = body["content"].get("application/json", {})
            values = [resolved(document, r)["value"] for r in media.get("examples", {}).values()]
            values += [media["example"]] if "example" in media else []
            for value in values:
                validator = OAS31Validator({**base, **media["schema"]})
                faults = [fault.message for fault in validator.iter_errors(value)]
                assert faults == [], f"{name}: after a change of answers, run `{COMMAND}`"


def test_the_rate_limit_is_described(document: dict[str, Any]) -> None:
    """contract.md, Rate limit: headers "on every response", and 429 with `Retry-After`."""
    told = {"X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    for name, operation in operations(document).items():
        assert "429" in operation["responses"], name
        for status, response in responses(document, operation):
            assert set(response["headers"]) >= told, (name, status)
            assert ("Retry-After" in response["headers"]) >= (status in ("429", "503")), name
    assert "retry_after_ms" in document["components"]["schemas"]["Error"]["properties"]


def test_parameters_are_described(document: dict[str, Any]) -> None:
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
