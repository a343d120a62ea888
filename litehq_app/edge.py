"""The layers around the whole application: the request's id, the access log, sockets' origins."""

from __future__ import annotations

import secrets
from time import perf_counter
from urllib.parse import quote, urlsplit

import structlog
from litestar.config.cors import CORSConfig
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"

log = structlog.get_logger(logger_name="litehq.access")


def new_request_id() -> str:
    """An id that nobody can guess or choose: ``req_`` and 24 hexadecimal digits."""
    return f"req_{secrets.token_hex(12)}"


def with_request_id(app: ASGIApp) -> ASGIApp:
    """Give every request an id of ours, put it on every answer, and log the request by it.

    An id that came from outside is not taken over: it would let a caller write into our log.
    The log holds the path without its query, which may carry a key, and no header.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id
        own_header = (HEADER, request_id.encode())
        status = 0
        started = perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.accept"):
                found = message.get("status", 101)
                status = found if isinstance(found, int) else 0
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != HEADER]
                message["headers"] = [*kept, own_header]
            await send(message)

        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                await app(scope, receive, answer)
        finally:
            log.info(
                "request",
                method=scope.get("method", "SOCKET"),
                path=_printable(scope["path"]),
                status=status,
                ms=round((perf_counter() - started) * 1000, 1),
                request_id=request_id,
            )

    return layer


def _printable(path: str) -> str:
    """A path that cannot move the cursor of whoever reads the log."""
    return path if path.isascii() and path.isprintable() else quote(path)


def with_socket_origins(app: ASGIApp, cors: CORSConfig | None) -> ASGIApp:
    """Refuse sockets that a foreign web page opens, as CORS does for its requests.

    Browsers apply CORS to HTTP alone and leave it to the server to judge a socket's ``Origin``.
    Programs that are no browsers send none.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            headers = Headers.from_scope(scope)
            origin = headers.get("origin")
            own = origin is None or urlsplit(origin).netloc == headers.get("host")
            if not own and not (cors and cors.is_origin_allowed(origin or "")):
                await receive()
                # Closed before it was accepted: the client sees HTTP 403.
                await send({"type": "websocket.close", "code": 4403, "reason": "foreign origin"})
                return
        await app(scope, receive, send)

    return layer
