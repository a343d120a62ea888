"""``OPTIONS``: what an address takes, and what a browser asks before it lets a page call it."""

from __future__ import annotations

from litestar.config.cors import CORSConfig
from litestar.datastructures import Headers
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from litehq_app.edge.answers import send_refusal
from litehq_rest.errors import MalformedRequest

_WHY = (
    "Pages of this origin may not make this call from a browser. LITEHQ_CORS_ORIGINS names the "
    "origins whose pages may."
)
# No address takes it, so it is refused with everything that the address does take.
_NOBODYS_METHOD = "TRACE"


def with_options(app: ASGIApp, cors: CORSConfig | None) -> ASGIApp:
    """Answer ``OPTIONS`` for every address.

    The framework's own answer forgets methods of addresses that several handlers share, and
    refuses preflights in plain text.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.OPTIONS:
            await app(scope, receive, send)
            return
        is_preflight = cors is not None and "origin" in Headers.from_scope(scope)
        is_replaced = False

        async def answer(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start":
                if is_preflight and _is_refused_preflight(message):
                    is_replaced = True
                    vary = (b"vary", b"Origin")
                    await send_refusal(scope, send, MalformedRequest(_WHY), [vary])
                elif not is_preflight and message["status"] == 405:
                    is_replaced = True
                    await _tell_methods(message, send)
            if not is_replaced:
                await send(message)

        method = HttpMethod.OPTIONS if is_preflight else _NOBODYS_METHOD
        await app({**scope, "method": method}, receive, answer)  # type: ignore[typeddict-item]

    return layer


def _is_refused_preflight(message: HTTPResponseStartEvent) -> bool:
    # Every other 400 is JSON, and its own reason.
    return message["status"] == 400 and any(
        name.lower() == b"content-type" and value.startswith(b"text/plain")
        for name, value in message["headers"]
    )


async def _tell_methods(refused: HTTPResponseStartEvent, send: Send) -> None:
    allow = [pair for pair in refused["headers"] if pair[0].lower() == b"allow"]
    await send({"type": "http.response.start", "status": 204, "headers": allow})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
