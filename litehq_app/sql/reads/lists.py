"""Lists as a whole, and those of several things: counted, and read in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, bindparam, func, select

from litehq_app.sql.columns import Unstorable
from litehq_app.sql.engine import Engine
from litehq_app.sql.reads.joins import Joins
from litehq_app.sql.reads.pages import (
    IDS,
    LIMIT,
    SHAPES,
    WORKSPACE,
    Shape,
    condition_values,
    is_in,
    list_conditions,
    page_shape,
    page_values,
    storable_only,
)
from litehq_app.sql.reads.statements import Statement, compiled
from litehq_core.domain.attributes import Noun, Record
from litehq_core.domain.query import Condition, Op, PageQuery

# What the statements call the value that a row belongs to, its place there, and a count.
_OWNER, _PLACE, _COUNT = "owner", "place", "count"


class SqlListReads:
    """Implements ``ListReads``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect

    async def count(self, workspace_id: str, noun: Noun, where: tuple[Condition, ...]) -> int:
        """How many rows meet ``where``."""
        statement = count_statement(noun, _kinds(where), None, self._dialect)
        rows = await self._run(
            statement, {WORKSPACE: workspace_id, **condition_values(where, self._dialect)}
        )
        return sum(row[_COUNT] for row in rows)

    async def count_each(
        self,
        workspace_id: str,
        noun: Noun,
        where: tuple[Condition, ...],
        by: str,
        values: Sequence[str],
    ) -> dict[str, int]:
        """How many of the rows that meet ``where`` have each value; 0 for those of none."""
        statement = count_statement(noun, _kinds(where), by, self._dialect)
        scope = {WORKSPACE: workspace_id, IDS: storable_only(values, self._dialect)}
        rows = await self._run(statement, {**scope, **condition_values(where, self._dialect)})
        found = {row[_OWNER]: row[_COUNT] for row in rows}
        return {value: found.get(value, 0) for value in values}

    async def page_each(
        self,
        workspace_id: str,
        query: PageQuery,
        by: str,
        values: Sequence[str],
        attributes: frozenset[str],
    ) -> dict[str, list[Record]]:
        """For each value the page of ``query`` among the rows that have it."""
        statement = pages_statement(page_shape(query, attributes), by, self._dialect)
        given = page_values(workspace_id, query, self._dialect)
        rows = await self._run(statement, {**given, IDS: storable_only(values, self._dialect)})
        found: dict[str, list[Record]] = {value: [] for value in values}
        for row in rows:
            found[row.pop(_OWNER)].append(row)
        return found

    async def _run(self, statement: Statement, values: dict[str, Any]) -> list[Record]:
        """The rows of a statement. What no column can hold matches nothing."""
        try:
            parameters = statement.bind(values, self._dialect)
        except Unstorable:
            return []
        return statement.decode(await self._engine.fetch(statement.sql, parameters))


def _kinds(where: tuple[Condition, ...]) -> tuple[tuple[str, Op], ...]:
    return tuple((condition.attribute, condition.op) for condition in where)


@lru_cache(maxsize=SHAPES)
def count_statement(
    noun: Noun, where: tuple[tuple[str, Op], ...], by: str | None, dialect: Dialect
) -> Statement:
    """How many rows there are, or how many there are of each value of ``by``."""
    joins = Joins(noun)
    conditions = list_conditions(joins, where, dialect)
    count = func.count().label(_COUNT)
    if by is None:
        return compiled(select(count).select_from(joins.joined).where(*conditions), dialect)
    owner = joins.column(by)
    query = select(owner.label(_OWNER), count).select_from(joins.joined)
    return compiled(query.where(*conditions, is_in(owner, IDS, dialect)).group_by(owner), dialect)


@lru_cache(maxsize=SHAPES)
def pages_statement(shape: Shape, by: str, dialect: Dialect) -> Statement:
    """The page of a shape for each of several values of ``by``, each in its order."""
    joins = Joins(shape.noun)
    conditions = list_conditions(joins, shape.where, dialect)
    owner = joins.column(by)
    # Plain text, for some of them are members of enums; sorted, for the set has no order.
    names = sorted(str(name) for name in shape.attributes)
    columns = [joins.column(name).label(name) for name in names]
    key = [joins.column(name) for name in shape.order or ()]
    place = func.row_number().over(
        partition_by=owner,
        order_by=[part.desc() if shape.descending else part.asc() for part in key],
    )
    rows = (
        select(*columns, owner.label(_OWNER), place.label(_PLACE))
        .select_from(joins.joined)
        .where(*conditions, is_in(owner, IDS, dialect))
        .subquery()
    )
    return compiled(
        select(*(rows.c[name] for name in names), rows.c[_OWNER])
        .where(rows.c[_PLACE] <= bindparam(LIMIT, type_=BigInteger()))
        .order_by(rows.c[_OWNER], rows.c[_PLACE]),
        dialect,
    )
