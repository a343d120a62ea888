"""Edits that wait for their payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self, cast

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.price import Price, price_record
from litehq_graphql.types.recorded import Related
from litehq_graphql.types.room import Room


@strawberry.type(description="An edit that happens once it is paid; its slot is held meanwhile.")
class PendingChange:
    """The booking as it would be."""

    start_at: datetime = strawberry.field(description="When it would begin.")
    end_at: datetime = strawberry.field(description="When it would end, exclusive.")
    room_id: strawberry.ID = strawberry.field(description="The id of the room it would be in.")
    price: Price = strawberry.field(description="What it would cost.")
    due_minor: int = strawberry.field(
        description="What is still to be paid, in minor units of the price's currency."
    )
    checkout_url: str | None = strawberry.field(description="Where the payer goes.")
    expires_at: datetime = strawberry.field(
        description="When the change is dropped, if it is not paid."
    )
    related: strawberry.Private[Related]

    @classmethod
    def from_json(cls, value: Mapping[str, Any], related: Related) -> Self:
        """From the core's stored form."""
        return cls(
            start_at=datetime.fromisoformat(value["start_at"]),
            end_at=datetime.fromisoformat(value["end_at"]),
            room_id=value["room_id"],
            price=Price.of(price_record(value["price"]), related),
            due_minor=value["due_minor"],
            checkout_url=value["checkout_url"],
            expires_at=datetime.fromisoformat(value["expires_at"]),
            related=related,
        )

    @resolved("The room it would be in.")
    def room(self) -> Room:
        """Loaded: the change's room is no relation of the booking's row."""
        return cast("Room", self.related.load(Noun.ROOM, self.room_id))
