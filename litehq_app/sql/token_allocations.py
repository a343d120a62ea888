"""Monthly allocations as rows and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, delete, func, literal_column, select

from litehq_app.sql.columns import Number
from litehq_app.sql.tables import TOKEN_ALLOCATIONS
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.token_allocation import TokenAllocation


class SqlTokenAllocations:
    """Implements ``TokenAllocations``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, member_id: str, *, lock: bool = False) -> TokenAllocation | None:
        """A member's allocation; with ``lock`` nobody else changes it meanwhile."""
        query = select(TOKEN_ALLOCATIONS).where(
            self._unit.of(TOKEN_ALLOCATIONS), TOKEN_ALLOCATIONS.c.member_id == member_id
        )
        row = await self._unit.row(query.with_for_update() if lock else query)
        return allocation_of(row) if row else None

    async def put(self, allocation: TokenAllocation) -> None:
        """Write all of a member's allocation, new or not."""
        values = allocation_values(allocation)
        insert = self._unit.insert(TOKEN_ALLOCATIONS).values(values)
        key = [column.name for column in TOKEN_ALLOCATIONS.primary_key.columns]
        await self._unit.run(
            insert.on_conflict_do_update(
                index_elements=key,
                set_={name: value for name, value in values.items() if name not in key},
            )
        )

    async def remove(self, member_id: str) -> None:
        """Take a member's allocation away, if there is one."""
        await self._unit.run(
            delete(TOKEN_ALLOCATIONS).where(
                self._unit.of(TOKEN_ALLOCATIONS), TOKEN_ALLOCATIONS.c.member_id == member_id
            )
        )


def allocation_values(allocation: TokenAllocation) -> Values:
    """An allocation as a row."""
    rooms = allocation.room_ids
    return {
        "workspace_id": allocation.workspace_id,
        "member_id": allocation.member_id,
        "tokens_per_month": allocation.tokens_per_month,
        "rollover_cap": allocation.rollover_cap,
        "room_ids": None if rooms is None else sorted(rooms),
        "priority": allocation.priority,
        "timezone": allocation.timezone,
        "day_of_month": allocation.day_of_month,
        "next_at": allocation.next_at,
        "lot_id": allocation.lot_id,
        "version": allocation.version,
        "created_at": allocation.created_at,
        "updated_at": allocation.updated_at,
    }


def allocation_of(row: Values) -> TokenAllocation:
    """The inverse of :func:`allocation_values`."""
    rooms = row["room_ids"]
    return TokenAllocation(**{**row, "room_ids": None if rooms is None else frozenset(rooms)})


def pool_in(members: FromClause) -> ColumnElement[Any]:
    """What the member in a row of ``members`` gets each month; NULL where a join found nobody."""
    own, of = members.c, TOKEN_ALLOCATIONS.c
    # Literals: what reads a page finds the workspace as its first parameter.
    monthly = (
        select(of.tokens_per_month)
        .where(of.workspace_id == own.workspace_id, of.member_id == own.id)
        .correlate(members)
        .scalar_subquery()
    )
    known = func.coalesce(monthly, literal_column("0"))
    return case((own.id.is_not(None), known)).cast(Number).label("pool_allocation")
