"""HTTP on the wire, where uvicorn's own answers would not be ours."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from litestar import Litestar
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from litehq_app.edge.answers import header_lines
from litehq_app.edge.request_ids import HEADER, new_request_id
from litehq_rest.errors import ErrorFrame, MalformedRequest, refusal_answer

# A browser with many cookies sends 8 kB.
MAX_HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0

log = structlog.get_logger(logger_name="litehq.access")


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's, with JSON for what is no HTTP, and bounds on a request's head.

    Without them whoever opens a connection and sends nothing, or headers without end, is served
    for as long as he likes.
    """

    head_seconds = HEAD_SECONDS
    _head_bytes = 0
    _is_in_head = True
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """He is gone."""
        self._forget_deadline()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_in_head = False
        self._forget_deadline()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come."""
        super().data_received(data)
        if self._is_in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.send_400_response(f"The headers are longer than {MAX_HEAD_BYTES} bytes.")

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request of HTTP, and close: where the next one begins, nobody knows."""
        self._forget_deadline()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            # In the middle of an answer a second one would only garble it.
            self.transport.close()
            return
        request_id = new_request_id()
        refusal = MalformedRequest(msg if self._is_in_head else "The body cannot be read.")
        answer = refusal_answer(refusal, ErrorFrame(request_id=request_id, docs_base=self._docs()))
        headers = [
            *header_lines(answer),
            (HEADER, request_id.encode()),
            (b"connection", b"close"),
        ]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[answer.status], *lines, b"\r\n", answer.body]))
        self.transport.close()
        log.info("request", method="-", path="-", status=answer.status, request_id=request_id)

    def _await_head(self) -> None:
        self._head_bytes, self._is_in_head = 0, True
        self._forget_deadline()
        self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        if self.transport.is_closing():
            return
        if self._head_bytes:
            self.send_400_response(f"The headers did not come within {self.head_seconds:.0f} s.")
        else:
            self.transport.close()

    def _docs(self) -> str:
        app: Any = self.config.loaded_app
        # uvicorn wraps it, in what reads the headers of proxies.
        while not isinstance(app, Litestar):
            app = app.app
        docs_base: str = app.state.docs_base
        return docs_base
