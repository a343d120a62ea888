"""Members and companies inside a transaction: what changes them."""

from __future__ import annotations

from sqlalchemy import select

from litehq_app.sql.catalogue import company_of, company_values
from litehq_app.sql.tables import COMPANIES
from litehq_app.sql.unit import Unit
from litehq_core.domain.company import Company


class SqlCompanies:
    """Implements ``Companies``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def lock(self, company_id: str) -> Company | None:
        """A company; nobody else changes it until the transaction ends.

        Not FOR UPDATE: the foreign keys of bookings and members must be able to share the row.
        """
        query = select(COMPANIES).where(self._unit.of(COMPANIES), COMPANIES.c.id == company_id)
        row = await self._unit.row(query.with_for_update(key_share=True))
        return company_of(row) if row else None

    async def save(self, company: Company) -> None:
        """Write all of a company that exists."""
        await self._unit.save(COMPANIES, company_values(company))
