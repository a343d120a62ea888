"""Webhook endpoints: where events are sent, which of them, and whether anything is.

An endpoint gets events only while it is active: once somebody at its address has answered a
signed challenge, and until it is disabled. Its secrets are kept sealed; during the overlap after
a rotation there are two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.api_key import Scope
from litehq_core.domain.errors import Code, InvalidTransition, Refusal, VersionConflict

NOUN = "webhook"

# So many may be registered in a workspace: each event is matched against all of them.
MOST_ENDPOINTS = 100
# contract.md, The rest of /v1: how long a challenge may take.
CHALLENGE_SECONDS = 5.0
# An endpoint that has failed for so long, without a success in between, is disabled.
MOST_FAILING = timedelta(days=5)


class WebhookStatus(StrEnum):
    """Whether an endpoint is sent anything; only an active one is."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why an endpoint is disabled.

    - ``operator``: somebody wished it so
    - ``gone``: it answered 410
    - ``failing``: it failed for ``MOST_FAILING``
    """

    OPERATOR = "operator"
    GONE = "gone"
    FAILING = "failing"


class WebhookMove(StrEnum):
    """What can happen to an endpoint's status."""

    VERIFY = "be verified"
    READDRESS = "be given another URL"
    ENABLE = "be enabled"
    DISABLE = "be disabled"


TRANSITIONS: Mapping[tuple[WebhookStatus, WebhookMove], WebhookStatus] = {
    (WebhookStatus.UNVERIFIED, WebhookMove.VERIFY): WebhookStatus.ACTIVE,
    (WebhookStatus.DISABLED, WebhookMove.VERIFY): WebhookStatus.ACTIVE,
    (WebhookStatus.UNVERIFIED, WebhookMove.READDRESS): WebhookStatus.UNVERIFIED,
    (WebhookStatus.ACTIVE, WebhookMove.READDRESS): WebhookStatus.UNVERIFIED,
    (WebhookStatus.DISABLED, WebhookMove.READDRESS): WebhookStatus.UNVERIFIED,
    (WebhookStatus.DISABLED, WebhookMove.ENABLE): WebhookStatus.ACTIVE,
    (WebhookStatus.UNVERIFIED, WebhookMove.DISABLE): WebhookStatus.DISABLED,
    (WebhookStatus.ACTIVE, WebhookMove.DISABLE): WebhookStatus.DISABLED,
}


