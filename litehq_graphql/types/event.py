"""Events of bookings."""

from __future__ import annotations

from collections.abc import Mapping
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
# Fields of `Booking.price`, which a record holds beside the others.
_IN_PRICE = {"currency": "currency", "amount_minor": "amountMinor", "price_lines": "lines"}
# What the schema does not show of a booking, and of its pending change.
_HIDDEN = frozenset({"room.name", "room.timezone", "paid_minor", "refunded_minor"})
_HIDDEN_OF_CHANGE = frozenset(
    {
        *("room_name", "timezone", "buffer_minutes", "tokens", "due_minor"),
        *("payment_id", "proposed_at"),
    }
)


@strawberry.type(description="Something that happened to a booking.")
class BookingEvent:
    """A row of the event log."""

    id: strawberry.ID = strawberry.field(
        description="The same for everybody who is told of it, webhooks included."
    )
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this event.")
    type: BookingEventType = strawberry.field(description="What happened.")
    sequence: int = strawberry.field(
        description=(
            "Counts from 1 all that happened to this booking, its payments included, whose events "
            "are not among these."
        )
    )
    occurred_at: datetime = strawberry.field(description="When it happened.")
    booking: Booking = strawberry.field(
        description=(
            "The booking as it was right after the event; what it refers to is shown as it is now."
        )
    )
    previous: strawberry.scalars.JSON | None = strawberry.field(
        description=(
            "The old values of what changed, as an object shaped like a Booking that has just "
            "these fields; null when there was nothing before."
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
            previous=None if event.previous is None else _previous(event.previous),
        )


def _previous(values: Mapping[str, Any]) -> strawberry.scalars.JSON:
    """Old values under the names that they have in the schema."""
    shown: dict[str, Any] = {}
    for name, value in values.items():
        if name in _IN_PRICE:
            shown.setdefault("price", {})[_IN_PRICE[name]] = _camelled(value)
        elif name == "pending_change" and value is not None:
            rest = {k: v for k, v in value.items() if k not in _HIDDEN_OF_CHANGE}
            shown[camel(name)] = _camelled(rest)
        elif name not in _HIDDEN:
            shown[camel(name)] = _camelled(value, name)
    return strawberry.scalars.JSON(shown)


def _camelled(value: Any, name: str = "") -> Any:
    if name == "metadata":
        return value
    if name in _ENUM_VALUED:
        return value.upper()
    if isinstance(value, Mapping):
        return {camel(inner): _camelled(v, inner) for inner, v in value.items()}
    return [_camelled(inner) for inner in value] if isinstance(value, list) else value
