"""Addresses longer than any of ours."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from litehq_app.edge.answers import send_refusal
from litehq_rest.errors import MalformedRequest

# RFC 9110, 4.1, asks for 8,000 at least. A cursor, or a GraphQL query in a GET, takes its place.
MAX_ADDRESS_BYTES = 16 * 1024


def with_short_addresses(app: ASGIApp) -> ASGIApp:
    """Refuse addresses that are longer than whatever stands before us might pass on."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        length = 0
        if scope["type"] == ScopeType.HTTP:
            length = len(scope["raw_path"]) + len(scope["query_string"])
        if length > MAX_ADDRESS_BYTES:
            refusal = MalformedRequest(f"The address is longer than {MAX_ADDRESS_BYTES} bytes.")
            await send_refusal(scope, send, refusal)
            return
        await app(scope, receive, send)

    return layer
