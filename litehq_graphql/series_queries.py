"""What can be read about series of bookings."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.ids import Prefix
from litehq_core.domain.series_view import quoted_series
from litehq_core.use_cases.series.list_series import ListSeries, list_series
from litehq_core.use_cases.series.quote_series import quote_series
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
from litehq_graphql.series_inputs import CreateBookingSeriesInput
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.series import BookingSeries
from litehq_graphql.types.series_quote import BookingSeriesQuote


@strawberry.type(description="What can be read about series of bookings.")
class SeriesQueries:
    """A part of the root of queries."""

    @resolved("A series; null if there is none within reach.")
    async def booking_series(self, info: Info, id: Id) -> BookingSeries | None:
        """Needs ``calendar:read``."""
        return await read_one(info, BookingSeries, Prefix.SERIES, id)

    @resolved("What a series would come to, date by date. Nothing is booked.")
    async def booking_series_quote(
        self,
        info: Info,
        input: Annotated[
            CreateBookingSeriesInput,
            strawberry.argument(description="As for `createBookingSeries`."),
        ],
    ) -> BookingSeriesQuote | None:
        """Needs ``calendar:read``."""
        context = info.context
        booked = await quote_series(context.ports, context.actor, input.series_command())
        return BookingSeriesQuote.of(quoted_series(booked), context.related)

    @resolved("Series, newest first.")
    async def booking_series_list(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        room_id: RoomId = None,
        member_id: MemberId = None,
        company_id: CompanyId = None,
    ) -> Connection[BookingSeries] | None:
        """Needs ``calendar:read``."""
        context = info.context
        query = ListSeries(
            room_id=id_or_none(Prefix.ROOM, room_id),
            member_id=id_or_none(Prefix.MEMBER, member_id),
            company_id=id_or_none(Prefix.COMPANY, company_id),
            paging=paging_of(first, after, last, before),
        )
        page = await list_series(context.ports, context.actor, query, projection(info))
        return Connection.over(page, BookingSeries, context.related)
