"""Requests as they arrive: JSON of a known shape, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from litehq_core.domain.errors import Code
from litehq_graphql.errors import RequestFault
from litehq_graphql.execution.limits import MAX_DOCUMENT_LENGTH, is_too_long

MAX_BYTES = 1024 * 1024

_MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """One operation to execute."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


def read_request(body: bytes, content_type: str | None) -> GraphQLRequest:
    """The request of a POST.

    Raises:
        RequestFault: another media type, no JSON, or JSON of another shape.
    """
    _require_json(content_type or "")
    return request_of(read_json(body))


def read_parameters(parameters: Mapping[str, Any]) -> GraphQLRequest:
    """The request of a GET: ``variables`` and ``extensions`` are JSON text.

    Raises:
        RequestFault: as :func:`read_request`.
    """
    value = dict(parameters)
    for name in ("variables", "extensions"):
        if isinstance(value.get(name), str):
            value[name] = read_json(value[name].encode()) if value[name] else None
    return request_of(value)


def read_json(body: bytes | str) -> Any:
    """Any JSON value.

    Raises:
        RequestFault: it is none, or nested too deeply.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _malformed("The request is not JSON in UTF-8, or is nested too deeply.") from None


def request_of(value: Any) -> GraphQLRequest:
    """The request that a JSON value stands for.

    Raises:
        RequestFault: it has another shape.
    """
    if not isinstance(value, dict):
        raise _malformed("The request must be a JSON object; batches are not taken.")
    query, variables = value.get("query"), value.get("variables")
    operation_name = value.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise _malformed("The request needs a query, as text.")
    if is_too_long(query):
        raise _malformed(f"The query must have {MAX_DOCUMENT_LENGTH} characters at most.")
    if not isinstance(variables, dict | None):
        raise _malformed("The variables must be a JSON object.")
    if not isinstance(value.get("extensions"), dict | None):
        raise _malformed("The extensions must be a JSON object.")
    if not isinstance(operation_name, str | None):
        raise _malformed("The operationName must be text.")
    return GraphQLRequest(query=query, variables=variables, operation_name=operation_name or None)


def _require_json(content_type: str) -> None:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = {p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")}
    if media_type != _MEDIA_TYPE or not charsets <= {"utf-8", "utf8"}:
        raise RequestFault(
            Code.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8."
        )


def _malformed(message: str) -> RequestFault:
    return RequestFault(Code.MALFORMED_REQUEST, message)
