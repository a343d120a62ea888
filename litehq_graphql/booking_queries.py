"""What can be read about bookings: those that are, and those that could be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.availability.list_availability import (
    ListAvailability,
    list_availability,
)
from litehq_core.use_cases.bookings.list_bookings import ListBookings, list_bookings
from litehq_core.use_cases.bookings.preview_cancellation import preview_cancellation
from litehq_core.use_cases.bookings.quote_booking import quote_booking
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
from litehq_graphql.execution.projection import form_of, projection
from litehq_graphql.fields import resolved
from litehq_graphql.handlers import NullIfUnknown
from litehq_graphql.inputs import CreateBookingInput
from litehq_graphql.paging import paging_of
from litehq_graphql.reading import read_one
from litehq_graphql.types.availability import Availability
from litehq_graphql.types.booking import Booking
from litehq_graphql.types.cancellation_preview import CancellationPreview
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.enums import BookingStatus
from litehq_graphql.types.quote import BookingQuote

From = Annotated[
    datetime | None, strawberry.argument(name="from", description="Inclusive; now if left out.")
]
To = Annotated[
    datetime | None,
    strawberry.argument(name="to", description="Exclusive; 30 days after now if left out."),
]


@strawberry.type(description="What can be read about bookings.")
class BookingQueries:
    """A part of the root of queries."""

    @resolved("A booking; null if there is none within reach.")
    async def booking(self, info: Info, id: Id) -> Booking | None:
        """Needs ``calendar:read``."""
        return await read_one(info, Booking, Prefix.BOOKING, id)

    @resolved("Bookings that start in a window, by start.")
    async def bookings(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        from_: From = None,
        to: To = None,
        status: Annotated[
            BookingStatus | None, strawberry.argument(description="Only in this state.")
        ] = None,
        room_id: RoomId = None,
        member_id: MemberId = None,
        company_id: CompanyId = None,
    ) -> Connection[Booking] | None:
        """Needs ``calendar:read``."""
        context = info.context
        query = ListBookings(
            from_at=from_,
            to_at=to,
            status=status,
            room_id=id_or_none(Prefix.ROOM, room_id),
            member_id=id_or_none(Prefix.MEMBER, member_id),
            company_id=id_or_none(Prefix.COMPANY, company_id),
            paging=paging_of(first, after, last, before),
        )
        page = await list_bookings(
            context.ports, context.actor, query, projection(info), form_of(info)
        )
        return Connection.over(page, Booking, context.related)

    @resolved(
        (
            "Free and busy times of a room, of the rooms open to a tier, or of all rooms. Null "
            "if there is no such room or member."
        ),
        extensions=(NullIfUnknown(),),
    )
    async def availability(
        self,
        info: Info,
        *,
        room_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only this room.")
        ] = None,
        tier: Annotated[
            str | None, strawberry.argument(description="Only the rooms open to this tier.")
        ] = None,
        from_: From = None,
        to: To = None,
        duration_minutes: Annotated[
            int | None,
            strawberry.argument(description="Asks for every start that fits this length."),
        ] = None,
        attendees: Annotated[
            int | None,
            strawberry.argument(description="How many would come; a seat each in shared rooms."),
        ] = None,
        member_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Who would book.")
        ] = None,
    ) -> Availability | None:
        """Needs ``calendar:read``."""
        context = info.context
        query = ListAvailability(
            room_id=id_or_none(Prefix.ROOM, room_id),
            tier=tier,
            from_at=from_,
            to_at=to,
            duration_minutes=duration_minutes,
            attendees=attendees,
            member_id=id_or_none(Prefix.MEMBER, member_id),
        )
        window, rooms = await list_availability(context.ports, context.actor, query)
        return Availability.of(window, rooms, context.related)

    @resolved("What a booking would cost, and whether it could be made. Nothing is booked.")
    async def booking_quote(
        self,
        info: Info,
        input: Annotated[
            CreateBookingInput, strawberry.argument(description="As for `createBooking`.")
        ],
    ) -> BookingQuote | None:
        """Needs ``calendar:read``."""
        context = info.context
        quote = await quote_booking(context.ports, context.actor, input.command())
        return BookingQuote.of(quote, context.related)

    @resolved(
        (
            "What a cancellation of a booking would give back now. Nothing is cancelled. Null if "
            "there is no such booking within reach."
        ),
        extensions=(NullIfUnknown(),),
    )
    async def cancellation_preview(
        self,
        info: Info,
        booking_id: Annotated[
            strawberry.ID, strawberry.argument(description="The id of the booking.")
        ],
    ) -> CancellationPreview | None:
        """Needs ``calendar:read``."""
        context = info.context
        bare_id = normalise_id(Prefix.BOOKING, booking_id)
        found = await preview_cancellation(context.ports, context.actor, bare_id)
        return CancellationPreview.of(found, context.related)
