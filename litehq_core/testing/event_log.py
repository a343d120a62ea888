"""The event log's old end in memory."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.events import Event
from litehq_core.domain.log_retention import LogEntry
from litehq_core.testing.tables import MemoryTables


class MemoryEventLog:
    """Implements ``EventLog``. The log changes at the commit alone, here as at its new end.

    Attributes:
        through: up to where the open transaction has pruned; 0 if it has not.
    """

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        self._tables = tables
        self._workspace_id = workspace_id
        self.through = 0

    async def oldest(self, limit: int) -> Sequence[LogEntry]:
        """The first entries that are left, in order; at most so many."""
        left = (e for e in self._events() if e.position > self.through)
        entries = [LogEntry(position=e.position, occurred_at=e.occurred_at) for e in left]
        return entries[:limit]

    async def prune(self, through: int) -> None:
        """Take out everything up to a position, and remember for good that it is gone."""
        self.through = max(self.through, through)

    def apply(self) -> None:
        """The transaction commits: do what was asked for."""
        floor = self._tables.event_floors.get(self._workspace_id, 0)
        if self.through > floor:
            # A new list: whoever is reading keeps the one that he has.
            left = [e for e in self._events() if e.position > self.through]
            self._tables.events[self._workspace_id] = left
            self._tables.event_floors[self._workspace_id] = self.through

    def _events(self) -> Sequence[Event]:
        return self._tables.events.get(self._workspace_id, ())
