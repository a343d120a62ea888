"""The event log as ``text/event-stream``: one reader, for as long as he listens.

There is no queue in between: the log is the queue (docs/decisions/0010). A batch is read when the
one before it has been taken, and whoever falls too far behind is told so and let go.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from typing import Any

import msgspec
from litestar import Litestar, Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from litehq_core.domain.audit import event_record
from litehq_core.domain.errors import Code, Refusal
from litehq_core.domain.event_words import event_json
from litehq_core.domain.events import Event
from litehq_core.use_cases.api_keys.watch_key import KeyWatch, StandingChanged
from litehq_core.use_cases.events.stream_events import EventBatch
from litehq_rest.call import Call
from litehq_rest.errors import own_error, refusal_answer

logger = logging.getLogger(__name__)

EVENT_STREAM = "text/event-stream"
# Proxies close what is silent for long; and only by writing does one learn that nobody listens.
HEARTBEAT_SECONDS = 15.0
# After how long a browser connects again by itself.
RETRY_MS = 1_000

_encoder = msgspec.json.Encoder()

Batches = AsyncGenerator[EventBatch, None]


def event_blocks(workspace_id: str, events: Iterable[Event]) -> bytes:
    """Events as blocks of the stream. JSON as we write it has no line break in it."""
    return b"".join(
        b"id: %d\nevent: %b\ndata: %b\n\n"
        % (
            event.position,
            event.type.encode(),
            _encoder.encode(event_json(workspace_id, event_record(event))),
        )
        for event in events
    )


def place_block(cursor: str) -> bytes:
    """A comment that keeps the connection open, and where the stream has come to.

    A block without data is no event, but its id is kept: so whoever hears of few types goes on
    from here, and not from the last event that he happened to be told of.
    """
    return b":\nid: %b\n\n" % cursor.encode()


class EventStream:
    """One reader of the log, for as long as he listens, his key is good and the server runs.

    Args:
        batches: begun already, so that what is refused has been.
        cursor: where they begin.
        secret: the key that the call was made with.
    """

    def __init__(
        self,
        batches: Batches,
        cursor: str,
        call: Call,
        *,
        secret: str | None,
        stopping: asyncio.Event,
    ) -> None:
        self._batches = batches
        self._cursor = cursor
        self._call = call
        self._stopping = stopping
        self._watch = KeyWatch(call.ports, secret, call.frame.request_id, self._end)
        self._ended_by: asyncio.Future[Refusal] = asyncio.get_running_loop().create_future()

    async def write(self, send: Send, receive: Receive) -> None:
        """Write the body of the response until one of the two sides is done with it."""
        tasks: list[asyncio.Future[Any]] = [
            asyncio.create_task(self._tell(send)),
            asyncio.create_task(_hung_up(receive)),
            asyncio.create_task(self._stopping.wait()),
        ]
        try:
            await asyncio.wait([*tasks, self._ended_by], return_when=asyncio.FIRST_COMPLETED)
            if self._ended_by.done():
                await _cancel(tasks)
                await _write(send, self._farewell(self._ended_by.result()))
        finally:
            self._watch.leave()
            await _cancel(tasks)
            await self._batches.aclose()

    async def _tell(self, send: Send) -> None:
        """Everything, and in the end why there is no more."""
        try:
            if await self._watch.admit() != self._call.actor:
                raise StandingChanged
            await _write(send, b"retry: %d\n" % RETRY_MS + place_block(self._cursor))
            while True:
                batch = await self._next(send)
                self._cursor = batch.cursor
                if batch.events:
                    await self._watch.require_live()
                    await _write(send, event_blocks(self._call.actor.workspace_id, batch.events))
        except Refusal as refusal:
            await _write(send, self._farewell(refusal))
        except Exception:
            logger.exception("a stream of events failed")
            body = own_error(Code.INTERNAL_ERROR, self._call.frame).body
            await _write(send, _refusal_block(Code.INTERNAL_ERROR, body))

    async def _next(self, send: Send) -> EventBatch:
        """The next batch; now and again a sign of life until there is one."""
        coming = asyncio.ensure_future(anext(self._batches))
        try:
            while True:
                found, _ = await asyncio.wait([coming], timeout=HEARTBEAT_SECONDS)
                if found:
                    return coming.result()
                await _write(send, place_block(self._cursor))
        finally:
            await _cancel([coming])

    def _farewell(self, refusal: Refusal) -> bytes:
        """Why the stream ends, as the error would be answered."""
        return _refusal_block(refusal.code, refusal_answer(refusal, self._call.frame).body)

    async def _end(self, why: Refusal) -> None:
        """The key has ended. Never returns: whoever asked about it is cancelled."""
        if not self._ended_by.done():
            self._ended_by.set_result(why)
        await asyncio.Event().wait()


def _refusal_block(code: Code, body: bytes) -> bytes:
    # Named by its code: `error` is what a browser calls the breaking of the connection.
    return b"event: %b\ndata: %b\n\n" % (code.encode(), body)


async def _write(send: Send, blocks: bytes) -> None:
    """Whole blocks; waits while the reader is slow."""
    await send({"type": "http.response.body", "body": blocks, "more_body": True})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """End what is under way and wait until it has; what it came to is nobody's affair any more."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
