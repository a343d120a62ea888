"""Webhook endpoints."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.webhook import DisabledReason, WebhookStatus
from litehq_graphql.fields import resolved
from litehq_graphql.types.enums import Scope
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, within

strawberry.enum(
    WebhookStatus,
    description=(
        "Whether an endpoint is sent anything; only an ACTIVE one is. UNVERIFIED becomes ACTIVE "
        "when its URL has answered the challenge."
    ),
)
strawberry.enum(
    DisabledReason,
    name="WebhookDisabledReason",
    description=(
        "Why an endpoint is disabled: somebody wished it so, it answered 410, or it failed for "
        "five days."
    ),
)


@strawberry.type(description="How deliveries to an endpoint go.")
class WebhookHealth(Recorded):
    """A part of an endpoint."""

    failing_since: datetime | None = strawberry.field(
        description="When the first failure came after the last success; null if none did."
    )
    last_success_at: datetime | None = strawberry.field(description="When one last arrived.")
    last_failure_at: datetime | None = strawberry.field(description="When one last failed.")
    last_error: str | None = strawberry.field(description="What the last failure was.")

    @resolved("How many deliveries are yet to arrive.", needs("pending_count"))
    def pending(self) -> int:
        """Counted."""
        number: int = self.read("pending_count")
        return number

    @resolved("How many were given up, and can be replayed.", needs("dead_count"))
    def dead(self) -> int:
        """Counted."""
        number: int = self.read("dead_count")
        return number


@strawberry.type(description="An address that events are sent to. Its secret is shown once.")
class Webhook(Recorded, Node):
    """An endpoint's attributes."""

    noun: ClassVar[Noun | None] = Noun.WEBHOOK

    status: WebhookStatus = strawberry.field(description="Whether it is sent anything.")
    version: int = strawberry.field(description="Raised by one with every change.")
    url: str = strawberry.field(description="Where to.")
    description: str | None = strawberry.field(description="Free text.")
    events: list[str] = strawberry.field(
        description="Types of events such as `booking.created`, areas such as `booking.*`, or `*`."
    )
    scopes: list[Scope] = strawberry.field(
        description="What it may be told of: what the token could read that chose the events."
    )
    ordered: bool = strawberry.field(
        description="Whether an event waits for the one before it about the same thing."
    )
    contact_email: str | None = strawberry.field(
        description="Who is written to when it is disabled by itself."
    )
    old_secret_until: datetime | None = strawberry.field(
        description="Until when the secret before the present one signs as well."
    )
    verified_at: datetime | None = strawberry.field(
        description="When its URL last answered the challenge."
    )
    disabled_reason: DisabledReason | None = strawberry.field(
        description="Why it is disabled; null if it is not."
    )
    replaying_since: datetime | None = strawberry.field(
        description="Since when events are being sent once more; null if none are."
    )
    created_at: datetime = strawberry.field(description="When it was registered.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved("How deliveries go.", within())
    def health(self) -> WebhookHealth:
        """From the same record."""
        return self.part(WebhookHealth)
