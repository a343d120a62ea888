"""What mutations of series are given, and how it becomes the core's commands."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from litehq_core.domain.editing import UNSET
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.recurrence_text import parse_rule
from litehq_core.domain.series_creating import CreateSeries
from litehq_core.domain.series_editing import CancelSeries, EditSeries, RetrySeries
from litehq_graphql.inputs import KEY, CreateBookingInput, changed, json_object
from litehq_graphql.types.enums import OnConflict, RefundPolicy, SeriesScope

_VERSION = "The version that you saw; if the series has changed since, nothing is done."
_OCCURRENCE = (
    "With THIS and FOLLOWING: the `occurrence` that is meant, or the first of those that are."
)


@strawberry.input(description="A wish for a series: that for its first occurrence, and a rule.")
class CreateBookingSeriesInput(CreateBookingInput):
    """The fields of a new series."""

    rule: str = strawberry.field(
        description=(
            "An RRULE of RFC 5545: FREQ=DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY, BYMONTHDAY, "
            "and COUNT or UNTIL; on further lines `EXDATE;VALUE=DATE:20261225`. It repeats on "
            "the wall clock of the room."
        )
    )
    on_conflict: OnConflict = strawberry.field(
        description="What becomes of the others when one cannot be had.", default=OnConflict.FAIL
    )

    def series_command(self) -> CreateSeries:
        """The core's words for it."""
        return CreateSeries(
            first=self.command(), recurrence=parse_rule(self.rule), on_conflict=self.on_conflict
        )


@strawberry.input(description="A change to some occurrences of a series. What is left out stays.")
class UpdateBookingSeriesInput:
    """The fields that an edit may name."""

    id: strawberry.ID = strawberry.field(description="The series.")
    scope: SeriesScope = strawberry.field(description="Which occurrences are meant.")
    occurrence: datetime | None = strawberry.field(description=_OCCURRENCE, default=None)
    shift_minutes: int | None = strawberry.field(
        description="So much later, or earlier, on the wall clock.", default=strawberry.UNSET
    )
    duration_minutes: int | None = strawberry.field(
        description="A new length.", default=strawberry.UNSET
    )
    room_id: strawberry.ID | None = strawberry.field(
        description="Another room.", default=strawberry.UNSET
    )
    attendees: int | None = strawberry.field(
        description="How many people come; null when nobody said.", default=strawberry.UNSET
    )
    notes: str | None = strawberry.field(
        description="Free text, or null.", default=strawberry.UNSET
    )
    metadata: JSON | None = strawberry.field(
        description="A JSON object that replaces the one before.", default=strawberry.UNSET
    )
    on_conflict: OnConflict | None = strawberry.field(
        description="What becomes of the others if one cannot be changed; else as the series says.",
        default=None,
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> EditSeries:
        """The core's words for it."""
        room_id = changed("roomId", self.room_id)
        metadata = changed("metadata", self.metadata)
        return EditSeries(
            series_id=normalise_id(Prefix.SERIES, self.id),
            scope=self.scope,
            occurrence=self.occurrence,
            shift_minutes=changed("shiftMinutes", self.shift_minutes),
            duration_minutes=changed("durationMinutes", self.duration_minutes),
            room_id=room_id if room_id is UNSET else normalise_id(Prefix.ROOM, room_id),
            attendees=UNSET if self.attendees is strawberry.UNSET else self.attendees,
            notes=UNSET if self.notes is strawberry.UNSET else self.notes,
            metadata=metadata if metadata is UNSET else json_object("metadata", metadata),
            on_conflict=self.on_conflict,
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to cancel some occurrences of a series.")
class CancelBookingSeriesInput:
    """What a cancellation may say."""

    id: strawberry.ID = strawberry.field(description="The series.")
    scope: SeriesScope = strawberry.field(
        description="Which occurrences are meant.", default=SeriesScope.ALL
    )
    occurrence: datetime | None = strawberry.field(description=_OCCURRENCE, default=None)
    reason: str | None = strawberry.field(description="Why, for people.", default=None)
    refund_policy: RefundPolicy = strawberry.field(
        description="What is to be given back of each; not PARTIAL.", default=RefundPolicy.POLICY
    )
    notify_attendees: bool = strawberry.field(
        description="Whether those who come are told.", default=True
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CancelSeries:
        """The core's words for it."""
        return CancelSeries(
            series_id=normalise_id(Prefix.SERIES, self.id),
            scope=self.scope,
            occurrence=self.occurrence,
            reason=self.reason,
            refund_policy=self.refund_policy,
            notify_attendees=self.notify_attendees,
            expected_version=self.expected_version,
        )


@strawberry.input(description="A wish to try the dates again that were skipped.")
class RetryBookingSeriesInput:
    """A series."""

    id: strawberry.ID = strawberry.field(description="The series.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> RetrySeries:
        """The core's words for it."""
        return RetrySeries(
            series_id=normalise_id(Prefix.SERIES, self.id), expected_version=self.expected_version
        )
