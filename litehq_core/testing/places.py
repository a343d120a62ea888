"""Locations and blackouts in memory. The store has one writer, so that all is locked already."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.location import Location
from litehq_core.domain.room import Blackout
from litehq_core.testing.table import Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryLocations:
    """Locations by id, and with each room the location that it is at."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._locations = Shelf(tables.locations, workspace_id)
        self._rooms = Shelf(tables.rooms, workspace_id)

    async def get(self, location_id: str, *, lock: bool = False) -> Location | None:
        """A location."""
        return await self._locations.get(location_id)

    async def save(self, location: Location) -> None:
        """Write all of a location that exists, wherever it stands."""
        await self._locations.save(location)
        for room in self._rooms.all():
            if room.location.id == location.id:
                await self._rooms.save(replace(room, location=location))


class MemoryBlackouts:
    """Blackouts by id."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._table = tables.blackouts
        self._workspace_id = workspace_id

    async def get(self, blackout_id: str) -> Blackout | None:
        """A blackout of a room, or of a location."""
        return self._table.get((self._workspace_id, blackout_id))

    async def remove(self, blackout: Blackout) -> None:
        """Take away a blackout that exists."""
        self._table.delete((self._workspace_id, blackout.id))
