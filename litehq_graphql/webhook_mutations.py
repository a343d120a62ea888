"""What changes webhook endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.webhook import ShownWebhook
from litehq_core.domain.webhook_words import shown_webhook_record, webhook_record
from litehq_core.use_cases.webhooks import (
    create_webhook,
    delete_webhook,
    rotate_webhook_secret,
    update_webhook,
    verify_webhook,
)
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.replays import INPUT, kept_record, once
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.webhook import Webhook
from litehq_graphql.webhook_inputs import (
    CreateWebhookInput,
    DeleteWebhookInput,
    RotateWebhookSecretInput,
    UpdateWebhookInput,
    VerifyWebhookInput,
)


class _WithWebhook:
    """A payload that shows an endpoint."""

    webhook: Webhook

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.webhook = Webhook.of(record_from_json(kept["record"]), context.related)
        return payload


class _WithSecret:
    """A payload that shows an endpoint and its secret."""

    webhook: Webhook
    secret: str

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.webhook = Webhook.of(record_from_json(kept["record"]), context.related)
        payload.secret = kept["secret"]
        return payload


_SECRET = "What the requests are signed with. It is shown this once."


@strawberry.type(description="The endpoint is registered.")
class CreateWebhookPayload(_WithSecret):
    """The new endpoint and its secret."""

    webhook: Webhook = strawberry.field(
        description="ACTIVE if a secret of yours was answered well, else UNVERIFIED."
    )
    secret: str = strawberry.field(description=_SECRET)


@strawberry.type(description="The endpoint was changed.")
class UpdateWebhookPayload(_WithWebhook):
    """The endpoint after the change."""

    webhook: Webhook = strawberry.field(description="The endpoint.")


@strawberry.type(description="The endpoint is gone, and its deliveries with it.")
class DeleteWebhookPayload(_WithWebhook):
    """What the endpoint was."""

    webhook: Webhook = strawberry.field(description="The endpoint as it was.")


@strawberry.type(description="The endpoint has answered the challenge.")
class VerifyWebhookPayload(_WithWebhook):
    """The endpoint, which is active."""

    webhook: Webhook = strawberry.field(description="The endpoint.")


@strawberry.type(description="The endpoint has another secret.")
class RotateWebhookSecretPayload(_WithSecret):
    """The endpoint and its new secret."""

    webhook: Webhook = strawberry.field(
        description="The endpoint; until `oldSecretUntil` both secrets verify."
    )
    secret: str = strawberry.field(description=_SECRET)


CreateWebhookResult = Annotated[
    CreateWebhookPayload | RefusalType,
    strawberry.union("CreateWebhookResult", description="The endpoint, or why there is none."),
]
UpdateWebhookResult = Annotated[
    UpdateWebhookPayload | RefusalType,
    strawberry.union("UpdateWebhookResult", description="The endpoint, or why it stays."),
]
DeleteWebhookResult = Annotated[
    DeleteWebhookPayload | RefusalType,
    strawberry.union("DeleteWebhookResult", description="The endpoint, or why it stays."),
]
VerifyWebhookResult = Annotated[
    VerifyWebhookPayload | RefusalType,
    strawberry.union("VerifyWebhookResult", description="The endpoint, or why it stays."),
]
RotateWebhookSecretResult = Annotated[
    RotateWebhookSecretPayload | RefusalType,
    strawberry.union("RotateWebhookSecretResult", description="The endpoint, or why it stays."),
]


def _kept(shown: ShownWebhook) -> Mapping[str, Any]:
    return kept_record(shown_webhook_record(shown))


def _kept_created(created: create_webhook.CreatedWebhook) -> Mapping[str, Any]:
    return kept_record(webhook_record(created.endpoint), secret=created.secret)


def _kept_rotated(rotated: rotate_webhook_secret.RotatedWebhook) -> Mapping[str, Any]:
    return kept_record(shown_webhook_record(rotated.webhook), secret=rotated.secret)


@strawberry.type
class WebhookMutations:
    """The part of the root of mutations that is about webhook endpoints."""

    @mutation(
        "Register an endpoint. With a secret of your own it is challenged at once, and must "
        "answer with a 2xx status."
    )
    async def create_webhook(
        self, info: Info, input: Annotated[CreateWebhookInput, INPUT]
    ) -> CreateWebhookResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_created, secret=True)
        created = await create_webhook.create_webhook(
            context.ports, context.actor, input.command(), only
        )
        return CreateWebhookPayload.from_kept(_kept_created(created), context)

    @mutation("Change an endpoint, disable it, or enable it again.")
    async def update_webhook(
        self, info: Info, input: Annotated[UpdateWebhookInput, INPUT]
    ) -> UpdateWebhookResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        changed = await update_webhook.update_webhook(
            context.ports, context.actor, input.command(), only
        )
        return UpdateWebhookPayload.from_kept(_kept(changed), context)

    @mutation("Take an endpoint away, and its deliveries with it.")
    async def delete_webhook(
        self, info: Info, input: Annotated[DeleteWebhookInput, INPUT]
    ) -> DeleteWebhookResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        was = await delete_webhook.delete_webhook(
            context.ports, context.actor, input.command(), only
        )
        return DeleteWebhookPayload.from_kept(_kept(was), context)

    @mutation("Send the signed challenge; the endpoint is active once it is answered with 2xx.")
    async def verify_webhook(
        self, info: Info, input: Annotated[VerifyWebhookInput, INPUT]
    ) -> VerifyWebhookResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        verified = await verify_webhook.verify_webhook(
            context.ports, context.actor, input.command(), only
        )
        return VerifyWebhookPayload.from_kept(_kept(verified), context)

    @mutation("Give an endpoint another secret; for a while the one before signs as well.")
    async def rotate_webhook_secret(
        self, info: Info, input: Annotated[RotateWebhookSecretInput, INPUT]
    ) -> RotateWebhookSecretResult:
        """Needs ``webhooks:write`` of a token that is not bound."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_rotated, secret=True)
        rotated = await rotate_webhook_secret.rotate_webhook_secret(
            context.ports, context.actor, input.command(), only
        )
        return RotateWebhookSecretPayload.from_kept(_kept_rotated(rotated), context)
