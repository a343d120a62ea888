"""``HEAD``: what ``GET`` would answer, without its body."""

from __future__ import annotations

from litestar.enums import HttpMethod, ScopeType
from litestar.types import (
    ASGIApp,
    HTTPDisconnectEvent,
    HTTPReceiveMessage,
    Message,
    Receive,
    Scope,
    Send,
)


def with_heads(app: ASGIApp) -> ASGIApp:
    """Let every address that takes ``GET`` take ``HEAD`` (RFC 9110, 9.1 and 9.3.2).

    The application sees a ``GET`` whose client goes away once it has the headers, so that a
    stream ends where it would have begun.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        async def allow(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_with_head(*pair) for pair in message["headers"]]
            await send(message)

        if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.HEAD:
            await app(scope, receive, allow)
            return
        is_answered = False

        async def hear() -> HTTPReceiveMessage:
            gone: HTTPDisconnectEvent = {"type": "http.disconnect"}
            return gone if is_answered else await receive()  # type: ignore[return-value]

        async def answer(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start" and not is_answered:
                is_answered = True
                await allow(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await app({**scope, "method": HttpMethod.GET}, hear, answer)

    return layer


def _with_head(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    methods = value.split(b", ") if name.lower() == b"allow" else []
    if b"GET" in methods and b"HEAD" not in methods:
        return name, b", ".join(sorted([*methods, b"HEAD"]))
    return name, value
