"""What the HTTP endpoint does with a request, once a route has brought it here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send
from strawberry.types.graphql import OperationType

from litehq_core.domain.errors import Code
from litehq_core.use_cases.rate_limits.admit import Admit, admit
from litehq_graphql.answer_request import answer_request
from litehq_graphql.bearer import bearer_secret
from litehq_graphql.context import Context, Meter
from litehq_graphql.documents import Documents, with_text
from litehq_graphql.errors import RequestFault
from litehq_graphql.event_stream import EventStream, EventStreamResponse
from litehq_graphql.faults import REQUEST_FAULTS, AnyRequest, fault_body, request_id_of
from litehq_graphql.messages import (
    MAX_BYTES,
    GraphQLRequest,
    batch_of,
    read_body,
    read_parameters,
    request_of,
)
from litehq_graphql.negotiation import EVENT_STREAM, JSON, RESPONSE_JSON, preferred
from litehq_graphql.options import Options
from litehq_graphql.rate_limit import draw_for_operations

# What is offered first is what a client gets that says nothing.
_OFFERS = (JSON, RESPONSE_JSON, EVENT_STREAM)
_OFFERS_WITH_EVENTS = (EVENT_STREAM, JSON, RESPONSE_JSON)
_READING = frozenset({OperationType.QUERY})
_ANY = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Endpoint:
    """Answers GraphQL requests, in one piece or as events, whichever the client likes better.

    Args:
        documents: where the text of an operation comes from.
    """

    def __init__(self, options: Options, documents: Documents) -> None:
        self._options = options
        self._documents = documents

    async def post(self, request: AnyRequest, *, events: bool) -> ASGIApp:
        """Any operation, or a batch of them; subscriptions as events alone.

        Args:
            events: whether the answer comes as events unless the client asks for another one.
        """
        context = await self._context(request)
        value = read_body(await _body(request), request.headers.get("content-type"))
        if isinstance(value, list):
            return await self._answer_batch(request, context, value)
        return await self._answer(request, context, request_of(value), _ANY, events=events)

    async def get(self, request: AnyRequest, *, events: bool) -> ASGIApp:
        """Queries and subscriptions: a GET must change nothing."""
        context = await self._context(request)
        given = request.query_params
        asked = read_parameters({name: given.get(name) for name in given})
        return await self._answer(request, context, asked, _READING, events=events)

    async def _context(self, request: AnyRequest) -> Context:
        """Who asks; one token is drawn for it. Judged before anything else is read.

        Raises:
            AuthInvalid: nobody who may.
            RateLimited: too many requests.
        """
        request_id = request_id_of(request)
        state = request.app.state
        # From there the layer around the application writes it into headers.
        meter = Meter(partial(request.scope["state"].__setitem__, "allowance"))
        command = Admit(
            secret=bearer_secret(request.headers.get("authorization")),
            address=request.client.host if request.client else None,
            request_id=request_id,
            tell=meter,
        )
        actor = await admit(state.ports, command)
        return Context.of(
            state.ports,
            actor,
            docs_base=state.docs_base,
            request_id=request_id,
            idempotency_key=request.headers.get("idempotency-key"),
            options=self._options,
            meter=meter,
        )

    async def _answer(
        self,
        request: AnyRequest,
        context: Context,
        asked: GraphQLRequest,
        allowed: frozenset[OperationType],
        *,
        events: bool,
    ) -> ASGIApp:
        offers = (
            (EVENT_STREAM, JSON, RESPONSE_JSON) if events else (JSON, RESPONSE_JSON, EVENT_STREAM)
        )
        if preferred(request.headers.get("accept", ""), *offers) == EVENT_STREAM:
            stream = EventStream(
                asked,
                context,
                allowed | {OperationType.SUBSCRIPTION},
                documents=self._documents,
                authorization=request.headers.get("authorization"),
                stopping=request.app.state.stopping,
            )
            return EventStreamResponse(stream)  # type: ignore[return-value]
        asked = with_text(asked, self._documents)
        await draw_for_operations(context, [asked], drawn=1)
        answer = await answer_request(asked, context, allowed)
        return _answer_of(
            request, answer.body, context.answer_headers, is_refused=answer.is_refused
        )

    async def _answer_batch(
        self, request: AnyRequest, context: Context, values: list[Any]
    ) -> ASGIApp:
        """Several operations, side by side; each is answered for itself, in the order of asking.

        Raises:
            RequestFault: batches are not taken, or not such a one.
            RateLimited: there is not enough for all of them.
        """
        entries = batch_of(values, self._options.batch_limit)
        if context.idempotency_key is not None:
            raise RequestFault(
                Code.VALIDATION_FAILED,
                "The header Idempotency-Key goes with one operation; in a batch, give each "
                "mutation its input.idempotencyKey.",
            )

        operations = [self._read(value) for value in entries]
        await draw_for_operations(context, operations, drawn=1)

        async def entry(asked: GraphQLRequest | RequestFault) -> bytes:
            try:
                if isinstance(asked, RequestFault):
                    raise asked
                return (await answer_request(asked, context, _ANY)).body
            except REQUEST_FAULTS as fault:
                return fault_body(fault, docs_base=context.docs_base, request_id=context.request_id)

        bodies = await asyncio.gather(*(entry(asked) for asked in operations))
        # What headers an operation has set would say nothing about the others.
        return _answer_of(request, b"[" + b",".join(bodies) + b"]", {})

    def _read(self, value: Any) -> GraphQLRequest | RequestFault:
        """An entry of a batch as an operation, or what is wrong with it."""
        try:
            return with_text(request_of(value), self._documents)
        except RequestFault as fault:
            return fault


async def _body(request: AnyRequest) -> bytes:
    """The body, read no further than it may be long.

    Raises:
        RequestFault: it is longer, or announced with a length that is none.
    """
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise RequestFault(Code.MALFORMED_REQUEST, "The Content-Length must be a number.")
    too_large = int(length[:20]) > MAX_BYTES
    body = b""
    if not too_large:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BYTES:
                too_large = True
                break
    if too_large:
        raise RequestFault(Code.PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB.")
    return body


class _Answer:
    """A whole answer, as it goes to the server: there is nothing left to be found out about it."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._status = status
        self._headers = headers
        self._body = body

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        await send(
            {"type": "http.response.start", "status": self._status, "headers": self._headers}
        )
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


def _answer_of(
    request: AnyRequest, body: bytes, headers: Mapping[str, str], *, is_refused: bool = False
) -> _Answer:
    media_type = preferred(request.headers.get("accept", ""), JSON, RESPONSE_JSON)
    return _Answer(
        400 if is_refused and media_type == RESPONSE_JSON else 200,
        [
            *((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()),
            (b"content-type", f"{media_type}; charset=utf-8".encode()),
            (b"content-length", b"%d" % len(body)),
        ],
        body,
    )
