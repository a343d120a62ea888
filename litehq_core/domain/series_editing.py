"""Deciding what an edit of a series asks of each of its occurrences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litehq_core.domain.booking import Booking
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.editing import UNSET, EditBooking, Unset
from litehq_core.domain.interval import Interval
from litehq_core.domain.room import RoomSummary
from litehq_core.domain.series import Occurrence, OnConflict, Series, SeriesScope
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at, local

# A week either way; whoever wants to move further makes another series.
MAX_SHIFT_MINUTES = 7 * DAY_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSeries:
    """A wish to change some occurrences of a series; what is UNSET stays.

    Attributes:
        occurrence: the original start of the one meant, or of the first of those that follow.
        shift_minutes: so much later (or earlier) on the wall.
        on_conflict: what becomes of the others if one cannot be changed; None: as the series says.
    """

    series_id: str
    scope: SeriesScope
    occurrence: datetime | None = None
    shift_minutes: int | Unset = UNSET
    duration_minutes: int | Unset = UNSET
    room_id: str | Unset = UNSET
    attendees: int | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    on_conflict: OnConflict | None = None
    expected_version: int | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether no change is named at all."""
        about = ("series_id", "scope", "occurrence", "on_conflict", "expected_version")
        named = (f.name for f in fields(self) if f.name not in about)
        return all(getattr(self, name) is UNSET for name in named)

    @property
    def goes_later(self) -> bool:
        """Whether it moves towards the occurrences that come after."""
        return self.shift_minutes is not UNSET and self.shift_minutes > 0

    def slot_of(self, slot: Interval, zone: ZoneInfo) -> Interval:
        """A slot after the edit; its length is elapsed time."""
        start, length = slot.start, slot.end - slot.start
        if self.shift_minutes is not UNSET and self.shift_minutes:
            start = shifted(zone, start, self.shift_minutes)
        if self.duration_minutes is not UNSET:
            length = timedelta(minutes=self.duration_minutes)
        return Interval(start, start + length)

    def edit_of(self, booking: Booking, zone: ZoneInfo) -> EditBooking:
        """What it asks of one booking: no more than is named, so that nothing else is judged."""
        slot = self.slot_of(booking.slot, zone)
        moves = slot != booking.slot
        return EditBooking(
            booking_id=booking.id,
            start_at=slot.start if moves else UNSET,
            end_at=slot.end if moves else UNSET,
            room_id=self.room_id,
            attendees=self.attendees,
            notes=self.notes,
            metadata=self.metadata,
        )

    def wish_of(self, occurrence: Occurrence, zone: ZoneInfo) -> Occurrence:
        """An occurrence that has no booking, with what would be wished for by now."""
        return replace(
            occurrence,
            slot=self.slot_of(occurrence.slot, zone),
            room_id=occurrence.room_id if self.room_id is UNSET else self.room_id,
        )

    def applied_to(self, series: Series, room: RoomSummary) -> dict[str, Any]:
        """What it changes of the series itself: of one occurrence, nothing."""
        if self.scope is SeriesScope.THIS:
            return {}
        changes: dict[str, Any] = {"room": room}
        for name in ("duration_minutes", "attendees", "notes", "metadata"):
            value = getattr(self, name)
            if value is not UNSET:
                changes[name] = value
        return changes


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSeries:
    """A wish to cancel some occurrences of a series, each by its own frozen policy."""

    series_id: str
    scope: SeriesScope = SeriesScope.ALL
    occurrence: datetime | None = None
    reason: str | None = None
    refund_policy: RefundPolicy = RefundPolicy.POLICY
    notify_attendees: bool = True
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySeries:
    """A wish to try the dates again that were skipped."""

    series_id: str
    expected_version: int | None = None


def shifted(zone: ZoneInfo, instant: datetime, minutes: int) -> datetime:
    """The instant at which the wall shows so much more than it does at ``instant``."""
    wall = local(zone, instant)
    days, minute = divmod(wall.hour * 60 + wall.minute + minutes, DAY_MINUTES)
    return instant_at(zone, wall.date() + timedelta(days=days), minute)
