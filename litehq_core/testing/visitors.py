"""Visitors in memory."""

from __future__ import annotations

from litehq_core.domain.visitor import Visitor
from litehq_core.testing.table import MemoryDefect, Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryVisitors(Shelf[Visitor]):
    """Visitors by id. The store has one writer, so that each is locked already."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.visitors, workspace_id)
        self._tables = tables
        self._home = workspace_id

    async def get(self, visitor_id: str, *, lock: bool = False) -> Visitor | None:
        """A visitor; the one writer is lock enough."""
        return await super().get(visitor_id)

    async def with_pass(self, pass_hash: str) -> Visitor | None:
        """The visitor whose pass has a secret with this hash."""
        return next((visitor for visitor in self.all() if visitor.pass_hash == pass_hash), None)

    async def add(self, row: Visitor) -> None:
        """Insert a new visitor."""
        for table, row_id in (
            (self._tables.locations, row.location_id),
            (self._tables.members, row.host_member_id),
            (self._tables.companies, row.company_id),
            (self._tables.bookings, row.booking_id),
        ):
            if row_id is not None and table.get((self._home, row_id)) is None:
                raise MemoryDefect(f"{row.id} refers to {row_id}, which does not exist")
        await super().add(row)
