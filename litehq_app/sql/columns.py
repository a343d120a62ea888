"""Column types: how the values of the domain are kept, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Dialect, Integer, LargeBinary, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

LARGEST_INTEGER = 2**63 - 1


class Unstorable(ValueError):
    """A value that no column can hold: NUL or a lone surrogate in text, more than 64 bits."""


def storable_text(text: str) -> str:
    """``text`` as plain ``str`` if both engines can hold it, whatever enum it came as.

    PostgreSQL refuses NUL, SQLite would keep it; neither driver can encode a lone surrogate.

    Raises:
        Unstorable: it holds one of the two.
    """
    if "\0" in text:
        raise Unstorable("NUL in text")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unstorable("a lone surrogate in text") from None
    return str(text)


def is_storable(text: str) -> bool:
    """Whether both engines can hold ``text``."""
    try:
        storable_text(text)
    except Unstorable:
        return False
    return True


def storable_integer(number: int) -> int:
    """``number`` if it has at most 64 bits.

    Raises:
        Unstorable: it has more.
    """
    if not -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        raise Unstorable("an integer of more than 64 bits")
    return number


def epoch_seconds(instant: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return int(instant.timestamp() // 1)


def instant_of(seconds: int) -> datetime:
    """The instant, in UTC, so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def json_text(value: Any) -> str:
    """``value`` as JSON. ASCII alone, so that NUL and lone surrogates are escaped, not lost."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def json_value(text: str) -> Any:
    """The inverse of :func:`json_text`."""
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError:
        # Five times as fast, but it refuses lone surrogates and NaN, which JSON in Python knows.
        return json.loads(text)


class Words(TypeDecorator[str]):
    """Text, compared and sorted by code point on every engine."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL would otherwise sort by the database's language, and pages would differ."""
        return postgresql.TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable_text(value)


class Number(TypeDecorator[int]):
    """An integer of 64 bits. SQLite's STRICT tables know no other name than INTEGER."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = sqlite.INTEGER() if dialect.name == "sqlite" else BigInteger()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return None if value is None else storable_integer(value)


class Instant(TypeDecorator[datetime]):
    """An instant as whole seconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = sqlite.INTEGER() if dialect.name == "sqlite" else BigInteger()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else epoch_seconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else instant_of(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as text; SQL NULL is None. Nothing ever searches inside it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json_value(value)


class Flag(TypeDecorator[bool]):
    """A boolean; 0 or 1 on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = Integer() if dialect.name == "sqlite" else Boolean()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Octets(TypeDecorator[bytes]):
    """Bytes: BLOB or BYTEA."""

    impl = LargeBinary
    cache_ok = True
