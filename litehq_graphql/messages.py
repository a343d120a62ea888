"""Requests as they arrive: JSON of a known shape, within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from litehq_core.domain.errors import Code
from litehq_graphql.errors import RequestFault
from litehq_graphql.execution.limits import MAX_DOCUMENT_LENGTH, is_too_long

MAX_BYTES = 1024 * 1024

MAX_DOCUMENT_ID = 256

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """One operation to execute: its text, or the id of a document, or both."""

    query: str | None = None
    document_id: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


def read_body(body: bytes, content_type: str | None) -> Any:
    """The JSON value that a POST carries: a request, or a list of them.

    Raises:
        RequestFault: another media type, or no JSON.
    """
    _require_json(content_type or "")
    return read_json(body)


def batch_of(values: list[Any], most: int) -> list[Any]:
    """The entries of a batch, whose shapes are each its own affair.

    Args:
        most: how many there may be.

    Raises:
        RequestFault: there are none or too many, or one is no object at all.
    """
    if not most:
        raise _malformed("The request must be a JSON object; batches are not taken.")
    if not 1 <= len(values) <= most:
        raise _malformed(f"A batch holds 1 to {most} operations.")
    if not all(isinstance(value, dict) for value in values):
        raise _malformed("Every entry of a batch must be a JSON object.")
    return values


def read_parameters(parameters: Mapping[str, Any]) -> GraphQLRequest:
    """The request of a GET: ``variables`` and ``extensions`` are JSON text.

    Raises:
        RequestFault: no JSON, or JSON of another shape.
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
        raise _malformed("The request must be a JSON object.")
    query, variables = value.get("query"), value.get("variables")
    operation_name, extensions = value.get("operationName"), value.get("extensions")
    if not isinstance(variables, dict | None):
        raise _malformed("The variables must be a JSON object.")
    if not isinstance(extensions, dict | None):
        raise _malformed("The extensions must be a JSON object.")
    if not isinstance(operation_name, str | None):
        raise _malformed("The operationName must be text.")
    document_id = _document_id(value.get("documentId"), (extensions or {}).get("persistedQuery"))
    if document_id is None or query is not None:
        _require_document(query)
    return GraphQLRequest(
        query=query,
        document_id=document_id,
        variables=variables,
        operation_name=operation_name or None,
    )


def _document_id(given: Any, persisted: Any) -> str | None:
    """The id of a document, from ``documentId`` or from Apollo's ``persistedQuery``."""
    if not isinstance(given, str | None) or len(given or "") > MAX_DOCUMENT_ID:
        raise _malformed(f"The documentId must be text of {MAX_DOCUMENT_ID} characters at most.")
    if persisted is None:
        return given or None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise _malformed("The extension persistedQuery must be of version 1.")
    digest = persisted.get("sha256Hash")
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise _malformed("The sha256Hash must be 64 hexadecimal digits in lower case.")
    if given not in (None, "", f"sha256:{digest}"):
        raise _malformed("The documentId and the sha256Hash name two documents.")
    return f"sha256:{digest}"


def _require_document(query: Any) -> None:
    if not isinstance(query, str) or not query.strip():
        raise _malformed("The request needs a query, as text, or a documentId.")
    if is_too_long(query):
        raise _malformed(f"The query must have {MAX_DOCUMENT_LENGTH} characters at most.")


def _require_json(content_type: str) -> None:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = {p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")}
    if media_type != _MEDIA_TYPE or not charsets <= {"utf-8", "utf8"}:
        raise RequestFault(
            Code.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8."
        )


def _malformed(message: str) -> RequestFault:
    return RequestFault(Code.MALFORMED_REQUEST, message)
