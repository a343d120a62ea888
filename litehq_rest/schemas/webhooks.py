"""The shapes of webhook endpoints and deliveries."""

from __future__ import annotations

from typing import Literal

from litehq_core.domain.api_key import Scope
from litehq_core.domain.webhook import DisabledReason, WebhookStatus
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_rest.schemas.shape import Instant, Shape


class WebhookHealth(Shape, kw_only=True, forbid_unknown_fields=True):
    """How deliveries go. ``dead`` are those that were given up; they can be replayed."""

    pending: int
    dead: int
    failing_since: Instant | None
    last_success_at: Instant | None
    last_failure_at: Instant | None
    last_error: str | None


class Webhook(Shape, kw_only=True, forbid_unknown_fields=True):
    """A webhook endpoint. It is told of what ``scopes`` may read, and of nothing else."""

    id: str
    object: Literal["webhook"]
    status: WebhookStatus
    version: int
    url: str
    description: str | None
    events: list[str]
    scopes: list[Scope]
    ordered: bool
    contact_email: str | None
    old_secret_until: Instant | None
    verified_at: Instant | None
    disabled_reason: DisabledReason | None
    replaying_since: Instant | None
    health: WebhookHealth
    created_at: Instant
    updated_at: Instant


class WebhookWithSecret(Webhook, kw_only=True, forbid_unknown_fields=True):
    """A webhook endpoint with its secret, which is shown this once."""

    secret: str


class WebhookPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the webhook endpoints."""

    data: list[Webhook]
    next_cursor: str | None


class WebhookAttempt(Shape, kw_only=True, forbid_unknown_fields=True):
    """One try. ``error`` is null if it arrived; ``excerpt`` begins the answer's body."""

    at: Instant
    status: int | None
    error: str | None
    latency_ms: int
    excerpt: str


class WebhookDelivery(Shape, kw_only=True, forbid_unknown_fields=True):
    """An event on its way to an endpoint. ``event_id`` is the ``webhook-id`` of every try."""

    id: str
    object: Literal["webhook_delivery"]
    webhook_id: str
    event_id: str
    type: str
    subject_id: str
    status: DeliveryStatus
    tries: int
    next_attempt_at: Instant | None
    last_status: int | None
    last_error: str | None
    attempts: list[WebhookAttempt]
    delivered_at: Instant | None
    created_at: Instant
    updated_at: Instant


class WebhookDeliveryPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the deliveries to an endpoint."""

    data: list[WebhookDelivery]
    next_cursor: str | None


class WebhookReplay(Shape, kw_only=True, forbid_unknown_fields=True):
    """What is being sent once more; ``queued`` is null while the log is yet to be gone through."""

    object: Literal["webhook_replay"]
    webhook_id: str
    delivery_id: str | None
    since: Instant | None
    failed: bool
    queued: int | None
