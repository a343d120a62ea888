"""What the mutations of webhook endpoints are given, and how it becomes the core's commands."""

from __future__ import annotations

import strawberry

from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.webhook import WebhookStatus
from litehq_core.domain.webhook_wishes import (
    DEFAULT_OVERLAP_HOURS,
    CreateWebhook,
    RotateWebhookSecret,
    UpdateWebhook,
)
from litehq_core.use_cases.webhooks.delete_webhook import DeleteWebhook
from litehq_core.use_cases.webhooks.verify_webhook import VerifyWebhook
from litehq_graphql.inputs import KEY, changed

_VERSION = "The version that you saw; if the endpoint has changed since, nothing is done."
_EVENTS = "Types of events such as `booking.created`, areas such as `booking.*`, or `*`."
_ORDERED = "Whether an event waits for the one before it about the same thing."
_CONTACT = "Who is written to when it is disabled by itself."


def _nullable(given: str | None) -> str | Unset | None:
    """Null clears; what was left out stays."""
    return UNSET if given is strawberry.UNSET else given


@strawberry.input(description="A wish to be told of events at a URL. For operators.")
class CreateWebhookInput:
    """The fields of a new endpoint."""

    url: str = strawberry.field(description="Where to.")
    events: list[str] = strawberry.field(description=_EVENTS)
    secret: str | None = strawberry.field(
        description="A secret of your own; then the challenge is sent at once.", default=None
    )
    description: str | None = strawberry.field(description="Free text.", default=None)
    contact_email: str | None = strawberry.field(description=_CONTACT, default=None)
    ordered: bool = strawberry.field(description=_ORDERED, default=False)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateWebhook:
        """The core's words for it."""
        return CreateWebhook(
            url=self.url,
            events=tuple(self.events),
            secret=self.secret,
            description=self.description,
            contact_email=self.contact_email,
            ordered=self.ordered,
        )


@strawberry.input(description="A change of an endpoint. What is left out stays.")
class UpdateWebhookInput:
    """The fields that a change may name."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    url: str | None = strawberry.field(
        description="Another URL, which has to be verified.", default=strawberry.UNSET
    )
    events: list[str] | None = strawberry.field(description=_EVENTS, default=strawberry.UNSET)
    status: WebhookStatus | None = strawberry.field(
        description="DISABLED, or ACTIVE to enable it again.", default=strawberry.UNSET
    )
    description: str | None = strawberry.field(
        description="Free text, or null.", default=strawberry.UNSET
    )
    contact_email: str | None = strawberry.field(
        description=f"{_CONTACT} Null: nobody.", default=strawberry.UNSET
    )
    ordered: bool | None = strawberry.field(description=_ORDERED, default=strawberry.UNSET)
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> UpdateWebhook:
        """The core's words for it."""
        events = self.events
        return UpdateWebhook(
            webhook_id=normalise_id(Prefix.WEBHOOK, self.id),
            url=changed("url", self.url),
            events=changed("events", tuple(events) if isinstance(events, list) else events),
            status=changed("status", self.status),
            description=_nullable(self.description),
            contact_email=_nullable(self.contact_email),
            ordered=changed("ordered", self.ordered),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to send nothing there any more, and to forget it.")
class DeleteWebhookInput:
    """An endpoint."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> DeleteWebhook:
        """The core's words for it."""
        return DeleteWebhook(
            webhook_id=normalise_id(Prefix.WEBHOOK, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish that the endpoint be challenged.")
class VerifyWebhookInput:
    """An endpoint."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> VerifyWebhook:
        """The core's words for it."""
        return VerifyWebhook(
            webhook_id=normalise_id(Prefix.WEBHOOK, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish for another secret.")
class RotateWebhookSecretInput:
    """An endpoint, and how long both secrets sign."""

    id: strawberry.ID = strawberry.field(description="The endpoint.")
    secret: str | None = strawberry.field(
        description="A secret of your own; by default a fresh one is made.", default=None
    )
    overlap_hours: int = strawberry.field(
        description="How long the present secret signs as well; 0–168.",
        default=DEFAULT_OVERLAP_HOURS,
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> RotateWebhookSecret:
        """The core's words for it."""
        return RotateWebhookSecret(
            webhook_id=normalise_id(Prefix.WEBHOOK, self.id),
            secret=self.secret,
            overlap_hours=self.overlap_hours,
            expected_version=self.expected_version,
        )
