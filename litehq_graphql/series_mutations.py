"""Everything that changes series. Each answers with its payload or with a ``Refusal``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from litehq_core.domain.attributes import record_from_json
from litehq_core.domain.series import BookedSeries
from litehq_core.domain.series_view import shown_series
from litehq_core.use_cases.series import cancel_series, create_series, retry_series, update_series
from litehq_graphql.context import Context, Info
from litehq_graphql.fields import mutation
from litehq_graphql.replays import kept_record, once
from litehq_graphql.series_inputs import (
    CancelBookingSeriesInput,
    CreateBookingSeriesInput,
    RetryBookingSeriesInput,
    UpdateBookingSeriesInput,
)
from litehq_graphql.types.refusal import RefusalType
from litehq_graphql.types.series import BookingSeries

_INPUT = strawberry.argument(description="What is wanted.")


class _WithSeries:
    """A payload that shows a series."""

    series: BookingSeries

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any], context: Context) -> Self:
        """From what is kept of the outcome."""
        payload = cls.__new__(cls)
        payload.series = BookingSeries.of(record_from_json(kept["record"]), context.related)
        return payload


@strawberry.type(description="The series was booked.")
class CreateBookingSeriesPayload(_WithSeries):
    """The new series."""

    series: BookingSeries = strawberry.field(
        description="CONFIRMED if nothing is due, else PENDING_PAYMENT with one checkout."
    )


@strawberry.type(description="The occurrences were edited.")
class UpdateBookingSeriesPayload(_WithSeries):
    """The series after the edit."""

    series: BookingSeries = strawberry.field(
        description="The series; each occurrence tells in `lastEdit` what became of it."
    )


@strawberry.type(description="What was still ahead is cancelled.")
class CancelBookingSeriesPayload(_WithSeries):
    """The cancelled series."""

    series: BookingSeries = strawberry.field(description="The series.")


@strawberry.type(description="The skipped dates were tried again.")
class RetryBookingSeriesPayload(_WithSeries):
    """The series after the trial."""

    series: BookingSeries = strawberry.field(description="The series.")


CreateBookingSeriesResult = Annotated[
    CreateBookingSeriesPayload | RefusalType,
    strawberry.union("CreateBookingSeriesResult", description="The series, or why there is none."),
]
UpdateBookingSeriesResult = Annotated[
    UpdateBookingSeriesPayload | RefusalType,
    strawberry.union("UpdateBookingSeriesResult", description="The series, or why it stays."),
]
CancelBookingSeriesResult = Annotated[
    CancelBookingSeriesPayload | RefusalType,
    strawberry.union("CancelBookingSeriesResult", description="The series, or why it stays."),
]
RetryBookingSeriesResult = Annotated[
    RetryBookingSeriesPayload | RefusalType,
    strawberry.union("RetryBookingSeriesResult", description="The series, or why it stays."),
]


def _kept(booked: BookedSeries) -> Mapping[str, Any]:
    return kept_record(shown_series(booked))


@strawberry.type(description="Everything that changes series of bookings.")
class SeriesMutations:
    """A part of the root of mutations."""

    @mutation("Book a slot that repeats, in one piece; what is due by card has one checkout.")
    async def create_booking_series(
        self, info: Info, input: Annotated[CreateBookingSeriesInput, _INPUT]
    ) -> CreateBookingSeriesResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        booked = await create_series.create_series(
            context.ports, context.actor, input.series_command(), only
        )
        return CreateBookingSeriesPayload.from_kept(_kept(booked), context)

    @mutation(
        "Change one, the following or all occurrences. What is over, or too close to its start, "
        "stays as it is."
    )
    async def update_booking_series(
        self, info: Info, input: Annotated[UpdateBookingSeriesInput, _INPUT]
    ) -> UpdateBookingSeriesResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        booked = await update_series.update_series(
            context.ports, context.actor, input.command(), only
        )
        return UpdateBookingSeriesPayload.from_kept(_kept(booked), context)

    @mutation("Cancel one, the following or all occurrences, each by its own policy.")
    async def cancel_booking_series(
        self, info: Info, input: Annotated[CancelBookingSeriesInput, _INPUT]
    ) -> CancelBookingSeriesResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        booked = await cancel_series.cancel_series(
            context.ports, context.actor, input.command(), only
        )
        return CancelBookingSeriesPayload.from_kept(_kept(booked), context)

    @mutation("Try the dates ahead again that were skipped.")
    async def retry_booking_series(
        self, info: Info, input: Annotated[RetryBookingSeriesInput, _INPUT]
    ) -> RetryBookingSeriesResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept)
        booked = await retry_series.retry_series(
            context.ports, context.actor, input.command(), only
        )
        return RetryBookingSeriesPayload.from_kept(_kept(booked), context)
