"""The real sender: one request on one connection, bounded in every direction."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic

import httpcore
import httpx
import structlog

from litehq_app.webhook_sender.answering import excerpt_of, first_bytes, retry_after
from litehq_app.webhook_sender.connecting import AddressNotAllowed, JudgedNetwork
from litehq_app.webhook_sender.resolving import Resolver, SystemResolver
from litehq_app.webhook_sender.target import Reach, Target, parse_target
from litehq_core.domain.errors import ValidationFailed
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.webhook_sender import WebhookAnswer, WebhookRequest

USER_AGENT = "LiteHQ-Webhooks/1.0"
MOST_CONNECTIONS = 128
_OURS = frozenset(
    {
        "host",
        "user-agent",
        "accept-encoding",
        "connection",
        "content-length",
        "transfer-encoding",
    }
)

log = structlog.get_logger(logger_name="litehq.webhook_sender")


class Failure(StrEnum):
    """Why there is no answer. Tenants read these words, so none of them maps the inside."""

    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    CONNECTION_FAILED = "connection_failed"
    TLS_FAILED = "tls_failed"
    INVALID_ANSWER = "invalid_answer"
    TIMEOUT = "timeout"


class HttpWebhookSender:
    """Sends over HTTP/1.1: no redirects, no cookies, no proxies, no connection used twice.

    A connection for each request keeps the judgement of its address as fresh as the request. Its
    end does not depend on the receiver's good will, whatever that sends, or does not.

    Args:
        reach: where requests may go.
        resolve: what asks for the addresses behind a name.
        network: what opens connections to addresses.
        trust: whose certificates are believed; by default those that browsers believe.
    """

    def __init__(
        self,
        reach: Reach,
        *,
        resolve: Resolver | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
        trust: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._reach = reach
        self._network = JudgedNetwork(reach, resolve or SystemResolver(), network)
        self._trust = trust or httpx.create_ssl_context(trust_env=False)
        self._clock = clock
        self._connections = asyncio.Semaphore(MOST_CONNECTIONS)

    def require_allowed(self, url: str) -> None:
        """As the port says.

        Raises:
            ValidationFailed: with the field ``url``.
        """
        parse_target(url, self._reach)

    async def send(
        self, request: WebhookRequest, *, timeout_seconds: float = 15.0
    ) -> WebhookAnswer:
        """As the port says. Waiting until another connection may be opened takes no time of it."""
        require_outside("sending a webhook")
        try:
            target = parse_target(request.url, self._reach)
        except ValidationFailed:
            return _failed(Failure.ADDRESS_NOT_ALLOWED, 0)
        async with self._connections:
            began = monotonic()
            try:
                async with asyncio.timeout(timeout_seconds):
                    status, headers, body = await self._exchange(target, request)
            except Exception as error:
                return _failed(_why(error), _ms_since(began))
        return WebhookAnswer(
            status=status,
            error=None,
            latency_ms=_ms_since(began),
            excerpt=excerpt_of(body),
            retry_after_seconds=retry_after(headers, self._clock()),
        )

    async def _exchange(
        self, target: Target, request: WebhookRequest
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """The status, the headers and the beginning of the body."""
        # Made of parts, so that nobody parses the URL again and finds something else in it.
        url = httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode(),
        )
        async with (
            httpcore.AsyncHTTPConnection(
                url.origin, ssl_context=self._trust, network_backend=self._network
            ) as connection,
            connection.stream(
                "POST", url, headers=_headers(target, request), content=request.body
            ) as response,
        ):
            return response.status, response.headers, await first_bytes(response.aiter_stream())


def _headers(target: Target, request: WebhookRequest) -> list[tuple[bytes, bytes]]:
    """The request's headers among ours, which it cannot replace."""
    given = {name: value for name, value in request.headers.items() if name.lower() not in _OURS}
    ours = {
        "Host": target.host_header,
        "User-Agent": USER_AGENT,
        # The excerpt is read by people, and nothing that is sent back can swell when unpacked.
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": str(len(request.body)),
    }
    return [(name.encode(), value.encode()) for name, value in {**ours, **given}.items()]


def _failed(why: Failure, latency_ms: int) -> WebhookAnswer:
    return WebhookAnswer(
        status=None,
        error=why.value,
        latency_ms=latency_ms,
        excerpt="",
        retry_after_seconds=None,
    )


def _why(error: Exception) -> Failure:
    match error:
        case AddressNotAllowed():
            return Failure.ADDRESS_NOT_ALLOWED
        case TimeoutError() | httpcore.TimeoutException():
            return Failure.TIMEOUT
        case httpcore.ConnectError() if isinstance(error.__cause__, ssl.SSLError):
            return Failure.TLS_FAILED
        case httpcore.RemoteProtocolError():
            return Failure.INVALID_ANSWER
        case httpcore.NetworkError():
            return Failure.CONNECTION_FAILED
        case _:
            # Ours to put right; the delivery goes on like any other that failed.
            log.error("webhook_not_sent", exc_info=error)
            return Failure.CONNECTION_FAILED


def _ms_since(began: float) -> int:
    return round((monotonic() - began) * 1_000)
