"""From one parsed request to its response: the one place where an operation becomes JSON."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import GraphQLError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from litehq_graphql.context import Context
from litehq_graphql.errors import public_error
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.schema import execute


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as JSON. ``is_refused`` if nothing was executed: then it has no ``data``."""

    body: bytes
    is_refused: bool


async def answer_request(
    asked: GraphQLRequest, context: Context, allowed: Collection[OperationType]
) -> Answer:
    """Execute the operation, and write what came of it.

    Raises:
        CannotGetOperationTypeError, InvalidOperationTypeError: the document has no such
            operation, or one of a kind that is not ``allowed``.
    """
    result = await execute(asked, context, allowed)
    body = response_of(result, context)
    return Answer(msgspec.json.encode(body), "data" not in body)


def response_of(result: ExecutionResult, context: Context) -> dict[str, Any]:
    """A result as the specification of GraphQL shapes a response."""
    body: dict[str, Any] = {}
    errors: list[GraphQLError] = [
        public_error(
            error,
            docs_base=context.docs_base,
            request_id=context.request_id,
            suggestions=context.options.suggestions,
        )
        for error in result.errors or ()
    ]
    if errors:
        # By place, and not by which field happened to be refused first.
        body["errors"] = [error.formatted for error in sorted(errors, key=_place)]
    # Without a path in any of them, nothing was executed, and there is no data to speak of.
    if not errors or result.data is not None or any(error.path is not None for error in errors):
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def _place(error: GraphQLError) -> tuple[list[tuple[int, int]], list[int]]:
    """Where an error stands: in the document, then among the entries of lists."""
    locations = [(place.line, place.column) for place in error.locations or ()]
    return locations, [step for step in error.path or () if isinstance(step, int)]
