"""Pages as text: the database writes each row as JSON, and hands out one row for all of them.

What a page costs besides its statement is mostly the making of values that are written out again
at once; here there are none. On SQLite it also spares the reader's thread a fight for the
interpreter at every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, overload

import msgspec
from sqlalchemy import (
    ColumnElement,
    Dialect,
    FromClause,
    Integer,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from litehq_app.sql.columns import Flag, Instant, JsonText, Number, Octets, instant_of
from litehq_app.sql.reads.joins import Joins
from litehq_app.sql.reads.pages import SHAPES, Shape, page_select
from litehq_app.sql.reads.statements import Statement, compiled
from litehq_core.domain.attributes import INSTANTS, Noun, Record
from litehq_core.domain.forms import INT32, FormConstant, FormLeaf, LeafKind, PageForm, RowForm

BREAK = "\n"
# SQLite's functions take 100 arguments at most, two for each field; PostgreSQL's do no better.
MOST_FIELDS = 48

Element = ColumnElement[Any]


def split(joined: str | None) -> list[str]:
    """What the statement below has joined; null if there was nothing to join."""
    return joined.split(BREAK) if joined else []


class Keys(Sequence[Record]):
    """The order of rows as the statement below has it, read when somebody asks."""

    def __init__(self, lines: list[str], order: tuple[str, ...]) -> None:
        self._lines = lines
        self._order = order

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        if isinstance(index, slice):
            return Keys(self._lines[index], self._order)
        values = msgspec.json.decode(self._lines[index])
        return {
            name: instant_of(value) if name in INSTANTS else value
            for name, value in zip(self._order, values, strict=True)
        }


@lru_cache(maxsize=SHAPES)
def text_statement(shape: Shape, form: PageForm, dialect: Dialect) -> Statement | None:
    """One row: the lines, the keys, and whether any row does not fit. None if it has no words.

    Raises:
        KeyError: the noun has no such attribute.
    """
    if shape.order is None or not _can_write(shape.noun, form.row):
        return None
    rows = page_select(shape, dialect).subquery("page")
    text = _OnSqlite(rows) if dialect.name == "sqlite" else _OnPostgres(rows)
    key = [rows.c[name] for name in shape.order]
    way = [part.desc() if shape.descending else part.asc() for part in key]
    keys = text.lines(text.array(key), way) if form.keyed else null()
    misfits = _misfits(shape.noun, form.row, rows, ())
    return compiled(
        select(
            text.lines(text.object(form.row), way).label("lines"),
            keys.label("keys"),
            func.max(case((or_(*misfits), 1), else_=0), type_=Integer()).label("misfits")
            if misfits
            else literal(0, Integer()).label("misfits"),
        ),
        dialect,
    )


_TYPES: dict[LeafKind, type[Any]] = {
    LeafKind.INT32: Number,
    LeafKind.FLAG: Flag,
    LeafKind.INSTANT: Instant,
}
_NO_TEXT = (Number, Flag, Instant, JsonText, Octets)


def _can_write(noun: Noun, form: RowForm) -> bool:
    """Whether each column is of the kind that its leaf is to be, and no object too large."""
    joins = Joins(noun)
    if len(form.fields) > MOST_FIELDS:
        return False
    for _, field in form.fields:
        if isinstance(field, RowForm) and not _can_write(noun, field):
            return False
        if isinstance(field, FormLeaf):
            kind = joins.column(field.attribute).type
            wanted = _TYPES.get(field.kind)
            if isinstance(kind, _NO_TEXT) if wanted is None else not isinstance(kind, wanted):
                return False
    return True


def _misfits(
    noun: Noun, form: RowForm, rows: FromClause, within: tuple[Element, ...]
) -> list[Element]:
    """What must hold of no row."""
    found: list[Element] = []
    if form.present is not None:
        there = rows.c[form.present].is_not(None)
        if form.required and _may_be_null(noun, form.present):
            found.append(and_(*within, ~there))
        within = (*within, there)
    for _, field in form.fields:
        if isinstance(field, RowForm):
            found += _misfits(noun, field, rows, within)
        elif isinstance(field, FormLeaf):
            column = rows.c[field.attribute]
            if (
                field.required
                and field.attribute != form.present
                and _may_be_null(noun, field.attribute)
            ):
                found.append(and_(*within, column.is_(None)))
            if field.names:
                found.append(and_(*(column != value for value, _ in field.names)))
            elif field.kind is LeafKind.INT32:
                found.append(~column.between(INT32.start, INT32.stop - 1))
    return found


def _may_be_null(noun: Noun, attribute: str) -> bool:
    """Whether the column may be; what is joined for an id that is there, is there too."""
    column = Joins(noun).column(attribute)
    nullable = getattr(column, "nullable", True)
    return bool(nullable)


class _OnSqlite:
    """How SQLite writes JSON."""

    def __init__(self, rows: FromClause) -> None:
        self._rows = rows

    def object(self, form: RowForm) -> Element:
        """An object."""
        parts: list[Any] = []
        for key, field in form.fields:
            parts += [literal(key), self._field(field)]
        return func.json_object(*parts)

    def array(self, values: Sequence[Element]) -> Element:
        """A list of plain values."""
        return func.json_array(*values)

    def lines(self, each: Element, _way: Sequence[Element]) -> Element:
        """One line for each row. The rows come in their order."""
        return func.group_concat(each, literal(BREAK))

    def _field(self, field: FormLeaf | FormConstant | RowForm) -> Element:
        if isinstance(field, FormConstant):
            return literal(field.text)
        if isinstance(field, RowForm):
            if field.present is None or field.required:
                return self.object(field)
            there = self._rows.c[field.present].is_not(None)
            # That it is JSON, and no text, is known of a function's value alone.
            return func.json(case((there, self.object(field)), else_=null()))
        column = self._rows.c[field.attribute]
        if field.names:
            return case(*((column == value, literal(name)) for value, name in field.names))
        match field.kind:
            case LeafKind.FLAG:
                # 0 or 1, or null, of which everything is null.
                return func.json(
                    func.substr("false true", 1 + 6 * type_coerce(column, Integer()), 5)
                )
            case LeafKind.INSTANT:
                return func.strftime("%Y-%m-%dT%H:%M:%SZ", column, "unixepoch")
            case LeafKind.TEXT | LeafKind.INT32:
                return column


class _OnPostgres:
    """How PostgreSQL does: by joining text, for its own functions put spaces between."""

    def __init__(self, rows: FromClause) -> None:
        self._rows = rows

    def object(self, form: RowForm) -> Element:
        """An object."""
        written: Element = literal("{", Text())
        for number, (key, field) in enumerate(form.fields):
            before = f"{',' if number else ''}{_json(key)}:"
            written = written.op("||")(literal(before, Text())).op("||")(self._field(field))
        written = written.op("||")(literal("}", Text()))
        if form.present is None:
            return written
        return case((self._rows.c[form.present].is_not(None), written), else_=_word("null"))

    def array(self, values: Sequence[Element]) -> Element:
        """A list of plain values."""
        written: Element = literal("[", Text())
        for number, value in enumerate(values):
            before = literal("," if number else "", Text())
            written = written.op("||")(before).op("||")(self._plain(value))
        return written.op("||")(literal("]", Text()))

    def lines(self, each: Element, way: Sequence[Element]) -> Element:
        """One line for each row, in their order."""
        return func.string_agg(each, aggregate_order_by(literal(BREAK, Text()), *way))

    def _field(self, field: FormLeaf | FormConstant | RowForm) -> Element:
        if isinstance(field, FormConstant):
            return _word(_json(field.text))
        if isinstance(field, RowForm):
            return self.object(field)
        column = self._rows.c[field.attribute]
        if field.names:
            named = ((column == value, _word(_json(name))) for value, name in field.names)
            return case(*named, else_=_word("null"))
        if field.kind is LeafKind.INSTANT:
            at = func.timezone("UTC", func.to_timestamp(column))
            return self._plain(func.to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"', type_=Text()))
        return self._plain(column)

    def _plain(self, value: Element) -> Element:
        return func.coalesce(cast(func.to_json(value), Text()), _word("null"))


def _word(text: str) -> Element:
    return literal(text, Text())


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()
