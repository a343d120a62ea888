"""What webhook endpoints were sent."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_core.use_cases.webhooks.list_deliveries import ListDeliveries, list_deliveries
from litehq_graphql.arguments import After, Before, First, Id, Last
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.handlers import NullIfUnknown
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.webhook_delivery import WebhookDelivery


@strawberry.type(description="What can be read about deliveries to webhook endpoints.")
class WebhookDeliveryQueries:
    """A part of the root of queries."""

    @resolved("A delivery; null if there is none.")
    async def webhook_delivery(self, info: Info, id: Id) -> WebhookDelivery | None:
        """Needs ``webhooks:read``."""
        return await read_one(info, WebhookDelivery, Prefix.WEBHOOK_DELIVERY, id)

    @resolved(
        "What an endpoint was sent, newest first; null if there is no such endpoint.",
        extensions=(NullIfUnknown(),),
    )
    async def webhook_deliveries(
        self,
        info: Info,
        webhook_id: Annotated[strawberry.ID, strawberry.argument(description="The endpoint.")],
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        status: Annotated[
            DeliveryStatus | None, strawberry.argument(description="Only in this state.")
        ] = None,
    ) -> Connection[WebhookDelivery] | None:
        """Needs ``webhooks:read``."""
        context = info.context
        query = ListDeliveries(
            webhook_id=normalise_id(Prefix.WEBHOOK, webhook_id),
            status=status,
            paging=paging_of(first, after, last, before),
        )
        page = await list_deliveries(context.ports, context.actor, query, projection(info))
        return Connection.over(page, WebhookDelivery, context.related)
