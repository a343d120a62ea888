"""``graphql-sse``: the results of one operation as server-sent events.

There is no queue in between. A result is made when the one before it has been taken, and whoever
falls too far behind is told so by the operation itself (``StreamLagged``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import aclosing
from dataclasses import replace
from typing import Any, cast

import msgspec
from graphql import GraphQLError
from litestar import Litestar, Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from litehq_core.domain.errors import Refusal
from litehq_core.use_cases.api_keys.watch_key import KeyWatch
from litehq_graphql.answer_request import response_of
from litehq_graphql.bearer import bearer_secret
from litehq_graphql.context import Context
from litehq_graphql.documents import Documents, with_text
from litehq_graphql.errors import INTERNAL, fault_of, log_defects
from litehq_graphql.faults import fault_body
from litehq_graphql.messages import GraphQLRequest
from litehq_graphql.negotiation import EVENT_STREAM
from litehq_graphql.rate_limit import draw_for_operations
from litehq_graphql.schema import served_with

# Proxies close what is silent for long; and only by writing does one learn that nobody listens.
PING_SECONDS = 10.0

_PING = b":\n\n"
# A browser's own `EventSource` passes over events without data.
_COMPLETE = b"event: complete\ndata:\n\n"


class EventStream:
    """One operation, for as long as somebody listens, his key is good and the server runs."""

    def __init__(
        self,
        asked: GraphQLRequest,
        context: Context,
        allowed: Collection[OperationType],
        *,
        documents: Documents,
        authorization: str | None,
        stopping: asyncio.Event,
    ) -> None:
        self._asked = asked
        self._allowed = allowed
        self._documents = documents
        self._stopping = stopping
        self._watch = KeyWatch(
            context.ports, bearer_secret(authorization), context.request_id, self._end
        )
        self._context = replace(context, require_live=self._watch.require_live)
        self._ended_by: asyncio.Future[Refusal] = asyncio.get_running_loop().create_future()

    async def write(self, send: Send, receive: Receive) -> None:
        """Write the body of the response until one of the two sides is done with it."""
        writer = _Writer(send)
        results = asyncio.create_task(self._write_results(writer))
        others = [
            asyncio.create_task(coroutine)
            for coroutine in (writer.ping(), _hung_up(receive), self._stopping.wait())
        ]
        try:
            either: list[asyncio.Future[Any]] = [results, *others, self._ended_by]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self._ended_by.done():
                await _cancel(results)
                await writer.write(self._fault(self._ended_by.result()) + _COMPLETE)
        finally:
            self._watch.leave()
            await _cancel(results, *others)

    async def _write_results(self, writer: _Writer) -> None:
        try:
            await self._watch.admit()
            asked = with_text(self._asked, self._documents)
            await draw_for_operations(self._context, [asked], drawn=1)
            results = await served_with(self._context.options).schema.stream(
                asked.query,
                variable_values=asked.variables,
                context_value=self._context,
                operation_name=asked.operation_name,
                allowed_operation_types=self._allowed,
            )
            async with aclosing(results):
                async for result in results:
                    # Incremental delivery, which yields other things, is not part of the schema.
                    response = response_of(cast("ExecutionResult", result), self._context)
                    await writer.write(_next(msgspec.json.encode(response)))
        except Exception as exc:
            if fault_of(exc) is INTERNAL:
                error = GraphQLError(str(exc), original_error=exc)
                log_defects([error], self._context.request_id)
            await writer.write(self._fault(exc))
        await writer.write(_COMPLETE)

    def _fault(self, exc: Exception) -> bytes:
        context = self._context
        return _next(fault_body(exc, docs_base=context.docs_base, request_id=context.request_id))

    async def _end(self, why: Refusal) -> None:
        """The key has ended. Never returns: whoever asked about it is cancelled."""
        if not self._ended_by.done():
            self._ended_by.set_result(why)
        await asyncio.Event().wait()


class _Writer:
    """Writes whole events, one at a time; waits while the reader is slow."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._turn = asyncio.Lock()

    async def write(self, event: bytes) -> None:
        async with self._turn:
            await self._send({"type": "http.response.body", "body": event, "more_body": True})

    async def ping(self) -> None:
        """At once, so that the client knows that it is connected; then now and again."""
        while True:
            await self.write(_PING)
            await asyncio.sleep(PING_SECONDS)


def _next(body: bytes) -> bytes:
    # JSON as we write it has no line break in it.
    return b"event: next\ndata: " + body + b"\n\n"


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """End tasks and wait until they have. What failed in them had nobody left to be told to."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()


class _AsgiEventStream(ASGIResponse):
    _should_set_content_length = False

    def __init__(self, stream: EventStream, headers: dict[str, Any]) -> None:
        super().__init__(media_type=EVENT_STREAM, headers=headers)
        self._stream = stream

    async def send_body(self, send: Send, receive: Receive) -> None:
        await self._stream.write(send, receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class EventStreamResponse(Response[bytes]):
    """The response whose body an :class:`EventStream` writes."""

    def __init__(self, stream: EventStream) -> None:
        # The second header is for proxies that would gather events before they pass them on.
        super().__init__(b"", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._stream = stream

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **_: Any
    ) -> ASGIResponse:
        """Called by Litestar."""
        return _AsgiEventStream(self._stream, dict(self.headers))
