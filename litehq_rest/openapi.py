"""The OpenAPI 3.1 description: what bodies, answers and errors look like.

The schemas come from the very structs that bodies are read with and answers are tested against.
Each route is described by :func:`described`; :func:`openapi_config` brings the components.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme, Server

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.query import DEFAULT_LIMIT, MAX_LIMIT
from litehq_rest import schemas
from litehq_rest.call import BODY_OPTION, QUERY_OPTION
from litehq_rest.descriptions import (
    HEADERS,
    REFERENCE,
    Description,
    all_examples,
    error_responses,
)

_INSTANT = {"type": "string", "format": "date-time"}
# Of any length: what no id can be is one that nothing has, and gives an empty page.
_ID = {"type": "string"}

# Every body and answer that a route names, filled as the routes are defined.
_components: dict[str, type[msgspec.Struct]] = {
    kind.__name__: kind
    for kind in (
        schemas.BookedByMember,
        schemas.BookedByGuest,
        schemas.RulesEdit,
        schemas.PriceRulesEdit,
        schemas.Error,
    )
}

# Fields that must be there though the structs take them as optional, to name all that are missing.
_REQUIRED: Mapping[str, list[str]] = {
    "BookingCreate": ["booked_by"],
    "SeriesCreate": ["booked_by", "rule"],
    "SeriesEdit": ["scope"],
    "WaitlistJoin": ["from", "to", "duration_minutes", "booked_by"],
    "ApiTokenCreate": ["name", "scopes", "expires_at"],
    "CompanyCreate": ["name"],
    "MemberInvite": ["email", "name", "tier"],
    "TokenTransactionCreate": ["member_id", "amount"],
    "RoomCreate": ["location_id", "name", "capacity"],
    "LocationCreate": ["name", "timezone", "currency", "opening_hours"],
    "BlackoutCreate": ["start_at", "end_at"],
    "RateCardCreate": ["hourly_minor", "billing_modes", "cancellation"],
    "VisitorCreate": ["name", "host_member_id", "location_id", "expected_at"],
    "VisitorScan": ["pass"],
    "InvoiceCreate": ["company_id"],
    "WebhookCreate": ["url", "events"],
}

_PARAMETERS: Mapping[str, tuple[dict[str, Any], str]] = {
    "from": (_INSTANT, "Inclusive; without an offset it is UTC. Now by default."),
    "to": (_INSTANT, "Exclusive; 30 days after now by default."),
    "status": ({"type": "string"}, "One status."),
    "room_id": (_ID, "A room."),
    "resource_id": (_ID, "Another name for room_id."),
    "member_id": (_ID, "A member."),
    "company_id": (_ID, "A company."),
    "location_id": (_ID, "A location."),
    "host_member_id": (_ID, "The member who expects them."),
    "booking_id": (_ID, "A booking."),
    "when": (
        {"type": "string", "enum": ["any", "upcoming", "past"]},
        "Those who may still come or stay, or those before. Visits that were called off are not"
        " among the upcoming, unless status asks for them.",
    ),
    "host_id": (_ID, "A workspace."),
    "tier": ({"type": "string"}, "A membership tier; rooms are those that are open to it."),
    "email": ({"type": "string"}, "An e-mail address, in whatever case."),
    "duration_minutes": (
        {"type": "integer", "minimum": 5, "multipleOf": 5},
        "Asks for the starts at which so many minutes can be booked.",
    ),
    "attendees": (
        {"type": "integer", "minimum": 1},
        "How many would come; in shared rooms each takes a seat.",
    ),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "At most so many rows.",
    ),
    "cursor": ({"type": "string"}, "next_cursor of the page before; it carries the filters."),
}

# Where a route keeps what it says of itself.
_DESCRIPTION_OPTION = "description"


def described(
    *,
    answer: type[msgspec.Struct],
    status: int = 200,
    query: tuple[str, ...] = (),
    status_of: type[StrEnum] = BookingStatus,
    body: type[msgspec.Struct] | None = None,
    body_optional: bool = False,
    by_id: bool = False,
    finds: bool = False,
    writes: bool = False,
    locks: bool = False,
    pays: bool = False,
) -> dict[str, Any]:
    """The arguments of a route decorator that describe the route.

    Args:
        query: the query parameters that the route takes; all others are refused.
        status_of: what the parameter ``status`` may be.
        by_id, finds: the path, or something else, names what may not be found.
        writes: changes something; implied by a body.
        locks: ``If-Match`` counts.
        pays: may fail for want of money or tokens.
    """
    for kind in (answer, body):
        if kind is not None:
            _components[kind.__name__] = kind
    description = Description(
        answer=answer,
        status=status,
        query=tuple(_query_parameter(name, status_of) for name in query),
        body=body,
        body_optional=body_optional,
        missing=by_id or finds or pays,
        writes=writes or body is not None,
        locks=locks,
        pays=pays,
    )
    return {
        "status_code": status,
        "operation_class": description.operation_class(),
        "opt": {
            QUERY_OPTION: frozenset(query),
            BODY_OPTION: body is not None,
            _DESCRIPTION_OPTION: description,
        },
        "security": [{"bearer": []}],
    }


def description_of(handler: BaseRouteHandler) -> Description | None:
    """What a route says of itself; None of a route that is not ``described``."""
    found: Description | None = handler.opt.get(_DESCRIPTION_OPTION)
    return found


def openapi_config(
    *, title: str = "LiteHQ", version: str = "1.0.0", server_url: str = "/"
) -> OpenAPIConfig:
    """The OpenAPI configuration of an application that holds ``rest_router()``."""
    return OpenAPIConfig(
        title=title,
        version=version,
        description=(
            "Bookings, availability, the waitlist, rooms, locations, prices and API tokens of a "
            "workspace."
        ),
        license=License(name="MIT", identifier="MIT"),
        servers=[Server(url=server_url)],
        use_handler_docstrings=True,
        components=RestComponents(
            security_schemes={
                "bearer": SecurityScheme(
                    type="http", scheme="bearer", description="sk_live_… or sk_test_…"
                )
            }
        ),
    )


@dataclass
class RestComponents(Components):
    """Components that include the schemas of every described route."""

    def to_schema(self) -> dict[str, Any]:
        """The components as JSON."""
        own = super().to_schema()
        merged = {**own.get("schemas", {}), **_schemas()}
        return {
            **own,
            "schemas": dict(sorted(merged.items())),
            "headers": {name: dict(header) for name, header in HEADERS.items()},
            "examples": all_examples(),
            "responses": error_responses(),
        }


def _schemas() -> dict[str, Any]:
    _, components = msgspec.json.schema_components(
        [_components[name] for name in sorted(_components)], ref_template=REFERENCE
    )
    for name, required in _REQUIRED.items():
        if name in components:
            components[name]["required"] = required
    return components


def _query_parameter(name: str, status_of: type[StrEnum]) -> dict[str, Any]:
    schema, description = _PARAMETERS[name]
    if name == "status":
        schema = {**schema, "enum": [status.value for status in status_of]}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }
