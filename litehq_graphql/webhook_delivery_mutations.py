"""Sending to webhook endpoints: a test, and what was sent once more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.wall_clock import instant_text
from litehq_core.domain.webhook_delivery import Delivery, delivery_record
from litehq_core.use_cases.webhooks import replay_webhook, send_test_event
from litehq_graphql.arguments import id_or_none
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.inputs import KEY
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.webhook_delivery import WebhookDelivery


@strawberry.input(description="A wish to see whether an endpoint takes what it is sent.")
class TestWebhookInput:
    """An endpoint."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> send_test_event.SendTestEvent:
        """The core's words for it."""
        return send_test_event.SendTestEvent(webhook_id=normalise_id(Prefix.WEBHOOK, self.id))


@strawberry.input(
    description="A wish to be sent once more: just one of `deliveryId`, `since` and `failed`."
)
class ReplayWebhookInput:
    """An endpoint and what of it, or a delivery."""

    webhook_id: strawberry.ID | None = strawberry.field(
        description="The endpoint; a delivery needs none.", default=None
    )
    delivery_id: strawberry.ID | None = strawberry.field(description="One delivery.", default=None)
    since: datetime | None = strawberry.field(
        description="Everything that happened since, and that the endpoint asks for now.",
        default=None,
    )
    failed: bool = strawberry.field(description="All that were given up.", default=False)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> replay_webhook.ReplayWebhook:
        """The core's words for it."""
        return replay_webhook.ReplayWebhook(
            webhook_id=id_or_none(Prefix.WEBHOOK, self.webhook_id),
            delivery_id=id_or_none(Prefix.WEBHOOK_DELIVERY, self.delivery_id),
            since=self.since,
            failed=self.failed,
        )


@strawberry.type(description="A test event is on its way.")
class TestWebhookPayload:
    """Its delivery."""

    delivery: WebhookDelivery = strawberry.field(description="The delivery of the test event.")

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        record = record_from_json(kept["record"])
        return cls(delivery=WebhookDelivery.of(record, context.related))


@strawberry.type(description="What is being sent once more.")
class ReplayWebhookPayload:
    """The endpoint's id, and what was asked for."""

    webhook_id: strawberry.ID = strawberry.field(description="The endpoint.")
    delivery_id: strawberry.ID | None = strawberry.field(description="The one delivery, if it is.")
    since: datetime | None = strawberry.field(description="Since when, if it is since an instant.")
    failed: bool = strawberry.field(description="Whether it is all that were given up.")
    queued: int | None = strawberry.field(
        description="How many deliveries; null while the log is yet to be gone through."
    )

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        since = kept["since"]
        return cls(**{**kept, "since": since and datetime.fromisoformat(since)})


TestWebhookResult = Annotated[
    TestWebhookPayload | RefusalType,
    strawberry.union("TestWebhookResult", description="The delivery, or why there is none."),
]
ReplayWebhookResult = Annotated[
    ReplayWebhookPayload | RefusalType,
    strawberry.union("ReplayWebhookResult", description="What is sent again, or why nothing is."),
]


def _kept_test(delivery: Delivery) -> Mapping[str, Any]:
    return kept_record(delivery_record(delivery))


def _kept_replay(replay: replay_webhook.WebhookReplay) -> Mapping[str, Any]:
    return {
        "webhook_id": replay.webhook_id,
        "delivery_id": replay.delivery_id,
        "since": replay.since and instant_text(replay.since),
        "failed": replay.failed,
        "queued": replay.queued,
    }


@strawberry.type
class WebhookDeliveryMutations:
    """The part of the root of mutations that is about deliveries to webhook endpoints."""

    @mutation("Send a test event to an endpoint, and to nobody else.")
    async def test_webhook(
        self, info: Info, input: Annotated[TestWebhookInput, INPUT]
    ) -> TestWebhookResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_test)
        delivery = await send_test_event.send_test_event(
            context.ports, context.actor, input.command(), only
        )
        return TestWebhookPayload.from_kept(_kept_test(delivery), context)

    @mutation("Send once more: one delivery, all that were given up, or all since an instant.")
    async def replay_webhook(
        self, info: Info, input: Annotated[ReplayWebhookInput, INPUT]
    ) -> ReplayWebhookResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_replay)
        replay = await replay_webhook.replay_webhook(
            context.ports, context.actor, input.command(), only
        )
        return ReplayWebhookPayload.from_kept(_kept_replay(replay), context)
