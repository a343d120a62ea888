"""Events of bookings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.events import Event
from litehq_core.use_cases.events.follow_events import cursor_after
from litehq_graphql.names import camel
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.enums import BookingEventType
from litehq_graphql.types.recorded import Related

# Written like the enum values of the schema.
_ENUM_VALUED = frozenset({"status", "billing_mode"})


@strawberry.type(description="Something that happened to a booking.")
class BookingEvent:
    """A row of the event log."""

    id: strawberry.ID = strawberry.field(
        description="The same for everybody who is told of it, webhooks included."
    )
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this event.")
    type: BookingEventType = strawberry.field(description="What happened.")
    sequence: int = strawberry.field(description="Counts the events of this booking from 1.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    booking: Booking = strawberry.field(
        description=(
            "The booking as it was right after the event; what it refers to is shown as it is now."
        )
    )
    previous: strawberry.scalars.JSON | None = strawberry.field(
        description=(
            "The old values of what changed, as an object with the names of the booking's own "
            "values; null when there was nothing before."
        )
    )

    @classmethod
    def of(cls, event: Event, related: Related) -> Self:
        """From the log."""
        return cls(
            id=strawberry.ID(event.id),
            cursor=cursor_after(event),
            type=BookingEventType(event.type.value),
            sequence=event.sequence,
            occurred_at=event.occurred_at,
            booking=Booking.of(record_from_json(event.object), related),
            previous=None if event.previous is None else _previous(event.previous.items()),
        )


def _previous(values: Iterable[tuple[str, Any]]) -> strawberry.scalars.JSON:
    shown = {}
    for name, value in values:
        shown[camel(name.replace(".", "_"))] = value.upper() if name in _ENUM_VALUED else value
    return strawberry.scalars.JSON(shown)
