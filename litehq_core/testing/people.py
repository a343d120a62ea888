"""Members and companies in memory: what changes them."""

from __future__ import annotations

from litehq_core.domain.company import Company
from litehq_core.testing.table import Shelf
from litehq_core.testing.tables import MemoryTables


class MemoryCompanies(Shelf[Company]):
    """Companies by id."""

    def __init__(self, tables: MemoryTables, workspace_id: str) -> None:
        super().__init__(tables.companies, workspace_id)

    async def lock(self, company_id: str) -> Company | None:
        """A company; the one writer is lock enough."""
        return await self.get(company_id)