class WebhookUnverified(Refusal):
    """The endpoint did not answer the challenge with a 2xx status."""

    code = Code.WEBHOOK_UNVERIFIED

    def __init__(self, *, status: int | None, reason: str | None) -> None:
        self.status = status
        self.reason = reason
        told = f"answered {status}" if status is not None else f"did not answer ({reason})"
        super().__init__(f"The endpoint {told}; the challenge needs a 2xx status.")

    def details(self) -> dict[str, Any]:
        return {"endpoint_status": self.status, "endpoint_error": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookHealth:
    """How deliveries have gone, which changes with each of them and so without a version.

    Attributes:
        failing_since: when the first failure came after the last success; None: none did.
        last_error: what the last failure was; kept after a success, to be read beside it.
    """

    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_error: str | None = None
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWindow:
    """Positions of the log that an endpoint is told of once more, those after ``after``."""

    since: datetime
    after: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """An address that events are sent to.

    Attributes:
        events: types, areas such as ``booking.*``, or ``*``.
        scopes: what the key could read that chose the events; nothing else is ever sent.
        ordered: whether an event waits for the one before it about the same thing.
        contact_email: whom to write to when it is disabled by itself.
        secret_sealed, old_secret_sealed: with the vault; the old one signs too until
            ``old_secret_until``.
        verified_at: when this very URL last answered a challenge.
        active_since: events before it are none of its; None while it is not active.
        replay: what of the log is being told once more.
        created_by: the key that registered it.
    """

    id: str
    workspace_id: str
    status: WebhookStatus = WebhookStatus.UNVERIFIED
    version: int = 1
    url: str
    description: str | None = None
    events: tuple[str, ...]
    scopes: frozenset[Scope]
    ordered: bool = False
    contact_email: str | None = None
    secret_sealed: bytes = field(repr=False)
    old_secret_sealed: bytes | None = field(default=None, repr=False)
    old_secret_until: datetime | None = None
    verified_at: datetime | None = None
    active_since: datetime | None = None
    disabled_reason: DisabledReason | None = None
    health: WebhookHealth = WebhookHealth()
    replay: ReplayWindow | None = None
    created_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_active(self) -> bool:
        """Whether anything is sent to it."""
        return self.status is WebhookStatus.ACTIVE

    def require_version(self, expected: int | None) -> None:
        """Refuse a stale version; None means that the caller does not care.

        Raises:
            VersionConflict: the endpoint is at another version.
        """
        if expected is not None and expected != self.version:
            raise VersionConflict(current_version=self.version)

    def require_active(self, move: str) -> None:
        """Refuse what only an active endpoint can be asked for.

        Raises:
            InvalidTransition: it is not.
        """
        if not self.is_active:
            raise InvalidTransition(status=self.status, move=move, noun=NOUN)

    def signing_secrets(self, now: datetime) -> tuple[bytes, ...]:
        """The sealed secrets that sign at ``now``, the newest first."""
        old, until = self.old_secret_sealed, self.old_secret_until
        if old is None or until is None or until <= now:
            return (self.secret_sealed,)
        return (self.secret_sealed, old)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWebhook:
    """An endpoint, and how many of its deliveries are yet to arrive and have been given up."""

    endpoint: WebhookEndpoint
    pending: int = 0
    dead: int = 0


def move_endpoint(
    endpoint: WebhookEndpoint,
    step: WebhookMove,
    now: datetime,
    *,
    reason: DisabledReason | None = None,
) -> WebhookEndpoint:
    """The endpoint after ``step``; its version is raised by whoever makes the event.

    The only function that writes ``status``.

    Args:
        reason: why it is disabled.

    Raises:
        InvalidTransition: its status does not allow the step, or it was never verified.
    """
    target = TRANSITIONS.get((endpoint.status, step))
    never_verified = step is WebhookMove.ENABLE and endpoint.verified_at is None
    if target is None or never_verified:
        raise InvalidTransition(status=endpoint.status, move=step, noun=NOUN)
    moved = replace(endpoint, status=target, disabled_reason=reason)
    if target is WebhookStatus.ACTIVE:
        # A new beginning: it is not disabled again for what went wrong before.
        fresh = replace(endpoint.health, failing_since=None)
        verified_at = now if step is WebhookMove.VERIFY else endpoint.verified_at
        return replace(moved, active_since=now, verified_at=verified_at, health=fresh)
    if step is WebhookMove.READDRESS:
        moved = replace(moved, verified_at=None)
    return replace(moved, active_since=None, replay=None)


def rotated(
    endpoint: WebhookEndpoint, secret_sealed: bytes, overlap: timedelta, now: datetime
) -> WebhookEndpoint:
    """The endpoint with a new secret; the present one signs too until the overlap is over.

    An overlap that is under way ends: two secrets are the most that sign.
    """
    lasts = overlap > timedelta(0)
    return replace(
        endpoint,
        secret_sealed=secret_sealed,
        old_secret_sealed=endpoint.secret_sealed if lasts else None,
        old_secret_until=now + overlap if lasts else None,
    )


def note_success(endpoint: WebhookEndpoint, now: datetime) -> WebhookEndpoint:
    """A delivery has arrived."""
    health = replace(endpoint.health, last_success_at=now, failing_since=None)
    return replace(endpoint, health=health)


def note_failure(
    endpoint: WebhookEndpoint, error: str, now: datetime
) -> tuple[WebhookEndpoint, bool]:
    """A delivery has failed once; and whether the endpoint has failed for too long by now."""
    since = endpoint.health.failing_since or now
    health = replace(endpoint.health, last_failure_at=now, last_error=error, failing_since=since)
    return replace(endpoint, health=health), now - since >= MOST_FAILING
