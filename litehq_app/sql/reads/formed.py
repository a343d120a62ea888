"""Formed pages: from the driver's rows to what is sent, in one step.

What a page costs besides its statement is mostly the making of values that are written out again
at once. Where the form is known there are none in between: no record, no view of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn, cast, overload

from litehq_app.sql.columns import Flag, Instant, JsonText, Number, Octets, instant_of
from litehq_app.sql.reads.joins import Joins
from litehq_app.sql.reads.pages import SHAPES
from litehq_core.domain.attributes import INSTANTS, Noun, Record
from litehq_core.domain.forms import (
    INT32,
    FormConstant,
    FormLeaf,
    LeafKind,
    Misfit,
    PageForm,
    RowForm,
)
from litehq_core.domain.wall_clock import instant_text

Row = Sequence[Any]
Former = Callable[[Sequence[Row]], list[dict[str, Any]]]

_TYPES: dict[LeafKind, type[Any]] = {
    LeafKind.INT32: Number,
    LeafKind.FLAG: Flag,
    LeafKind.INSTANT: Instant,
}
_NO_TEXT = (Number, Flag, Instant, JsonText, Octets)
_FLAGS = {0: False, 1: True}


class Keys(Sequence[Record]):
    """The order of rows, read when somebody asks."""

    def __init__(self, rows: Sequence[Row], order: tuple[tuple[str, int], ...]) -> None:
        self._rows = rows
        self._order = order

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        if isinstance(index, slice):
            return Keys(self._rows[index], self._order)
        row = self._rows[index]
        return {
            name: instant_of(row[place]) if name in INSTANTS else row[place]
            for name, place in self._order
        }


@lru_cache(maxsize=SHAPES)
def former(noun: Noun, form: PageForm, columns: tuple[str, ...]) -> Former | None:
    """A function from rows of ``columns`` to formed rows. None if a column is of another kind.

    It raises LookupError, TypeError or Misfit where a row does not fit the form.
    """
    if not _fits(noun, form.row):
        return None
    text = _Text(noun, {name: f"v{n}" for n, name in enumerate(columns)})
    row = "".join(f"v{n}," for n in range(len(columns)))
    # As statements decode their rows: the text holds keys, quoted, and numbers; what a caller has
    # chosen of it are response keys, which GraphQL's grammar keeps to letters and digits.
    return cast(
        "Former", eval(f"lambda rows: [{text.object(form.row)} for ({row}) in rows]", text.names)
    )


def _fits(noun: Noun, form: RowForm) -> bool:
    joins = Joins(noun)
    for _, said in form.fields:
        if isinstance(said, RowForm) and not _fits(noun, said):
            return False
        if isinstance(said, FormLeaf):
            kind = joins.column(said.attribute).type
            wanted = _TYPES.get(said.kind)
            if isinstance(kind, _NO_TEXT) if wanted is None else not isinstance(kind, wanted):
                return False
    return True


@dataclass(slots=True)
class _Text:
    """The text of the function. ``names`` are the objects that it refers to."""

    noun: Noun
    places: dict[str, str]
    names: dict[str, Any] = field(default_factory=lambda: {"__builtins__": {}})

    def object(self, form: RowForm) -> str:
        fields = (f"{key!r}: {self._field(said)}" for key, said in form.fields)
        written = f"{{{', '.join(fields)}}}"
        if form.present is None:
            return written
        absent = self._name(_misfit) + "()" if form.required else "None"
        return f"({written} if {self.places[form.present]} is not None else {absent})"

    def _field(self, said: FormLeaf | FormConstant | RowForm) -> str:
        if isinstance(said, FormConstant):
            return repr(said.text)
        if isinstance(said, RowForm):
            return self.object(said)
        value = self.places[said.attribute]
        if said.names or said.kind is LeafKind.FLAG:
            # What is in no table does not fit, null included where it must not be.
            table: dict[Any, Any] = dict(said.names) if said.names else dict(_FLAGS)
            if not said.required:
                table[None] = None
            return f"{self._name(table)}[{value}]"
        absent = "" if said.required else f"None if {value} is None else "
        match said.kind:
            case LeafKind.INSTANT:
                return f"({absent}{self._name(_instant)}({value}))"
            case LeafKind.INT32:
                least, most = INT32.start, INT32.stop - 1
                misfit = self._name(_misfit)
                return f"({absent}{value} if {least} <= {value} <= {most} else {misfit}())"
            case LeafKind.TEXT:
                if not said.required or not self._may_be_null(said.attribute):
                    return value
                return f"({value} if {value} is not None else {self._name(_misfit)}())"

    def _may_be_null(self, attribute: str) -> bool:
        """What is joined for an id that is there, is there too."""
        return bool(getattr(Joins(self.noun).column(attribute), "nullable", True))

    def _name(self, value: Any) -> str:
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name


@lru_cache(maxsize=16_384)
def _instant(seconds: int) -> str:
    # Instants repeat within a page and from page to page: all that begins at nine begins at nine.
    return instant_text(instant_of(seconds))


def _misfit() -> NoReturn:
    raise Misfit
