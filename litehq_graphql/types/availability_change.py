"""News of a room's free and busy times."""

from __future__ import annotations

from datetime import datetime
from typing import Self, cast

import strawberry

from litehq_core.domain import availability_change
from litehq_core.domain.attributes import Noun
from litehq_core.domain.event_words import cursor_at
from litehq_graphql.fields import resolved
from litehq_graphql.types.recorded import Related
from litehq_graphql.types.room import Room


@strawberry.type(description="A room's free and busy times are not what they were: ask anew.")
class AvailabilityChange:
    """One or several events that bear on a room."""

    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this change.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    start_at: datetime | None = strawberry.field(
        description=(
            "Where what was taken or given back begins; null, as is `endAt`, if anything may have "
            "changed."
        )
    )
    end_at: datetime | None = strawberry.field(
        description="Where it ends, exclusive, without the gap that must lie behind a booking."
    )
    related: strawberry.Private[Related]

    @classmethod
    def of(cls, change: availability_change.AvailabilityChange, related: Related) -> Self:
        """From the core's answer."""
        within = change.within
        return cls(
            room_id=strawberry.ID(change.room_id),
            cursor=cursor_at(change.position),
            occurred_at=change.occurred_at,
            start_at=within.start if within else None,
            end_at=within.end if within else None,
            related=related,
        )

    @resolved("The room.")
    def room(self) -> Room:
        """Loaded."""
        return cast("Room", self.related.load(Noun.ROOM, self.room_id))
