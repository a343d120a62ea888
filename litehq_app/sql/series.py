"""Series as rows and back."""

from __future__ import annotations

from litehq_app.sql.bookings import guest_of, summary_of, with_room
from litehq_app.sql.tables import SERIES
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.recurrence import Recurrence
from litehq_core.domain.series import OnConflict, Series
from litehq_core.domain.series_view import occurrence_from_json, occurrence_json


class SqlSeries:
    """Implements ``SeriesRecords``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, series_id: str, *, lock: bool = False) -> Series | None:
        """A series; with ``lock`` nobody else changes it until the transaction ends."""
        query = with_room(SERIES).where(self._unit.of(SERIES), SERIES.c.id == series_id)
        if lock:
            query = query.with_for_update(key_share=True, of=SERIES)
        row = await self._unit.row(query)
        return series_of(row) if row else None

    async def add(self, series: Series) -> None:
        """Insert a new series."""
        await self._unit.add(SERIES, series_values(series))

    async def save(self, series: Series) -> None:
        """Write all of a series that exists."""
        await self._unit.save(SERIES, series_values(series))


def series_values(series: Series) -> Values:
    """A series as a row."""
    return {
        "workspace_id": series.workspace_id,
        "id": series.id,
        "version": series.version,
        "room_id": series.room.id,
        "currency": series.currency,
        "rule": series.recurrence.as_json(),
        "start_at": series.start_at,
        "duration_minutes": series.duration_minutes,
        "member_id": series.member_id,
        "guest_email": series.guest.email if series.guest else None,
        "guest_name": series.guest.name if series.guest else None,
        "company_id": series.company_id,
        "attendees": series.attendees,
        "notes": series.notes,
        "metadata": dict(series.metadata),
        "billing_mode": series.billing_mode,
        "on_conflict": series.on_conflict,
        "occurrences": [occurrence_json(occurrence) for occurrence in series.occurrences],
        "created_at": series.created_at,
        "updated_at": series.updated_at,
        "cancelled_at": series.cancelled_at,
    }


def series_of(row: Values) -> Series:
    """The inverse of :func:`series_values`, with its room's name and zone beside it."""
    return Series(
        id=row["id"],
        workspace_id=row["workspace_id"],
        version=row["version"],
        room=summary_of(row),
        currency=row["currency"],
        recurrence=Recurrence.from_json(row["rule"]),
        start_at=row["start_at"],
        duration_minutes=row["duration_minutes"],
        member_id=row["member_id"],
        guest=guest_of(row),
        company_id=row["company_id"],
        attendees=row["attendees"],
        notes=row["notes"],
        metadata=row["metadata"],
        billing_mode=BillingMode(row["billing_mode"]),
        on_conflict=OnConflict(row["on_conflict"]),
        occurrences=tuple(occurrence_from_json(value) for value in row["occurrences"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        cancelled_at=row["cancelled_at"],
    )
