"""Visitors as rows and back."""

from __future__ import annotations

from sqlalchemy import select

from litehq_app.sql.tables import VISITORS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.visitor import Visitor, VisitorStatus
from litehq_core.domain.visitor_words import visitor_record


class SqlVisitors:
    """Implements ``Visitors``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, visitor_id: str, *, lock: bool = False) -> Visitor | None:
        """A visitor; with ``lock`` nobody else changes it until the transaction ends."""
        query = select(VISITORS).where(self._unit.of(VISITORS), VISITORS.c.id == visitor_id)
        row = await self._unit.row(query.with_for_update() if lock else query)
        return visitor_of(row) if row else None

    async def with_pass(self, pass_hash: str) -> Visitor | None:
        """The visitor whose pass has a secret with this hash."""
        query = select(VISITORS).where(self._unit.of(VISITORS), VISITORS.c.pass_hash == pass_hash)
        row = await self._unit.row(query)
        return visitor_of(row) if row else None

    async def add(self, visitor: Visitor) -> None:
        """Insert a new visitor."""
        await self._unit.add(VISITORS, visitor_values(visitor))

    async def save(self, visitor: Visitor) -> None:
        """Write all of a visitor that exists."""
        await self._unit.save(VISITORS, visitor_values(visitor))


def visitor_values(visitor: Visitor) -> Values:
    """A visitor as a row: what everybody may read, and what only the pass needs."""
    return {
        **visitor_record(visitor),
        "workspace_id": visitor.workspace_id,
        "pass_hash": visitor.pass_hash,
        "pass_sealed": visitor.pass_sealed,
    }


def visitor_of(row: Values) -> Visitor:
    """The inverse of :func:`visitor_values`."""
    own = {name: value for name, value in row.items() if name != "ends_at"}
    return Visitor(**{**own, "status": VisitorStatus(row["status"])})
