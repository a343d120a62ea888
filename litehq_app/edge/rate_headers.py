"""What is left of the rate limit, on every answer of the two façades."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from litehq_app.edge.answers import send_refusal
from litehq_core.domain.errors import RateLimited
from litehq_core.domain.rate_limit import Allowance
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.rate_limits.draw_for import draw_for_stranger
from litehq_rest.auth import ALLOWANCE

_LIMITED = ("/v1", "/graphql")
_BELOW_LIMITED = ("/v1/", "/graphql/")
# What belongs to a body that is not sent.
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"etag", b"allow"})


def with_rate_headers(app: ASGIApp) -> ASGIApp:
    """Write ``X-RateLimit-*`` on what REST and GraphQL answer.

    They judge each call as soon as they know who calls. What never gets so far, because there is
    nothing at its address, is judged here, as a stranger's. Preflights are questions of browsers
    about a call, and no calls: they are told what is left, and draw nothing.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        is_told = scope["type"] == ScopeType.HTTP and _is_limited(scope["path"])
        await app(scope, receive, _Answer(scope, send) if is_told else send)

    return layer


def _is_limited(path: str) -> bool:
    return path in _LIMITED or path.startswith(_BELOW_LIMITED)


class _Answer:
    """Sends an answer with its headers, or a refusal in its place."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._is_replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            state: dict[str, Any] = self._scope["state"]
            try:
                if ALLOWANCE not in state:
                    await self._judge(state)
            except RateLimited as refusal:
                await self._refuse(refusal, message)
                return
            message["headers"] = [*message["headers"], *rate_headers(state[ALLOWANCE])]
        if not self._is_replaced:
            await self._send(message)

    async def _judge(self, state: dict[str, Any]) -> None:
        client = self._scope.get("client")
        ports: Ports = self._scope["litestar_app"].state.ports
        tell = partial(state.__setitem__, ALLOWANCE)
        tokens = 0 if self._scope["method"] == HttpMethod.OPTIONS else 1  # type: ignore[typeddict-item]
        await draw_for_stranger(ports, client[0] if client else None, tell, tokens)

    async def _refuse(self, refusal: RateLimited, message: Any) -> None:
        self._is_replaced = True
        kept = [pair for pair in message["headers"] if pair[0].lower() not in _OF_THE_BODY]
        allowance: Allowance = self._scope["state"][ALLOWANCE]
        await send_refusal(self._scope, self._send, refusal, [*kept, *rate_headers(allowance)])


def rate_headers(allowance: Allowance) -> list[tuple[bytes, bytes]]:
    """An allowance as page B has it."""
    return [
        (b"x-ratelimit-limit", b"%d" % allowance.burst),
        (b"x-ratelimit-remaining", b"%d" % allowance.remaining),
        (b"x-ratelimit-reset", b"%d" % allowance.full_at),
    ]
