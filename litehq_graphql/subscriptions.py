"""What can be followed over a socket or a stream of events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.availability.follow_availability import (
    FollowAvailability,
    follow_availability,
)
from litehq_core.use_cases.events.follow_events import FollowEvents, follow_events
from litehq_graphql.arguments import CompanyId, MemberId, RoomId, id_or_none
from litehq_graphql.context import Info
from litehq_graphql.fields import subscription
from litehq_graphql.loaders import Loaders
from litehq_graphql.types.availability_change import AvailabilityChange
from litehq_graphql.types.enums import BookingEventType
from litehq_graphql.types.event import BookingEvent


@strawberry.type(description="What can be followed as it happens.")
class Subscription:
    """The root of subscriptions."""

    @subscription(
        "What happens to bookings. With `after` it first tells what was missed, then goes "
        "on live, without gap or repeat. Who reads too slowly gets `stream_lagged` and the cursor "
        "to go on from."
    )
    async def booking_events(
        self,
        info: Info,
        types: Annotated[
            list[BookingEventType] | None,
            strawberry.argument(description="Only these; everything if left out."),
        ] = None,
        room_id: RoomId = None,
        member_id: MemberId = None,
        company_id: CompanyId = None,
        after: Annotated[
            str | None,
            strawberry.argument(description="The cursor of the last event that was seen."),
        ] = None,
    ) -> AsyncGenerator[BookingEvent, None]:
        """Needs ``calendar:read``, and a key that stays valid."""
        context = info.context
        query = FollowEvents(
            after=after,
            types=None if types is None else frozenset(EventType(kind.value) for kind in types),
            room_id=id_or_none(Prefix.ROOM, room_id),
            member_id=id_or_none(Prefix.MEMBER, member_id),
            company_id=id_or_none(Prefix.COMPANY, company_id),
        )
        # Closed with this generator, or its follower would stay in the feed.
        async with aclosing(follow_events(context.ports, context.actor, query)) as events:
            async for event in events:
                await context.require_live()
                # Loaders remember what they read, and the next event may be hours away.
                yield BookingEvent.of(event, Loaders(context.ports, context.actor))

    @subscription(
        "Tells when anything bears on a room's availability: bookings, holds and changes that wait "
        "for payment, made, moved or ended, and edits of the room. What happens at once is told "
        "once. Ask for `availability` each time."
    )
    async def availability_changed(
        self,
        info: Info,
        room_id: Annotated[strawberry.ID, strawberry.argument(description="Of this room.")],
        after: Annotated[
            str | None,
            strawberry.argument(description="The cursor of the last change that was seen."),
        ] = None,
    ) -> AsyncGenerator[AvailabilityChange, None]:
        """Needs ``calendar:read``, and a key that stays valid."""
        context = info.context
        query = FollowAvailability(room_id=normalise_id(Prefix.ROOM, room_id), after=after)
        async with aclosing(follow_availability(context.ports, context.actor, query)) as changes:
            async for change in changes:
                await context.require_live()
                yield AvailabilityChange.of(change, Loaders(context.ports, context.actor))
