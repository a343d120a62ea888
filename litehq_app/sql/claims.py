"""Claimed cells. Their primary key is why two bookings cannot overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Select,
    TableValuedAlias,
    delete,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from litehq_app.sql.columns import JsonText, Number
from litehq_app.sql.tables import SLOT_CLAIMS
from litehq_app.sql.unit import Unit
from litehq_core.domain.interval import Interval
from litehq_core.domain.slot_grid import claim_cells

# Rooms have one seat; shared resources would choose one per cell.
_SEAT = 0


class SqlClaims:
    """Implements ``Claims``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def put(self, booking_id: str, wanted: Sequence[tuple[str, Interval]]) -> bool:
        """Make ``wanted`` (room id, interval) all that the booking claims; may be empty.

        Returns:
            False if a cell belongs to another booking.
        """
        c = SLOT_CLAIMS.c
        mine = select(c.room_id, c.cell).where(
            self._unit.of(SLOT_CLAIMS), c.booking_id == booking_id
        )
        held = {(row["room_id"], row["cell"]) for row in await self._unit.rows(mine)}
        cells = {(room_id, cell) for room_id, slot in wanted for cell in claim_cells(slot)}
        for room_id, numbers in _by_room(held - cells):
            await self._unit.run(
                delete(SLOT_CLAIMS).where(
                    self._unit.of(SLOT_CLAIMS),
                    c.booking_id == booking_id,
                    c.room_id == room_id,
                    c.cell.in_(numbers),
                )
            )
        for room_id, numbers in _by_room(cells - held):
            if not await self._claim(booking_id, room_id, numbers):
                return False
        return True

    async def _claim(self, booking_id: str, room_id: str, numbers: list[int]) -> bool:
        """Insert the cells in order; whether all of them were free."""
        # The list is one parameter, so that the statement is the same for every length.
        listed = self._listed(numbers)
        rows: Select[Any] = (
            select(
                literal(self._unit.workspace_id, SLOT_CLAIMS.c.workspace_id.type),
                literal(room_id, SLOT_CLAIMS.c.room_id.type),
                literal(_SEAT, Number),
                listed.c.value,
                literal(booking_id, SLOT_CLAIMS.c.booking_id.type),
            )
            # SQLite cannot tell ON CONFLICT from a join's ON without a WHERE before it.
            .where(true())
            .order_by(listed.c.value)
        )
        statement = (
            self._unit.insert(SLOT_CLAIMS)
            .from_select(["workspace_id", "room_id", "seat", "cell", "booking_id"], rows)
            .on_conflict_do_nothing()
            .returning(SLOT_CLAIMS.c.cell)
        )
        return len(await self._unit.returned(statement)) == len(numbers)

    def _listed(self, numbers: list[int]) -> TableValuedAlias:
        if self._unit.is_postgres:
            unnest = func.unnest(literal(numbers, ARRAY(Number)))
            return unnest.table_valued("value").render_derived()
        return func.json_each(literal(numbers, JsonText)).table_valued("value")


def _by_room(cells: Iterable[tuple[str, int]]) -> list[tuple[str, list[int]]]:
    grouped: dict[str, list[int]] = {}
    for room_id, cell in sorted(cells):
        grouped.setdefault(room_id, []).append(cell)
    return list(grouped.items())
