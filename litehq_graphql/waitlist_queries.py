"""What can be read about the waitlist."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.waitlist.list_waitlist import ListWaitlist, list_waitlist
from litehq_graphql.arguments import (
    After,
    Before,
    CompanyId,
    First,
    Id,
    Last,
    MemberId,
    RoomId,
    id_or_none,
)
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.enums import WaitlistStatus
from litehq_graphql.types.waitlist import WaitlistEntry


@strawberry.type(description="What can be read about the waitlist.")
class WaitlistQueries:
    """A part of the root of queries."""

    @resolved("A waitlist entry; null if there is none within reach.")
    async def waitlist_entry(self, info: Info, id: Id) -> WaitlistEntry | None:
        """Needs ``calendar:read``."""
        return await read_one(info, WaitlistEntry, Prefix.WAITLIST_ENTRY, id)

    @resolved("The entries of the waitlist, newest first.")
    async def waitlist_entries(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        status: Annotated[
            WaitlistStatus | None, strawberry.argument(description="Only in this state.")
        ] = None,
        location_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only at this location.")
        ] = None,
        room_id: RoomId = None,
        member_id: MemberId = None,
        company_id: CompanyId = None,
    ) -> Connection[WaitlistEntry] | None:
        """Needs ``calendar:read``."""
        context = info.context
        query = ListWaitlist(
            status=status,
            location_id=id_or_none(Prefix.LOCATION, location_id),
            room_id=id_or_none(Prefix.ROOM, room_id),
            member_id=id_or_none(Prefix.MEMBER, member_id),
            company_id=id_or_none(Prefix.COMPANY, company_id),
            paging=paging_of(first, after, last, before),
        )
        page = await list_waitlist(context.ports, context.actor, query, projection(info))
        return Connection.over(page, WaitlistEntry, context.related)
