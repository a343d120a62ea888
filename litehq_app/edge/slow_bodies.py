"""Bodies that never end."""

from __future__ import annotations

import asyncio

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send

from litehq_rest.errors import MalformedRequest

# For 1 MiB, the most that is read, that is 35 kB a second.
BODY_SECONDS = 30.0


def with_patience(app: ASGIApp, seconds: float = BODY_SECONDS) -> ASGIApp:
    """Wait for a request's body so long and no longer; then it cannot be read.

    Whoever sends a byte a minute would keep a connection, and what a handler holds, for hours.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        until = asyncio.get_running_loop().time() + seconds
        is_whole = is_overdue = False

        async def hear() -> HTTPReceiveMessage:
            nonlocal is_whole, is_overdue
            if is_whole:
                # From here on it is only heard whether the client goes away.
                return await receive()  # type: ignore[return-value]
            try:
                async with asyncio.timeout_at(until):
                    message: HTTPReceiveMessage = await receive()  # type: ignore[assignment]
            except TimeoutError:
                is_overdue = True
                raise MalformedRequest(
                    f"The body did not come within {seconds:.0f} seconds."
                ) from None
            is_whole = not message.get("more_body", False)
            return message

        async def answer(message: Message) -> None:
            if is_overdue and message["type"] == "http.response.start":
                # What still comes belongs to a request that is over.
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await app(scope, hear, answer)

    return layer
