"""What can be read about prices and blackouts from the root: the rest hangs on rooms."""

from __future__ import annotations

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_graphql.arguments import After, Before, First, Id, Last, RoomId, id_or_none
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.rate_card import RateCard


@strawberry.type(description="What can be read about prices.")
class CatalogueQueries:
    """A part of the root of queries."""

    @resolved("A rate card; null if there is none.")
    async def rate_card(self, info: Info, id: Id) -> RateCard | None:
        """Needs ``calendar:read``."""
        return await read_one(info, RateCard, Prefix.RATE_CARD, id)

    @resolved("Rate cards, newest first: those in force, those to come and those of the past.")
    async def rate_cards(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        room_id: RoomId = None,
    ) -> Connection[RateCard] | None:
        """Needs ``calendar:read``."""
        context = info.context
        query = ListRecords(
            noun=Noun.RATE_CARD,
            room_id=id_or_none(Prefix.ROOM, room_id),
            paging=paging_of(first, after, last, before),
        )
        page = await list_records(context.ports, context.actor, query, projection(info))
        return Connection.over(page, RateCard, context.related)
