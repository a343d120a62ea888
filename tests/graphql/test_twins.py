"""Every operation of REST has its twin in GraphQL: what one client can do, the other can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from graphql import GraphQLObjectType

from litehq_app.asgi import create_app
from litehq_graphql.handlers import PAYLOADS
from litehq_graphql.schema import schema
from tests.app.installations import settings_of

# Twins that are not called as `twin_by_custom` would have it.
TWINS: Mapping[str, str] = {
    "audit.list": "auditLog",
    "auth.tokens.create": "createApiToken",
    "auth.tokens.delete": "revokeApiToken",
    "auth.tokens.list": "apiTokens",
    "availability.list": "availability",
    "billing.connect.get": "billingConnect",
    "billing.connect.start": "startOnboarding",
    "bookings.cancellation_preview": "cancellationPreview",
    # One use case with defaults, two spellings of it (contract.md, Cancel).
    "bookings.delete": "cancelBooking",
    "bookings.quote": "bookingQuote",
    # One root for both: a blackout names its room or its location.
    "locations.blackouts.create": "createBlackout",
    "locations.blackouts.delete": "deleteBlackout",
    "locations.blackouts.list": "Location.blackouts",
    "members.create": "inviteMember",
    "members.invite": "reinviteMember",
    "rooms.blackouts.create": "createBlackout",
    "rooms.blackouts.delete": "deleteBlackout",
    "rooms.blackouts.list": "Room.blackouts",
    "series.cancel": "cancelBookingSeries",
    "series.create": "createBookingSeries",
    "series.get": "bookingSeries",
    "series.list": "bookingSeriesList",
    "series.quote": "bookingSeriesQuote",
    "series.retry": "retryBookingSeries",
    "series.update": "updateBookingSeries",
    "tokens.transactions.create": "grantTokens",
    "tokens.transactions.list": "tokenTransactions",
    "visitors.delete": "cancelVisitor",
    # The pass of a visitor in place of the id.
    "visitors.scan": "checkInVisitor",
    "visitors.check_in": "checkInVisitor",
    "webhooks.deliveries": "webhookDeliveries",
    "webhooks.rotate_secret": "rotateWebhookSecret",
    "waitlist.accept": "acceptWaitlistOffer",
    "waitlist.create": "joinWaitlist",
    "waitlist.delete": "leaveWaitlist",
    "waitlist.get": "waitlistEntry",
    "waitlist.list": "waitlistEntries",
}

# Operations that have none, each with the reason; none of them may have one.
WITHOUT: Mapping[str, str] = {
    "calendar.get": "an iCalendar file, for programs that read nothing else",
    "events.stream": "bookingEvents and availabilityChanged, which are subscriptions",
    "invoices.pdf": "a file",
    "visitors.pass_png": "a picture",
    "visitors.pass_svg": "a picture",
}

# Mutations that do a part of what a REST operation does.
PARTS = {
    # bookings.update with `no_show`, which stands alone in its PATCH.
    "markBookingNoShow",
    # tokens.transactions.create with a negative amount.
    "adjustTokens",
}


def twin_by_custom(operation_id: str) -> str:
    """``companies.list``: ``companies``; ``companies.get``: ``company``; else ``<verb>Company``."""
    noun, _, verb = operation_id.rpartition(".")
    plural = _camel(noun.replace(".", "_"))
    singular = re.sub(r"s$", "", re.sub(r"ies$", "y", plural))
    if verb == "list":
        return plural
    if verb == "get":
        return singular
    return _camel(verb) + singular[0].upper() + singular[1:]


def _camel(words: str) -> str:
    first, *rest = words.split("_")
    return first + "".join(word.capitalize() for word in rest)


def rest_operations() -> Iterator[tuple[str, str]]:
    """Method and id of everything that is described at ``/openapi.json``."""
    document = create_app(settings_of()).openapi_schema.to_schema()
    for item in document["paths"].values():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield method, operation["operationId"]


@pytest.fixture(scope="module")
def operations() -> dict[str, str]:
    """Id → method."""
    return {operation_id: method for method, operation_id in rest_operations()}


def _roots() -> tuple[set[str], set[str]]:
    query, mutation = schema._schema.query_type, schema._schema.mutation_type
    return set(query.fields if query else ()), set(mutation.fields if mutation else ())


def _fields_of_things() -> set[str]:
    """Fields by which one thing leads to others, as ``Room.parts``."""
    return {
        f"{type_.name}.{name}"
        for type_ in schema._schema.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name in type_.fields
    }


def test_every_operation_has_a_twin(operations: dict[str, str]) -> None:
    """What reads is a query, what writes a mutation; a quote is a question asked with a body."""
    queries, mutations = _roots()
    missing = {}
    for operation_id, method in operations.items():
        twin = TWINS.get(operation_id) or twin_by_custom(operation_id)
        reads = method == "get" or operation_id.endswith(".quote")
        known = queries | _fields_of_things() if reads else mutations
        if operation_id not in WITHOUT and twin not in known:
            missing[operation_id] = twin
    assert missing == {}, "write the twin, or say in WITHOUT why there is none"


def test_every_mutation_is_an_operation(operations: dict[str, str]) -> None:
    """GraphQL does nothing that REST does not."""
    _, mutations = _roots()
    named = {TWINS.get(operation_id) or twin_by_custom(operation_id) for operation_id in operations}
    assert mutations - named - PARTS == set()


def test_what_is_excepted_says_why() -> None:
    """And has no twin after all."""
    assert all(WITHOUT.values())
    queries, mutations = _roots()
    assert [name for name in WITHOUT if twin_by_custom(name) in queries | mutations] == []


def test_every_mutation_can_be_replayed_and_refused() -> None:
    """contract.md, Idempotency and GraphQL: the union of a payload and `Refusal`, for each."""
    mutation = schema._schema.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        union = schema._schema.get_type(str(field.type).strip("!"))
        members = {member.name for member in getattr(union, "types", ())}
        capital = name[0].upper() + name[1:]
        assert members == {f"{capital}Payload", "Refusal"}, name
        assert name in PAYLOADS, name
