"""The shapes of webhook endpoints and deliveries."""

from __future__ import annotations

from typing import Literal

from litehq_core.domain.api_key import Scope
from litehq_core.domain.webhook import DisabledReason, WebhookStatus
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
