"""Everything that can be read.

The selection becomes a set of attributes, and one call of the core answers with just those: one
statement a page, whatever relations are shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.records.list_records import ListRecords, list_records
from litehq_graphql.arguments import (
    After,
    Before,
    First,
    Id,
    Last,
    id_or_none,
)
from litehq_graphql.booking_queries import BookingQueries
from litehq_graphql.catalogue_queries import CatalogueQueries
from litehq_graphql.connect_fields import ConnectQueries
from litehq_graphql.context import Info
from litehq_graphql.event_queries import EventQueries
from litehq_graphql.execution.projection import form_of, projection
from litehq_graphql.fields import resolved
from litehq_graphql.invoice_queries import InvoiceQueries
from litehq_graphql.ledger_queries import LedgerQueries
from litehq_graphql.loaders import SHOWN_AS
from litehq_graphql.paging import paging_of
from litehq_graphql.people_queries import PeopleQueries
from litehq_graphql.reading import read_one
from litehq_graphql.series_queries import SeriesQueries
from litehq_graphql.trail_queries import TrailQueries
from litehq_graphql.types.api_token import ApiToken
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.location import Location
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded
from litehq_graphql.types.room import Room
from litehq_graphql.types.viewer import Viewer
from litehq_graphql.visitor_queries import VisitorQueries
from litehq_graphql.waitlist_queries import WaitlistQueries
from litehq_graphql.webhook_delivery_queries import WebhookDeliveryQueries
from litehq_graphql.webhook_queries import WebhookQueries
from litehq_graphql.workspace_fields import WorkspaceQueries

Shown = TypeVar("Shown", bound=Recorded)

_NOUNS: Mapping[str, tuple[Prefix, Noun]] = {
    prefix.value: (prefix, noun)
    for prefix, noun in (
        (Prefix.BOOKING, Noun.BOOKING),
        (Prefix.ROOM, Noun.ROOM),
        (Prefix.LOCATION, Noun.LOCATION),
        (Prefix.MEMBER, Noun.MEMBER),
        (Prefix.COMPANY, Noun.COMPANY),
        (Prefix.API_TOKEN, Noun.API_TOKEN),
        (Prefix.SERIES, Noun.SERIES),
        (Prefix.WAITLIST_ENTRY, Noun.WAITLIST_ENTRY),
        (Prefix.TRANSFER, Noun.TOKEN_TRANSACTION),
        (Prefix.BLACKOUT, Noun.BLACKOUT),
        (Prefix.RATE_CARD, Noun.RATE_CARD),
        (Prefix.VISITOR, Noun.VISITOR),
        (Prefix.INVOICE, Noun.INVOICE),
        (Prefix.WEBHOOK, Noun.WEBHOOK),
        (Prefix.WEBHOOK_DELIVERY, Noun.WEBHOOK_DELIVERY),
    )
} | {"bkg": (Prefix.BOOKING, Noun.BOOKING)}


async def _list(info: Info, shown: type[Shown], query: ListRecords) -> Connection[Shown]:
    """One page of a list."""
    context = info.context
    page = await list_records(context.ports, context.actor, query, projection(info), form_of(info))
    return Connection.over(page, shown, context.related)


@strawberry.type(description="Everything that can be read.")
class Query(
    BookingQueries,
    SeriesQueries,
    WaitlistQueries,
    LedgerQueries,
    PeopleQueries,
    CatalogueQueries,
    TrailQueries,
    EventQueries,
    WorkspaceQueries,
    ConnectQueries,
    VisitorQueries,
    InvoiceQueries,
    WebhookQueries,
    WebhookDeliveryQueries,
):
    """The root of queries."""

    @resolved("The API token that asks.")
    def viewer(self, info: Info) -> Viewer:
        """Needs no scope."""
        return Viewer.of(info.context.actor, info.context.related)

    @resolved("Anything by its id; null if nothing within reach has it.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id, prefix and all.")],
    ) -> Node | None:
        """Needs the read scope of what the id's prefix names."""
        prefix, noun = _NOUNS.get(id.split("_", 1)[0], (None, None))
        if prefix is None or noun is None:
            return None
        return cast("Node | None", await read_one(info, SHOWN_AS[noun], prefix, id))

    @resolved("A room; null if there is none.")
    async def room(self, info: Info, id: Id) -> Room | None:
        """Needs ``calendar:read``."""
        return await read_one(info, Room, Prefix.ROOM, id)

    @resolved("Rooms, newest first.")
    async def rooms(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        location_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only at this location.")
        ] = None,
    ) -> Connection[Room] | None:
        """Needs ``calendar:read``."""
        query = ListRecords(
            noun=Noun.ROOM,
            location_id=id_or_none(Prefix.LOCATION, location_id),
            paging=paging_of(first, after, last, before),
        )
        return await _list(info, Room, query)

    @resolved("A location; null if there is none.")
    async def location(self, info: Info, id: Id) -> Location | None:
        """Needs ``calendar:read``."""
        return await read_one(info, Location, Prefix.LOCATION, id)

    @resolved("Locations, newest first.")
    async def locations(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Location] | None:
        """Needs ``calendar:read``."""
        paging = paging_of(first, after, last, before)
        return await _list(info, Location, ListRecords(noun=Noun.LOCATION, paging=paging))

    @resolved("API tokens, newest first; never their secrets.")
    async def api_tokens(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ApiToken] | None:
        """Needs ``auth:read``."""
        paging = paging_of(first, after, last, before)
        return await _list(info, ApiToken, ListRecords(noun=Noun.API_TOKEN, paging=paging))
