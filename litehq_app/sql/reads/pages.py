"""The statements behind pages and look-ups by id: one for each shape, compiled once.

A shape is all of a question but its values: noun, attributes, conditions, order, direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Select,
    Text,
    any_,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from litehq_app.sql.columns import Instant, Number, Unstorable
from litehq_app.sql.reads.joins import Joins
from litehq_app.sql.reads.statements import Statement, compiled, encoded
from litehq_core.domain.attributes import Noun
from litehq_core.domain.query import Condition, Op, PageQuery

# Far more shapes than façades ask for; a caller who invents more only pays for compiling.
SHAPES = 1_024

WORKSPACE = "workspace_id"
LIMIT = "row_limit"
IDS = "ids"


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two questions the same statement.

    Attributes:
        order: the key of a page; None for a look-up by ids.
    """

    noun: Noun
    attributes: frozenset[str]
    where: tuple[tuple[str, Op], ...]
    order: tuple[str, ...] | None = None
    descending: bool = False
    has_after: bool = False


def page_shape(query: PageQuery, attributes: frozenset[str]) -> Shape:
    """The shape of a page."""
    return Shape(
        query.noun,
        attributes,
        tuple((condition.attribute, condition.op) for condition in query.where),
        query.order,
        query.descending,
        query.after is not None,
    )


def page_values(workspace_id: str, query: PageQuery, dialect: Dialect) -> dict[str, Any]:
    """The values of a page, by the parameters of its shape."""
    return {
        WORKSPACE: workspace_id,
        LIMIT: query.limit,
        **condition_values(query.where, dialect),
        **after_values(query.after),
    }


def condition_values(where: Sequence[Condition], dialect: Dialect) -> dict[str, Any]:
    """The values of conditions, by the parameters of their shape."""
    return {
        f"where_{number}": (
            storable_only(condition.value, dialect) if condition.op is Op.IN else condition.value
        )
        for number, condition in enumerate(where)
    }


def after_values(after: Sequence[Any] | None) -> dict[str, Any]:
    """The values of a page's key, by the parameters of its shape."""
    return {f"after_{number}": value for number, value in enumerate(after or ())}


def storable_only(values: Sequence[Any], dialect: Dialect) -> list[Any]:
    """The values that a row could hold; one that none can must not hide the others."""
    found = []
    for value in values:
        try:
            found.append(encoded(value, dialect))
        except Unstorable:
            continue
    return found


@lru_cache(maxsize=SHAPES)
def page_statement(shape: Shape, dialect: Dialect) -> Statement:
    """The statement of a shape.

    Raises:
        KeyError: the noun has no such attribute.
    """
    return compiled(page_select(shape, dialect), dialect)


@lru_cache(maxsize=SHAPES)
def columns_of(shape: Shape) -> tuple[str, ...]:
    """The columns of a page's rows, which are its attributes, in their order."""
    # Plain text, for some of them are members of enums; sorted, for the set has no order.
    return tuple(sorted(str(name) for name in shape.attributes))


def page_select(shape: Shape, dialect: Dialect) -> Select[Any]:
    """The rows of a shape, a column for each attribute.

    Raises:
        KeyError: the noun has no such attribute.
    """
    joins = Joins(shape.noun)
    conditions = list_conditions(joins, shape.where, dialect)
    columns = [joins.column(name).label(name) for name in columns_of(shape)]
    if shape.order is None:
        conditions.append(is_in(joins.own.c.id, IDS, dialect))
        # The id comes first in any case: the answer is keyed by it.
        query = select(joins.own.c.id.label("id"), *(c for c in columns if c.name != "id"))
        return query.select_from(joins.joined).where(*conditions)
    key = [joins.column(name) for name in shape.order]
    if shape.has_after:
        conditions.append(_beyond(key, descending=shape.descending))
    return (
        select(*columns)
        .select_from(joins.joined)
        .where(*conditions)
        .order_by(*(part.desc() if shape.descending else part.asc() for part in key))
        .limit(bindparam(LIMIT, type_=BigInteger()))
    )


def list_conditions(
    joins: Joins, where: Sequence[tuple[str, Op]], dialect: Dialect
) -> list[ColumnElement[bool]]:
    """What the rows of a list have in common; the workspace always.

    Raises:
        KeyError: the noun has no such attribute.
    """
    workspace = joins.own.c.workspace_id
    conditions = [workspace == bindparam(WORKSPACE, type_=workspace.type)]
    conditions += [] if joins.only is None else [joins.only]
    conditions += [
        _condition(joins.column(attribute), op, f"where_{number}", dialect)
        for number, (attribute, op) in enumerate(where)
    ]
    return conditions


def _beyond(key: Sequence[ColumnElement[Any]], *, descending: bool) -> ColumnElement[bool]:
    last = tuple_(*(_parameter(f"after_{n}", part) for n, part in enumerate(key)))
    return tuple_(*key) < last if descending else tuple_(*key) > last


def _condition(
    left: ColumnElement[Any], op: Op, name: str, dialect: Dialect
) -> ColumnElement[bool]:
    match op:
        case Op.EQUAL:
            return left == _parameter(name, left)
        case Op.AT_LEAST:
            return left >= _parameter(name, left)
        case Op.BELOW:
            return left < _parameter(name, left)
        case Op.IN:
            return is_in(left, name, dialect)


def _parameter(name: str, like: ColumnElement[Any]) -> ColumnElement[Any]:
    return bindparam(name, type_=like.type)


def is_in(left: ColumnElement[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """``left`` is one of a list, which is one parameter however long it is."""
    if dialect.name == "sqlite":
        listed = func.json_each(bindparam(name, type_=Text())).table_valued("value")
        return left.in_(select(listed.c.value))
    numeric = isinstance(left.type, (Number, Instant))
    return left == any_(bindparam(name, type_=ARRAY(BigInteger() if numeric else Text())))
