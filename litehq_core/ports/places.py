"""What a store knows of buildings, and of the times in which they or their rooms are closed."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.location import Location
from litehq_core.domain.room import Blackout


class Locations(Protocol):
    """Locations by id. New ones are added to the catalogue."""

    async def get(self, location_id: str, *, lock: bool = False) -> Location | None:
        """A location; with ``lock`` nobody else changes it, or adds a room, meanwhile.

        The lock is that of its waitlist line, and so comes after those of rooms.
        """

    async def save(self, location: Location) -> None:
        """Write all of a location that exists: its rooms are at the new one from now on."""


class Blackouts(Protocol):
    """Blackouts by id. New ones are added to the catalogue; the rooms' locks are theirs."""

    async def get(self, blackout_id: str) -> Blackout | None:
        """A blackout of a room, or of a location."""

    async def remove(self, blackout: Blackout) -> None:
        """Take away a blackout that exists."""
