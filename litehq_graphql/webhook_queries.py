"""What can be read about webhook endpoints."""

from __future__ import annotations

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.records.get_records import get_record
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_graphql.arguments import After, Before, First, Id, Last
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.handlers import NullIfUnknown
from litehq_graphql.paging import paging_of
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.webhook import Webhook


@strawberry.type(description="What can be read about webhooks.")
class WebhookQueries:
    """A part of the root of queries."""

    @resolved("A webhook endpoint; null if there is none.", extensions=(NullIfUnknown(),))
    async def webhook(self, info: Info, id: Id) -> Webhook | None:
        """Needs ``webhooks:read``."""
        context, bare_id = info.context, normalise_id(Prefix.WEBHOOK, id)
        record = await get_record(
            context.ports, context.actor, Noun.WEBHOOK, bare_id, projection(info)
        )
        return Webhook.of(record, context.related, joined=True)

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
