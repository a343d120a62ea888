"""One authenticated request, as the handlers see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor
from litehq_core.ports.ports import Ports
from litehq_rest.auth import actor_of
from litehq_rest.errors import AnyRequest, ErrorFrame, error_frame
from litehq_rest.query import Query

# The keys under which a route names its query parameters, and says whether it has a body.
QUERY_OPTION = "query"
BODY_OPTION = "body"

# RFC 9110, 9.3.5: a DELETE may bring one. Here it may say the idempotency key, and nothing else.
_WITH_BODY = frozenset({"POST", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What every handler needs.

    Attributes:
        operation: the route's ``operationId``.
        takes_body: whether the operation has a body of its own.
    """

    ports: Ports
    actor: Actor
    operation: str
    frame: ErrorFrame
    query: Query
    takes_body: bool
    body: bytes
    content_types: Sequence[str]
    idempotency_keys: Sequence[str]
    if_match: Sequence[str]


async def open_call(request: AnyRequest) -> Call:
    """Authenticate the request, then read what it brings.

    Raises:
        AuthInvalid: the key opens nothing; then nothing else of the request is looked at.
        RateLimited: nor then.
        ValidationFailed: a query parameter where the route takes none.
    """
    frame = error_frame(request)
    actor = await actor_of(request, frame.request_id)
    known = request.route_handler.opt.get(QUERY_OPTION, ())
    query = Query(request.scope["query_string"], known)
    if not known:
        query.wrong.refuse()
    headers = request.headers
    return Call(
        ports=request.app.state.ports,
        actor=actor,
        operation=str(request.route_handler.operation_id),
        frame=frame,
        query=query,
        takes_body=bool(request.route_handler.opt.get(BODY_OPTION)),
        body=await request.body() if request.method in _WITH_BODY else b"",
        content_types=headers.getall("content-type", []),
        idempotency_keys=headers.getall("idempotency-key", []),
        if_match=headers.getall("if-match", []),
    )
