"""Deliveries to webhook endpoints."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_graphql.fields import resolved
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, relation
from litehq_graphql.types.webhook import Webhook

strawberry.enum(
    DeliveryStatus,
    name="WebhookDeliveryStatus",
    description=(
        "How far a delivery has got. A DEAD one was given up; it is tried no more unless it is "
        "replayed."
    ),
)


@strawberry.type(description="One try of a delivery.")
class WebhookAttempt:
    """What came of it."""

    at: datetime = strawberry.field(description="When it was sent.")
    status: int | None = strawberry.field(description="The HTTP status; null if none came.")
    error: str | None = strawberry.field(description="Why it failed; null if it arrived.")
    latency_ms: int = strawberry.field(description="How long the answer took, in milliseconds.")
    excerpt: str = strawberry.field(description="The beginning of the answer's body.")


@strawberry.type(description="An event on its way to an endpoint.")
class WebhookDelivery(Recorded, Node):
    """A delivery's attributes."""

    noun: ClassVar[Noun | None] = Noun.WEBHOOK_DELIVERY

    webhook_id: strawberry.ID = strawberry.field(description="The id of the endpoint.")
    event_id: strawberry.ID = strawberry.field(
        description="The event, which is the `webhook-id` of every try."
    )
    type: str = strawberry.field(description="The event's type, such as `booking.created`.")
    subject_id: strawberry.ID = strawberry.field(description="What the event is about.")
    status: DeliveryStatus = strawberry.field(description="How far it has got.")
    tries: int = strawberry.field(
        description="How often it was tried since it was made or last replayed."
    )
    last_status: int | None = strawberry.field(description="The HTTP status of the last try.")
    last_error: str | None = strawberry.field(description="Why the last try failed, if it did.")
    delivered_at: datetime | None = strawberry.field(description="When it arrived.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved(
        "When it is tried next; null once it has come to its end.",
        needs("next_attempt_at", "status"),
    )
    def next_attempt_at(self) -> datetime | None:
        """While it is pending."""
        at: datetime = self.read("next_attempt_at")
        return at if self.read("status") == DeliveryStatus.PENDING else None

    @resolved("The last tries, the oldest first.", needs("attempts"))
    def attempts(self) -> list[WebhookAttempt]:
        """From the record."""
        return [
            WebhookAttempt(**{**value, "at": datetime.fromisoformat(value["at"])})
            for value in self.read("attempts")
        ]

    @resolved("The endpoint.", relation("webhook"))
    def webhook(self) -> Webhook:
        """From the row, or loaded."""
        return self.to_one(Webhook, "webhook")
