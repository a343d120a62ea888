"""Requests that never became an operation, in the shape that GraphQL clients read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import GraphQLError
from litestar import Request, Response
from litestar.datastructures import State
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from litehq_core.domain.errors import Code, Refusal
from litehq_graphql.errors import (
    INTERNAL,
    DocumentFault,
    Fault,
    RequestFault,
    extensions,
    fault_of,
    log_defects,
)
from litehq_graphql.negotiation import JSON, RESPONSE_JSON, preferred

AnyRequest = Request[Any, Any, State]

# Only of what is refused before any operation runs; an operation's own errors are answered 200.
STATUS: Mapping[Code, int] = {
    Code.MALFORMED_REQUEST: 400,
    Code.AUTH_INVALID: 401,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.PAYLOAD_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.VALIDATION_FAILED: 400,
    Code.DOCUMENT_NOT_TRUSTED: 400,
    Code.OPERATION_TOO_COSTLY: 400,
    Code.PERSISTED_QUERY_NOT_FOUND: 400,
    Code.RATE_LIMITED: 429,
    Code.SERVICE_UNAVAILABLE: 503,
}

_HEADERS: Mapping[Code, dict[str, str]] = {
    Code.AUTH_INVALID: {"WWW-Authenticate": "Bearer"},
    Code.METHOD_NOT_ALLOWED: {"Allow": "POST"},
    Code.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}

# What is raised before anything is executed, and is the request's own fault.
REQUEST_FAULTS = (RequestFault, CannotGetOperationTypeError, InvalidOperationTypeError)


def request_id_of(request: AnyRequest) -> str | None:
    """The id that the layer around the application gave the request."""
    request_id = request.scope["state"].get("request_id")
    return request_id if isinstance(request_id, str) else None


def fault_body(exc: Exception, *, docs_base: str, request_id: str | None) -> bytes:
    """The response to a request that failed so."""
    fault = fault_of(exc)
    shown = extensions(fault, docs_base=docs_base, request_id=request_id)
    return msgspec.json.encode({"errors": [{"message": fault.message, "extensions": shown}]})


def _on_fault(request: AnyRequest, exc: Exception) -> Response[bytes]:
    request_id = request_id_of(request)
    fault = fault_of(exc)
    if fault is INTERNAL:
        log_defects([GraphQLError(str(exc), original_error=exc)], request_id)
    media_type = preferred(request.headers.get("accept", ""), JSON, RESPONSE_JSON)
    status = STATUS.get(fault.code, 500)
    if isinstance(exc, DocumentFault) and media_type == JSON:
        # A response of the service: who knows only of the older media type reads it with 200.
        status = 200
    return Response(
        fault_body(exc, docs_base=request.app.state.docs_base, request_id=request_id),
        status_code=status,
        media_type=f"{media_type}; charset=utf-8",
        headers={**_HEADERS.get(fault.code, {}), **_retry_after(fault)},
    )


def _retry_after(fault: Fault) -> dict[str, str]:
    """RFC 9110, 10.2.3: in whole seconds, and so never too soon."""
    wait_ms = fault.details.get("retry_after_ms")
    return {} if wait_ms is None else {"Retry-After": str(-(-wait_ms // 1000))}


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = dict.fromkeys(
    (*REQUEST_FAULTS, Refusal, Exception), _on_fault
)
