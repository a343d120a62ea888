"""Describing routes whose answer is no JSON, or not only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litehq_rest import schemas
from litehq_rest.call import QUERY_OPTION
from litehq_rest.openapi import described

# What a query parameter may be, and what it is for.
Parameter = tuple[dict[str, Any], str]

_INSTANT = {"type": "string", "format": "date-time"}
NO_WINDOW: Mapping[str, Parameter] = {
    "from": (_INSTANT, "Inclusive; without an offset it is UTC. From the beginning by default."),
    "to": (_INSTANT, "Exclusive; up to now by default."),
}


def adapted(
    described_as: Mapping[str, Any],
    *,
    parameters: Mapping[str, Parameter] | None = None,
    headers: Mapping[str, Parameter] | None = None,
    also: Mapping[str, Mapping[str, Any]] | None = None,
    instead: Mapping[str, Mapping[str, Any]] | None = None,
    unchanged: bool = False,
    tells: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What ``described`` made, for a route with words of its own.

    Args:
        parameters: query parameters of this route alone.
        headers: headers that it reads besides those of every route.
        also: further media types of the answer that succeeds, with their schemas.
        instead: its media types, if it is no JSON.
        unchanged: it may be 304, which has no body.
        tells: headers of the answer that succeeds, and what they say.
    """
    own = [
        {"name": name, "in": place, "required": False, "schema": schema, "description": text}
        for place, named in (("query", parameters), ("header", headers))
        for name, (schema, text) in (named or {}).items()
    ]
    status = str(described_as["status_code"])
    operation: Any = described_as["operation_class"]

    @dataclass
    class Adapted(operation):  # type: ignore[misc]
        """The operation of one route."""

        def __post_init__(self: Any) -> None:
            operation.__post_init__(self)
            self.parameters = [*(self.parameters or []), *own] or None
            answer = self.responses[status]
            content = instead or {**answer["content"], **(also or {})}
            told = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in (tells or {}).items()
            }
            headers = {**answer["headers"], **told}
            found = {**answer, "content": content, "headers": headers}
            self.responses = {**self.responses, status: found}
            if unchanged:
                kept = {"description": "Not Modified", "headers": answer["headers"]}
                self.responses["304"] = kept

    known = described_as["opt"][QUERY_OPTION] | set(parameters or ())
    return {
        **described_as,
        "operation_class": Adapted,
        "opt": {**described_as["opt"], QUERY_OPTION: frozenset(known)},
    }


def described_file(media_type: str) -> dict[str, Any]:
    """The arguments of a route decorator for a route that answers with a file, by an id."""
    schema = {"type": "string", "contentMediaType": media_type}
    return adapted(
        described(answer=schemas.Error, by_id=True), instead={media_type: {"schema": schema}}
    )
