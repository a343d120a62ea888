"""A socket's messages, in and out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from litestar import WebSocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)

from litehq_graphql.errors import RequestFault
from litehq_graphql.messages import MAX_BYTES, read_json

AnySocket = WebSocket[Any, Any, State]

MESSAGE_TOO_BIG = 1009


class Wire:
    """An accepted socket, as Strawberry's protocol handler wants it."""

    def __init__(self, socket: AnySocket) -> None:
        self._socket = socket
        self._is_closed = False

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        """Every message until one of the two sides closes."""
        with suppress(WebSocketDisconnect):
            while not self._is_closed:
                text = await self._socket.receive_data(mode="text")
                if not text:
                    raise NonTextMessageReceived
                if len(text.encode(errors="replace")) > MAX_BYTES:
                    await self.close(MESSAGE_TOO_BIG, "Message too big")
                    return
                try:
                    message = read_json(text)
                except RequestFault:
                    raise NonJsonMessageReceived from None
                yield message

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message.

        Raises:
            WebSocketDisconnected: nobody listens any more.
        """
        if self._is_closed:
            raise WebSocketDisconnected
        try:
            await self._socket.send_data(msgspec.json.encode(message).decode(), mode="text")
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise WebSocketDisconnected from gone

    async def close(self, code: int, reason: str) -> None:
        """Close, unless it is closed already."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code=code, reason=reason)
