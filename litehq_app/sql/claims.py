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
from litehq_app.sql.unit import Unit, Values
from litehq_core.domain.claims import Claim, ClaimedCell, seated
from litehq_core.domain.slot_grid import claim_cells


class SqlClaims:
    """Implements ``Claims``."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def put(self, booking_id: str, wanted: Sequence[Claim]) -> bool:
        """Make ``wanted`` all that the booking claims; may be empty.

        Returns:
            False if a cell has not enough free seats.
        """
        c = SLOT_CLAIMS.c
        mine = select(c.room_id, c.seat, c.cell).where(
            self._unit.of(SLOT_CLAIMS), c.booking_id == booking_id
        )
        held = {_cell_of(row) for row in await self._unit.rows(mine)}
        taken = await self._taken_seats(wanted) - held
        cells = seated(wanted, held, lambda cell: cell not in taken)
        if cells is None:
            return False
        for (room_id, seat), numbers in _by_seat(held - cells):
            await self._unit.run(
                delete(SLOT_CLAIMS).where(
                    self._unit.of(SLOT_CLAIMS),
                    c.booking_id == booking_id,
                    c.room_id == room_id,
                    c.seat == seat,
                    c.cell.in_(numbers),
                )
            )
        for (room_id, seat), numbers in _by_seat(cells - held):
            if not await self._claim(booking_id, room_id, seat, numbers):
                return False
        return True

    async def _taken_seats(self, wanted: Sequence[Claim]) -> set[ClaimedCell]:
        """What is claimed of the shared rooms, where seats have to be chosen.

        Elsewhere there is nothing to choose: the insert finds out.
        """
        c = SLOT_CLAIMS.c
        found: set[ClaimedCell] = set()
        for claim in wanted:
            if claim.of == 1:
                continue
            cells = claim_cells(claim.interval)
            query = select(c.room_id, c.seat, c.cell).where(
                self._unit.of(SLOT_CLAIMS),
                c.room_id == claim.room_id,
                # Named one by one, so that each is a short walk along the key.
                c.seat.in_(range(claim.of)),
                c.cell >= cells.start,
                c.cell < cells.stop,
            )
            found.update(_cell_of(row) for row in await self._unit.rows(query))
        return found

    async def _claim(self, booking_id: str, room_id: str, seat: int, numbers: list[int]) -> bool:
        """Insert the cells in order; whether all of them were free."""
        # The list is one parameter, so that the statement is the same for every length.
        listed = self._listed(numbers)
        rows: Select[Any] = (
            select(
                literal(self._unit.workspace_id, SLOT_CLAIMS.c.workspace_id.type),
                literal(room_id, SLOT_CLAIMS.c.room_id.type),
                literal(seat, Number),
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


def _cell_of(row: Values) -> ClaimedCell:
    return row["room_id"], row["seat"], row["cell"]


def _by_seat(cells: Iterable[ClaimedCell]) -> list[tuple[tuple[str, int], list[int]]]:
    grouped: dict[tuple[str, int], list[int]] = {}
    for room_id, seat, cell in sorted(cells):
        grouped.setdefault((room_id, seat), []).append(cell)
    return list(grouped.items())
