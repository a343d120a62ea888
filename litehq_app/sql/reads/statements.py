"""Read statements, compiled to the driver's own text once, and the values that go in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Dialect, Select
from sqlalchemy.types import TypeEngine

from litehq_app.sql.columns import (
    Flag,
    Instant,
    JsonText,
    epoch_seconds,
    instant_of,
    json_text,
    json_value,
    storable_integer,
    storable_text,
)

Decoder = Callable[[Any], Any]
Query = Select[Any] | CompoundSelect[Any]


@lru_cache(maxsize=16_384)
def _instant(seconds: int | None) -> datetime | None:
    # Instants repeat within a page and from page to page: all that begins at nine begins at nine.
    return None if seconds is None else instant_of(seconds)


def _json(text: str | None) -> Any:
    return None if text is None else json_value(text)


def _flag(number: int | None) -> bool | None:
    return None if number is None else bool(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A query's text for one driver.

    Attributes:
        parameters: the positional parameters, those encoded that are part of the query itself.
        asked: where the others stand among them, and what they are called.
        decode: the rows by column name, with the values of the domain.
    """

    sql: str
    parameters: tuple[Any, ...]
    asked: tuple[tuple[int, str], ...]
    decode: Callable[[Sequence[Sequence[Any]]], list[dict[str, Any]]]

    def bind(self, values: Mapping[str, Any], dialect: Dialect) -> list[Any]:
        """The positional parameters.

        Raises:
            Unstorable: a value that no column can hold, and so no row can match.
        """
        bound = list(self.parameters)
        for place, name in self.asked:
            bound[place] = encoded(values[name], dialect)
        return bound


def compiled(query: Query, dialect: Dialect) -> Statement:
    """A query's text and all that is needed to run it on the raw driver."""
    text = query.compile(dialect=dialect)
    names = text.positiontup or ()
    return Statement(
        sql=str(text),
        parameters=tuple(
            None if text.binds[name].required else encoded(text.params[name], dialect)
            for name in names
        ),
        asked=tuple((n, name) for n, name in enumerate(names) if text.binds[name].required),
        decode=_rows_decoder(
            [(column.name, _decoder(column.type, dialect)) for column in query.selected_columns]
        ),
    )


def _rows_decoder(columns: Sequence[tuple[str, Decoder | None]]) -> Any:
    """A function from rows to records, written as one expression.

    As dataclasses write their ``__init__``: Python has no faster way to make a dict of known
    keys, and this is half of what a page costs besides the statement. The text holds column
    names, quoted, and numbers; nothing that a caller can choose.
    """
    decoders = {f"d{n}": decoder for n, (_, decoder) in enumerate(columns) if decoder}
    items = (
        f"{name!r}: d{n}(v{n})" if decoder else f"{name!r}: v{n}"
        for n, (name, decoder) in enumerate(columns)
    )
    row = "".join(f"v{n}," for n in range(len(columns)))
    text = f"lambda rows: [{{{', '.join(items)}}} for ({row}) in rows]"
    return eval(text, {"__builtins__": {}, **decoders})


def encoded(value: Any, dialect: Dialect) -> Any:
    """A value as the drivers take it. A list is one parameter: JSON on SQLite, an array else.

    Raises:
        Unstorable: no column can hold it.
    """
    match value:
        case str():
            return storable_text(value)
        case bool() if dialect.name == "sqlite":
            return int(value)
        case int():
            return storable_integer(value)
        case datetime():
            return epoch_seconds(value)
        case list():
            plain = [encoded(item, dialect) for item in value]
            return json_text(plain) if dialect.name == "sqlite" else plain
        case _:
            return value


def _decoder(kind: TypeEngine[Any], dialect: Dialect) -> Decoder | None:
    if isinstance(kind, Instant):
        return _instant
    if isinstance(kind, JsonText):
        return _json
    if isinstance(kind, Flag) and dialect.name == "sqlite":
        return _flag
    return None
