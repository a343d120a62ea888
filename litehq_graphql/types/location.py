"""Buildings."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.use_cases.records.list_records import ListRecords
from litehq_graphql.arguments import After, Before, First, Last
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.types.blackout import Blackout
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.node import Node
from litehq_graphql.types.opening_hours import OpeningHours
from litehq_graphql.types.recorded import Recorded, needs


@strawberry.type(description="A building of the workspace.")
class Location(Recorded, Node):
    """A location's attributes."""

    noun: ClassVar[Noun | None] = Noun.LOCATION

    name: str = strawberry.field(description="What people call it.")
    timezone: str = strawberry.field(
        description="The IANA time zone in which everything here is on the wall."
    )
    currency: str = strawberry.field(description="The ISO 4217 currency of every price here.")
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved("When the building is open, in its own time.", needs("opening_hours"))
    def opening_hours(self) -> OpeningHours:
        """Weekly spans and dated exceptions."""
        return OpeningHours.from_json(self.read("opening_hours"))

    @resolved("Its blackouts, newest first: each closes all its rooms.", needs("id"))
    async def blackouts(
        self, *, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Blackout] | None:
        """A statement for all locations of the answer."""
        paging = paging_of(first, after, last, before)
        query = ListRecords(noun=Noun.BLACKOUT, location_id=self.read("id"), paging=paging)
        return Connection.over(await self.page(query), Blackout, self._related, joined=False)
