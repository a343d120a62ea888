"""Which web pages may open a socket."""

from __future__ import annotations

from urllib.parse import urlsplit

from litestar.config.cors import CORSConfig
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send


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
