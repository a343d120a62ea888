"""Series: bookings that repeat, as one object.

Each occurrence that could be had is a booking like any other, which tells by ``series_id`` where
it belongs; the series says what was wished for, and what became of it date by date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from litehq_core.domain.booking import Booking, Guest
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.errors import Refusal, ValidationFailed, VersionConflict
from litehq_core.domain.interval import Interval
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Recurrence
from litehq_core.domain.room import RoomSummary
from litehq_core.domain.wall_clock import instant_text


class OnConflict(StrEnum):
    """What becomes of the others when an occurrence cannot be had as wished."""

    FAIL = "fail"
    SKIP = "skip"
    ALTERNATIVE = "alternative"


class Outcome(StrEnum):
    """What became of an occurrence when it was last tried."""

    BOOKED = "booked"
    SKIPPED = "skipped"
    ALTERNATIVE = "alternative"


class EditResult(StrEnum):
    """What an edit of the series did to an occurrence; PENDING waits for its payment."""

    CHANGED = "changed"
    PENDING = "pending"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class SeriesScope(StrEnum):
    """Which occurrences an edit or a cancellation is about."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why something was not done: a refusal, kept. ``details`` are plain JSON values."""

    code: str
    message: str
    details: Mapping[str, Any]

    @classmethod
    def of(cls, refusal: Refusal) -> Why:
        """A refusal as it is kept."""
        return cls(code=refusal.code.value, message=refusal.message, details=refusal.details())


# Not a refusal: whoever cancelled a date that had no booking does not want it tried again.
GIVEN_UP = Why(code="cancelled", message="The date was cancelled.", details={})


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEdit:
    """What the last edit that was about an occurrence did to it."""

    result: EditResult
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a series.

    Attributes:
        original_start: where the rule put it; this is its name, whatever happens to it later.
        slot, room_id: what is wished for by now; the booking itself tells where it is.
        why: why it was not booked as wished.
    """

    original_start: datetime
    slot: Interval
    room_id: str
    outcome: Outcome
    booking_id: str | None = None
    why: Why | None = None
    last_edit: LastEdit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A wish that repeats, and its outcome.

    Attributes:
        version: counts changes of the series; those of its bookings are theirs.
        billing_mode: chosen once for all of it.
        cancelled_at: when all that was left of it was cancelled.
    """

    id: str
    workspace_id: str
    version: int = 1
    room: RoomSummary
    currency: str
    recurrence: Recurrence
    start_at: datetime
    duration_minutes: int
    member_id: str | None
    guest: Guest | None
    company_id: str | None
    attendees: int | None
    notes: str | None
    metadata: Mapping[str, Any]
    billing_mode: BillingMode
    on_conflict: OnConflict
    occurrences: tuple[Occurrence, ...]
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None = None

    def require_version(self, expected: int | None) -> None:
        """Refuse a stale version; None means that the caller does not care.

        Raises:
            VersionConflict: the series is at another version.
        """
        if expected is not None and expected != self.version:
            raise VersionConflict(current_version=self.version)

    def wish_for(self, occurrence: Occurrence) -> CreateBooking:
        """The wish for one of its occurrences."""
        return CreateBooking(
            room_id=occurrence.room_id,
            start_at=occurrence.slot.start,
            end_at=occurrence.slot.end,
            member_id=self.member_id,
            guest=self.guest,
            attendees=self.attendees,
            notes=self.notes,
            metadata=self.metadata,
            billing_mode=self.billing_mode,
        )

    def within(self, scope: SeriesScope, named: datetime | None) -> tuple[Occurrence, ...]:
        """The occurrences that a scope is about.

        Args:
            named: the original start of one; with THIS and FOLLOWING.

        Raises:
            ValidationFailed: it is missing, or none of the series, or out of place.
        """
        if scope is SeriesScope.ALL:
            if named is not None:
                raise ValidationFailed.of("occurrence", "goes with this and following alone")
            return self.occurrences
        if named is None:
            raise ValidationFailed.of("occurrence", f"is needed with the scope {scope}")
        if all(found.original_start != named for found in self.occurrences):
            raise ValidationFailed.of("occurrence", "is none of the series")
        if scope is SeriesScope.THIS:
            return tuple(o for o in self.occurrences if o.original_start == named)
        return tuple(o for o in self.occurrences if o.original_start >= named)

    def with_occurrences(self, occurrences: Sequence[Occurrence]) -> Series:
        """The series with some of its occurrences replaced."""
        new = {occurrence.original_start: occurrence for occurrence in occurrences}
        return replace(
            self, occurrences=tuple(new.get(o.original_start, o) for o in self.occurrences)
        )

    def changed(self, now: datetime, occurrences: Sequence[Occurrence], **changes: Any) -> Series:
        """The series, one version on, with some of its occurrences replaced."""
        return replace(
            self.with_occurrences(occurrences),
            version=self.version + 1,
            updated_at=now,
            **changes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedSeries:
    """A series and its bookings, by id."""

    series: Series
    bookings: Mapping[str, Booking]

    def awaited_payments(self) -> frozenset[str]:
        """The payments whose checkouts the bookings wait for, and do not know yet."""
        return frozenset(
            payment_id
            for booking in self.bookings.values()
            for payment_id in booking.awaited_payments()
            if booking.checkout_url_of(payment_id) is None
        )


class SeriesRefused(Refusal):
    """Some occurrences of the series cannot be had.

    It bears the code of the first refusal, and beside that one's details all the others.
    """

    def __init__(self, refused: Sequence[tuple[datetime, Refusal]], count: int) -> None:
        _, first = refused[0]
        self.code = first.code
        self._first = first
        self._refused = refused
        super().__init__(
            f"{len(refused)} of {count} occurrences cannot be had; the first: {first.message}"
        )

    def details(self) -> dict[str, Any]:
        return {
            **self._first.details(),
            "occurrences": [
                {"occurrence": instant_text(start), **refused_json(Why.of(refusal))}
                for start, refusal in self._refused
            ],
        }


def refused_json(why: Why) -> dict[str, Any]:
    """A refusal as it stands beside the occurrence that it is about."""
    return {
        "reason": why.code,
        "message": why.message,
        "violations": why.details.get("violations", []),
        "conflicting_booking_id": why.details.get("conflicting_booking_id"),
    }
