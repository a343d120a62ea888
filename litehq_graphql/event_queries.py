"""What can be read of the event log."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.event_words import is_cursor
from litehq_core.domain.events import EventType
from litehq_core.use_cases.events.list_events import ListEvents, list_events
from litehq_graphql.arguments import Before, First, Last
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.types.log_event import EventConnection

EventAfter = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor of an entry, or of an event wherever it was told: what follows it."
    ),
]


@strawberry.type(description="What can be read of the event log.")
class EventQueries:
    """A part of the root of queries."""

    @resolved(
        "What happened, oldest first: what followed `after`, or all that is kept. Shows the areas "
        "that the key may read; a bound key sees what concerns its own."
    )
    async def events(
        self,
        info: Info,
        *,
        first: First = None,
        after: EventAfter = None,
        last: Last = None,
        before: Before = None,
        types: Annotated[
            list[EventType] | None,
            strawberry.argument(description="Only these; everything if left out."),
        ] = None,
        subject_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="Only what happened to what has this id; of a booking, to its payments "
                "too."
            ),
        ] = None,
    ) -> EventConnection | None:
        """Needs some area that the key may read."""
        context = info.context
        # Cursors of the log are taken wherever cursors are, for it is what subscriptions tell.
        of_log = after is not None and is_cursor(after)
        query = ListEvents(
            after=after if of_log else None,
            types=None if types is None else frozenset(types),
            subject_id=subject_id,
            paging=paging_of(first, None if of_log else after, last, before),
        )
        found = await list_events(context.ports, context.actor, query, projection(info))
        return EventConnection.of(found, context.related)
