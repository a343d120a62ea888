"""The HTTP side: ``/graphql`` by POST and GET, its socket, and the schema's text.

Follows the GraphQL-over-HTTP specification: a client that accepts
``application/graphql-response+json`` gets 400 when nothing was executed; one that only knows
``application/json`` gets 200 for everything that a GraphQL service answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import GraphQLError
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from litehq_core.domain.errors import Code, Refusal
from litehq_core.use_cases.api_keys.authenticate import authenticate
from litehq_graphql.bearer import bearer_secret
from litehq_graphql.context import Context
from litehq_graphql.errors import (
    INTERNAL,
    RequestFault,
    extensions,
    fault_of,
    log_defects,
    public_error,
)
from litehq_graphql.messages import MAX_BYTES, GraphQLRequest, read_parameters, read_request
from litehq_graphql.schema import schema, sdl
from litehq_graphql.socket import graphql_socket

PATH = "/graphql"
JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"

AnyRequest = Request[Any, Any, State]

# Only of what is refused before any operation runs; an operation's own errors are answered 200.
STATUS: Mapping[Code, int] = {
    Code.MALFORMED_REQUEST: 400,
    Code.AUTH_INVALID: 401,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.PAYLOAD_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.VALIDATION_FAILED: 400,
    Code.SERVICE_UNAVAILABLE: 503,
}

_HEADERS: Mapping[Code, dict[str, str]] = {
    Code.AUTH_INVALID: {"WWW-Authenticate": "Bearer"},
    Code.METHOD_NOT_ALLOWED: {"Allow": "POST"},
    Code.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}


def graphql_routes(*, introspection: bool = True) -> list[BaseRouteHandler]:
    """The route handlers of the façade.

    They read ``app.state.ports``, ``app.state.docs_base`` and ``scope["state"]["request_id"]``.

    Args:
        introspection: whether the schema may be asked about itself.
    """

    @post(
        PATH,
        status_code=200,
        include_in_schema=False,
        request_max_body_size=None,
        exception_handlers=_EXCEPTION_HANDLERS,
    )
    async def post_graphql(request: AnyRequest) -> Response[bytes]:
        """Queries and mutations."""
        context = await _context(request, introspection)
        asked = read_request(await _body(request), request.headers.get("content-type"))
        return await _answer(request, context, asked, {OperationType.QUERY, OperationType.MUTATION})

    @get(PATH, include_in_schema=False, exception_handlers=_EXCEPTION_HANDLERS)
    async def get_graphql(request: AnyRequest) -> Response[bytes]:
        """Queries alone: a GET must change nothing."""
        context = await _context(request, introspection)
        given = request.query_params
        asked = read_parameters({name: given.get(name) for name in given})
        return await _answer(request, context, asked, {OperationType.QUERY})

    return [post_graphql, get_graphql, graphql_socket(PATH, introspection), get_sdl]


@get("/schema.graphql", include_in_schema=False, sync_to_thread=False)
def get_sdl() -> Response[str]:
    """The schema in GraphQL's own language; it is no secret."""
    return Response(sdl(), media_type=MediaType.TEXT)


async def _context(request: AnyRequest, introspection: bool) -> Context:
    """Who asks. Judged before anything else is read.

    Raises:
        AuthInvalid: nobody who may.
    """
    request_id = _request_id(request)
    state = request.app.state
    secret = bearer_secret(request.headers.get("authorization"))
    actor = await authenticate(state.ports, secret, request_id)
    return Context.of(
        state.ports,
        actor,
        docs_base=state.docs_base,
        request_id=request_id,
        idempotency_key=request.headers.get("idempotency-key"),
        introspection=introspection,
    )


def _request_id(request: AnyRequest) -> str | None:
    request_id = request.scope["state"].get("request_id")
    return request_id if isinstance(request_id, str) else None


async def _body(request: AnyRequest) -> bytes:
    """The body, read no further than it may be long.

    Raises:
        RequestFault: it is longer, or announced with a length that is none.
    """
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise RequestFault(Code.MALFORMED_REQUEST, "The Content-Length must be a number.")
    too_large = int(length[:20]) > MAX_BYTES
    parts = bytearray()
    if not too_large:
        async for part in request.stream():
            parts += part
            if len(parts) > MAX_BYTES:
                too_large = True
                break
    if too_large:
        raise RequestFault(Code.PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB.")
    return bytes(parts)


async def _answer(
    request: AnyRequest,
    context: Context,
    asked: GraphQLRequest,
    allowed: set[OperationType],
) -> Response[bytes]:
    """Execute, and write what came of it."""
    result = await schema.execute(
        asked.query,
        variable_values=asked.variables,
        context_value=context,
        operation_name=asked.operation_name,
        allowed_operation_types=allowed,
    )
    body = _body_of(result, context)
    media_type = _media_type(request.headers.get("accept", ""))
    refused = "data" not in body and media_type == RESPONSE_JSON
    return Response(
        msgspec.json.encode(body),
        status_code=400 if refused else 200,
        media_type=f"{media_type}; charset=utf-8",
        headers=context.answer_headers,
    )


def _body_of(result: ExecutionResult, context: Context) -> dict[str, Any]:
    if not result.errors:
        return {"data": result.data}
    errors: list[GraphQLError] = [
        public_error(error, docs_base=context.docs_base, request_id=context.request_id)
        for error in result.errors
    ]
    body: dict[str, Any] = {"errors": [error.formatted for error in errors]}
    # Without a path in any of them, nothing was executed, and there is no data to speak of.
    if result.data is not None or any(error.path is not None for error in errors):
        body["data"] = result.data
    return body


def _media_type(accept: str) -> str:
    """The better liked of the two media types; ``application/json`` if neither is named."""
    best, liking = JSON, 0.0
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((_quality(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if name in (JSON, RESPONSE_JSON) and quality > liking:
            best, liking = name, quality
    return best


def _quality(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdigit() else 0.0


def _on_fault(request: AnyRequest, exc: Exception) -> Response[bytes]:
    """A request that never became an operation, in the shape that GraphQL clients read."""
    request_id = _request_id(request)
    fault = fault_of(exc)
    if fault is INTERNAL:
        log_defects([GraphQLError(str(exc), original_error=exc)], request_id)
    shown = extensions(fault, docs_base=request.app.state.docs_base, request_id=request_id)
    return Response(
        msgspec.json.encode({"errors": [{"message": fault.message, "extensions": shown}]}),
        status_code=STATUS.get(fault.code, 500),
        media_type=f"{_media_type(request.headers.get('accept', ''))}; charset=utf-8",
        headers=_HEADERS.get(fault.code, {}),
    )


_EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: _on_fault,
    RequestFault: _on_fault,
    CannotGetOperationTypeError: _on_fault,
    InvalidOperationTypeError: _on_fault,
    Exception: _on_fault,
}
