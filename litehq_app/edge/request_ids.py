"""Every request's id, the access log, and the last resort when everything else has failed."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter
from urllib.parse import quote

import structlog
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from litehq_app.edge.answers import frame_of, send_answer
from litehq_core.domain.errors import Code
from litehq_rest.errors import own_error

HEADER = b"x-request-id"
# Long enough to be found again, short enough to be printed, and nothing that could end a line of
# the log or a header, or begin another.
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)

# Whoever knows the rest of such a path may accept, pay or come in.
_SECRET_BELOW = ("/invitations/", "/passes/", "/checkout/")

log = structlog.get_logger(logger_name="litehq.access")
logger = logging.getLogger(__name__)


def new_request_id() -> str:
    """An id that nobody can guess: ``req_`` and 24 hexadecimal digits."""
    return f"req_{secrets.token_hex(12)}"


def with_request_id(app: ASGIApp) -> ASGIApp:
    """Give every request an id, put it on every answer, and log the request by it.

    A caller, or a proxy, that has an id of its own may keep it if it is sane; so a request can be
    followed across servers. The log holds the path without its query, which may carry a key, and
    no header.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _given_id(scope) or new_request_id()
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
                try:
                    await app(scope, receive, answer)
                except Exception:
                    # No handler of the application's has seen it: the fault is in a layer.
                    if status or scope["type"] != ScopeType.HTTP:
                        raise
                    logger.exception("%s failed at the edge", _printable(scope["path"]))
                    await send_answer(answer, own_error(Code.INTERNAL_ERROR, frame_of(scope)))
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


def _given_id(scope: Scope) -> str | None:
    given = Headers.from_scope(scope).getall("x-request-id", [])
    return given[0] if len(given) == 1 and _SANE.fullmatch(given[0]) else None


def _printable(path: str) -> str:
    """A path that cannot move the cursor of whoever reads the log, nor open a door for him."""
    for secret in _SECRET_BELOW:
        if path.startswith(secret):
            return f"{secret}…"
    return path if path.isascii() and path.isprintable() else quote(path)
