"""What carries webhook requests out, as the core sees it. Called outside transactions only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """What is sent, byte for byte: the signatures among the headers are over this very body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What came of one attempt.

    Attributes:
        status: the HTTP status; None if there was no whole answer.
        error: then why, in one of a few words that tell nothing about the inside of a network:
            ``address_not_allowed``, ``connection_failed``, ``tls_failed``, ``invalid_answer``,
            ``timeout``. None if there was an answer, whatever its status.
        latency_ms: from the first look at the name to the end of the answer.
        excerpt: the beginning of the answer's body, printable, at most 1,000 characters.
        retry_after_seconds: what the answer asks for, be it as seconds or as a date.
    """

    status: int | None
    error: str | None
    latency_ms: int
    excerpt: str
    retry_after_seconds: int | None


class WebhookSender(Protocol):
    """Sends requests to addresses that tenants have chosen, and never inwards."""

    def require_allowed(self, url: str) -> None:
        """Refuse what can never be sent to. Looks at the text alone, so it can be asked anywhere.

        That it passes promises nothing: a name is judged by what it stands for when it is sent to.

        Raises:
            ValidationFailed: with the field ``url``.
        """

    async def send(
        self, request: WebhookRequest, *, timeout_seconds: float = 15.0
    ) -> WebhookAnswer:
        """Send once, follow nowhere, and tell what came of it. It never raises.

        Args:
            timeout_seconds: for all of it, from the first look at the name to the end of the
                answer.
        """
