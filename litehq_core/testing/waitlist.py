"""The waitlist in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litehq_core.domain.interval import Interval
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.testing.table import Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryWaitlist(Shelf[WaitlistEntry]):
    """The entries of the waitlist. The store has one writer, so that every line is locked."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.waitlist, workspace_id)
        self._tables = tables

    async def add(self, row: WaitlistEntry) -> None:
        """Insert a new entry."""
        self._tables.require_related(row)
        await super().add(row)

    async def anybody_waits(self) -> bool:
        """Whether there is a line at all."""
        return any(entry.status is WaitlistStatus.WAITING for entry in self.all())

    async def line(
        self, location_id: str, room_ids: Sequence[str], window: Interval, limit: int
    ) -> Sequence[WaitlistEntry]:
        """Who waits for one of the rooms, or for any, in a window that overlaps ``window``."""
        waiting = [
            entry
            for entry in self.all()
            if entry.status is WaitlistStatus.WAITING
            and entry.location_id == location_id
            and (entry.room_id is None or entry.room_id in room_ids)
            and entry.window.overlaps(window)
        ]
        return sorted(waiting, key=_turn)[:limit]

    async def lock_line(self, location_id: str) -> None:
        """The one writer is lock enough."""

    async def position(self, entry: WaitlistEntry) -> int | None:
        """One more than stand in line before it; None unless it waits."""
        return position_among(entry, self.all())


def position_among(entry: WaitlistEntry, entries: Iterable[WaitlistEntry]) -> int | None:
    """The place in line of ``entry``, one of the ``entries``; None unless it waits."""
    if entry.status is not WaitlistStatus.WAITING:
        return None
    return 1 + sum(
        other.status is WaitlistStatus.WAITING
        and _turn(other) < _turn(entry)
        and other.is_rival_of(entry)
        for other in entries
    )


def _turn(entry: WaitlistEntry) -> tuple[object, str]:
    return (entry.created_at, entry.id)
