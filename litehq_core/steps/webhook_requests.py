"""Requests to endpoints: signed with the secrets of the moment, and the challenge among them."""

from __future__ import annotations

from datetime import datetime

from litehq_core.domain.ids import Prefix
from litehq_core.domain.webhook import CHALLENGE_SECONDS, WebhookEndpoint, WebhookUnverified
from litehq_core.domain.webhook_delivery import Outcome, outcome_of
from litehq_core.domain.webhook_signing import signed_headers
from litehq_core.domain.webhook_words import CHALLENGE_TYPE, own_body
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.ports import Ports
from litehq_core.ports.webhook_sender import WebhookRequest


def signed_request(
    ports: Ports, endpoint: WebhookEndpoint, *, message_id: str, at: datetime, body: bytes
) -> WebhookRequest:
    """What is sent. While two secrets sign, the bare header still has the signature of the old one.

    Raises:
        ServiceUnavailable: the key that sealed the secrets is not at hand.
    """
    secrets = [ports.vault.unseal(sealed).decode() for sealed in endpoint.signing_secrets(at)]
    signatures = signed_headers(
        secrets, message_id=message_id, at=at, body=body, bare_secret=secrets[-1]
    )
    return WebhookRequest(
        url=endpoint.url, headers={"Content-Type": "application/json", **signatures}, body=body
    )


async def sent(
    ports: Ports, request: WebhookRequest, at: datetime, *, timeout_seconds: float
) -> Outcome:
    """Send once, and say what came of it. Called outside transactions only."""
    require_outside("sending a webhook")
    answer = await ports.webhook_sender.send(request, timeout_seconds=timeout_seconds)
    return outcome_of(
        at=at,
        status=answer.status,
        error=answer.error,
        latency_ms=answer.latency_ms,
        excerpt=answer.excerpt,
        retry_after_seconds=answer.retry_after_seconds,
    )


async def challenge(ports: Ports, endpoint: WebhookEndpoint) -> None:
    """Have the endpoint show that somebody there wants what will be sent.

    Raises:
        WebhookUnverified: no 2xx came in time (``contract.md``: within 5 s).
        ServiceUnavailable: the key that sealed the secrets is not at hand.
    """
    message_id, at = ports.new_id(Prefix.EVENT), ports.clock().replace(microsecond=0)
    body = own_body(CHALLENGE_TYPE, endpoint, message_id, at)
    request = signed_request(ports, endpoint, message_id=message_id, at=at, body=body)
    outcome = await sent(ports, request, at, timeout_seconds=CHALLENGE_SECONDS)
    if not outcome.arrived:
        raise WebhookUnverified(status=outcome.attempt.status, reason=outcome.attempt.error)
