"""Locations and blackouts as rows and back.

Blackouts of rooms and those of locations lie in two tables, and are read as one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Subquery, cast, delete, null, select, union_all

from litehq_app.sql.columns import Words
from litehq_app.sql.tables import BLACKOUTS, LOCATION_BLACKOUTS, LOCATIONS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.room import Blackout


def _all_blackouts() -> Subquery:
    of_rooms, of_locations = BLACKOUTS.c, LOCATION_BLACKOUTS.c
    same = ("start_at", "end_at", "reason", "version", "created_at")
    return union_all(
        select(
            of_rooms.workspace_id,
            of_rooms.id,
            of_rooms.room_id,
            cast(null(), Words).label("location_id"),
            *(of_rooms[name] for name in same),
        ),
        select(
            of_locations.workspace_id,
            of_locations.id,
            cast(null(), Words),
            of_locations.location_id,
            *(of_locations[name] for name in same),
        ),
    ).subquery("all_blackouts")


# Conditions on it go into both of its halves: an index serves each.
ALL_BLACKOUTS = _all_blackouts()


class SqlLocations:
    """Implements ``Locations``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, location_id: str, *, lock: bool = False) -> Location | None:
        """A location; with ``lock`` nobody else changes it, or adds a room, meanwhile.

        Not FOR UPDATE: a room's foreign key must still be able to share the row.
        """
        query: Select[Any] = select(LOCATIONS).where(
            self._unit.of(LOCATIONS), LOCATIONS.c.id == location_id
        )
        row = await self._unit.row(query.with_for_update(key_share=True) if lock else query)
        return location_of(row) if row else None

    async def save(self, location: Location) -> None:
        """Write all of a location that exists; its rooms are joined to it."""
        await self._unit.save(LOCATIONS, location_values(location))


class SqlBlackouts:
    """Implements ``Blackouts``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, blackout_id: str) -> Blackout | None:
        """A blackout of a room, or of a location."""
        c = ALL_BLACKOUTS.c
        query = select(ALL_BLACKOUTS).where(
            c.workspace_id == self._unit.workspace_id, c.id == blackout_id
        )
        row = await self._unit.row(query)
        return blackout_of(row) if row else None

    async def remove(self, blackout: Blackout) -> None:
        """Take away a blackout that exists."""
        table = BLACKOUTS if blackout.location_id is None else LOCATION_BLACKOUTS
        await self._unit.run(delete(table).where(self._unit.of(table), table.c.id == blackout.id))


def location_values(location: Location) -> Values:
    """A location as a row."""
    return {
        "workspace_id": location.workspace_id,
        "id": location.id,
        "name": location.name,
        "timezone": location.timezone,
        "currency": location.currency,
        "opening_hours": location.opening_hours.as_json(),
        "version": location.version,
        "created_at": location.created_at,
        "updated_at": location.updated_at,
    }


def location_of(row: Values) -> Location:
    """The inverse of :func:`location_values`."""
    return Location(
        id=row["id"],
        workspace_id=row["workspace_id"],
        name=row["name"],
        timezone=row["timezone"],
        currency=row["currency"],
        opening_hours=OpeningHours.from_json(row["opening_hours"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def blackout_values(blackout: Blackout) -> Values:
    """A blackout as a row of the one table or the other."""
    where = (
        {"room_id": blackout.room_id}
        if blackout.location_id is None
        else {"location_id": blackout.location_id}
    )
    return {
        "workspace_id": blackout.workspace_id,
        "id": blackout.id,
        **where,
        "start_at": blackout.interval.start,
        "end_at": blackout.interval.end,
        "reason": blackout.reason,
        "version": blackout.version,
        "created_at": blackout.created_at,
    }


def blackout_of(row: Values) -> Blackout:
    """A blackout from a row of :data:`ALL_BLACKOUTS`."""
    return Blackout(
        id=row["id"],
        workspace_id=row["workspace_id"],
        room_id=row["room_id"],
        location_id=row["location_id"],
        interval=Interval(row["start_at"], row["end_at"]),
        reason=row["reason"],
        version=row["version"],
        created_at=row["created_at"],
    )
