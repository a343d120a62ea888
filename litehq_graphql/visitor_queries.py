"""What can be read about visitors."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.visitors.list_visitors import ListVisitors, list_visitors
from litehq_graphql.arguments import After, Before, First, Id, Last, id_or_none
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.enums import VisitorStatus, VisitorsWhen
from litehq_graphql.types.visitor import Visitor


@strawberry.type(description="What can be read about visitors.")
class VisitorQueries:
    """A part of the root of queries."""

    @resolved("A visitor; null if there is none within reach.")
    async def visitor(self, info: Info, id: Id) -> Visitor | None:
        """Needs ``visitors:read``."""
        return await read_one(info, Visitor, Prefix.VISITOR, id)

    @resolved("Visitors, newest first.")
    async def visitors(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        when: Annotated[
            VisitorsWhen | None,
            strawberry.argument(
                description="Those to come, or those before. Visits that were called off are not"
                " among those to come, unless status asks for them."
            ),
        ] = None,
        status: Annotated[
            VisitorStatus | None, strawberry.argument(description="Only in this state.")
        ] = None,
        location_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only at this location.")
        ] = None,
        host_member_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this host.")
        ] = None,
        booking_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this booking.")
        ] = None,
    ) -> Connection[Visitor] | None:
        """Needs ``visitors:read``."""
        context = info.context
        query = ListVisitors(
            when=when,
            status=status,
            location_id=id_or_none(Prefix.LOCATION, location_id),
            host_member_id=id_or_none(Prefix.MEMBER, host_member_id),
            booking_id=id_or_none(Prefix.BOOKING, booking_id),
            paging=paging_of(first, after, last, before),
        )
        page = await list_visitors(context.ports, context.actor, query, projection(info))
        return Connection.over(page, Visitor, context.related)
