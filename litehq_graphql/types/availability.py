"""Free and busy times."""

from __future__ import annotations

from datetime import datetime
from typing import Self, cast

import strawberry

from litehq_core.domain import availability
from litehq_core.domain.attributes import Noun
from litehq_core.domain.interval import Interval
from litehq_graphql.fields import resolved
from litehq_graphql.types.enums import BusyKind
from litehq_graphql.types.recorded import Related
from litehq_graphql.types.room import Room


@strawberry.type(description="A time in which nothing stands in the way.")
class FreeBlock:
    """A free part of the window."""

    start_at: datetime = strawberry.field(description="When it begins.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive.")


@strawberry.type(description="A time that cannot be booked, and why.")
class BusyBlock:
    """A busy part of the window."""

    start_at: datetime = strawberry.field(description="When it begins.")
    end_at: datetime = strawberry.field(description="When it ends, exclusive.")
    kind: BusyKind = strawberry.field(description="What stands in the way.")
    reason: str | None = strawberry.field(
        description="More about it: the reason code of a RULE, else text for people."
    )


@strawberry.type(description="The free and busy times of one room; together they fill the window.")
class RoomAvailability:
    """One room's part of an answer."""

    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    timezone: str = strawberry.field(description="The IANA time zone of the room.")
    free: list[FreeBlock] = strawberry.field(description="The free blocks, in order.")
    busy: list[BusyBlock] = strawberry.field(description="The busy blocks, in order.")
    starts: list[datetime] | None = strawberry.field(
        description=(
            "Every start at which the caller can book for `durationMinutes`, and no other; null "
            "if no length was asked for."
        )
    )
    related: strawberry.Private[Related]

    @classmethod
    def of(cls, found: availability.RoomAvailability, related: Related) -> Self:
        """From the core's answer."""
        return cls(
            room_id=strawberry.ID(found.room_id),
            timezone=found.timezone,
            free=[FreeBlock(start_at=block.start, end_at=block.end) for block in found.free],
            busy=[
                BusyBlock(
                    start_at=block.interval.start,
                    end_at=block.interval.end,
                    kind=block.kind,
                    reason=block.reason,
                )
                for block in found.busy
            ],
            starts=None if found.starts is None else list(found.starts),
            related=related,
        )

    @resolved("The room.")
    def room(self) -> Room:
        """Loaded, all rooms of an answer in one batch."""
        return cast("Room", self.related.load(Noun.ROOM, self.room_id))


@strawberry.type(description="The free and busy times of some rooms within a window.")
class Availability:
    """The window, and each room's part."""

    from_at: datetime = strawberry.field(name="from", description="Where the window begins.")
    to_at: datetime = strawberry.field(name="to", description="Where it ends, exclusive.")
    rooms: list[RoomAvailability] = strawberry.field(description="By the id of the room.")

    @classmethod
    def of(
        cls, window: Interval, rooms: list[availability.RoomAvailability], related: Related
    ) -> Self:
        """From the core's answer."""
        return cls(
            from_at=window.start,
            to_at=window.end,
            rooms=[RoomAvailability.of(found, related) for found in rooms],
        )
