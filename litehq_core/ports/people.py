"""Members and companies inside a transaction: what changes them. Bookings refer to them by
``Catalogue``, which adds them as well."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.company import Company


class Companies(Protocol):
    """Companies by id."""

    async def lock(self, company_id: str) -> Company | None:
        """A company; nobody else changes it until the transaction ends."""

    async def save(self, company: Company) -> None:
        """Write all of a company that exists."""
