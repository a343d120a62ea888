"""What can be read about webhook endpoints."""

from __future__ import annotations

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_graphql.arguments import After, Before, First, Id, Last
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.webhook import Webhook


@strawberry.type(description="What can be read about webhooks.")
class WebhookQueries:
    """A part of the root of queries."""

    @resolved("A webhook endpoint; null if there is none.")
    async def webhook(self, info: Info, id: Id) -> Webhook | None:
        """Needs ``webhooks:read``."""
        return await read_one(info, Webhook, Prefix.WEBHOOK, id)

    @resolved("Webhook endpoints, newest first; never their secrets.")
    async def webhooks(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Webhook] | None:
        """Needs ``webhooks:read``."""
        context = info.context
        query = ListRecords(noun=Noun.WEBHOOK, paging=paging_of(first, after, last, before))
        page = await list_records(context.ports, context.actor, query, projection(info))
        return Connection.over(page, Webhook, context.related)
