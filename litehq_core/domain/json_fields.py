"""Reading JSON that people send: a value of another shape is refused with its dotted path.

Each reader takes a value and the path at which it stands; all that is wrong with an object is
named at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import Any, TypeVar

from litehq_core.domain.errors import FieldError, ValidationFailed

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Reader = Callable[[Any, str], T]


def object_of(
    readers: Mapping[str, Reader[Any]], required: Sequence[str] = ()
) -> Reader[dict[str, Any]]:
    """An object with some of these fields; what is missing is left out, unless it is required.

    Raises (the reader):
        ValidationFailed: not an object, with a field that nobody knows, or with a wrong one, or
            without one that it needs.
    """

    def read(value: Any, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        given = _members(value, path)
        missing = [name for name in required if name not in given]
        wrong = [FieldError(f"{path}.{name}", "is required") for name in missing]
        for name, inner in given.items():
            at = f"{path}.{name}"
            if name not in readers:
                wrong.append(FieldError(at, "is not a known field"))
                continue
            try:
                found[name] = readers[name](inner, at)
            except ValidationFailed as refusal:
                wrong.extend(refusal.errors)
        if wrong:
            raise ValidationFailed(*wrong)
        return found

    return read


def value_of(kind: type[T], /, **readers: Reader[Any]) -> Reader[T]:
    """An object that stands for a value of a dataclass, made of what these readers read.

    Raises (the reader):
        ValidationFailed: as :func:`object_of`, fields without a default being required; or the
            value refuses itself. Every field is named below the path.
    """
    needed = [
        f.name
        for f in fields(kind)  # type: ignore[arg-type]
        if f.default is MISSING and f.default_factory is MISSING
    ]
    fields_of = object_of(readers, required=needed)

    def read(value: Any, path: str) -> T:
        found = fields_of(value, path)
        try:
            return kind(**found)
        except ValidationFailed as refusal:
            raise ValidationFailed(
                *(FieldError(f"{path}.{error.field}", error.reason) for error in refusal.errors)
            ) from None

    return read


def table_of(reader: Reader[T]) -> Reader[dict[str, T]]:
    """An object with any names, whose values are all read alike."""
    return lambda value, path: object_of(dict.fromkeys(_members(value, path), reader))(value, path)


def list_of(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list whose items are all read alike."""

    def read(value: Any, path: str) -> tuple[T, ...]:
        if not isinstance(value, (list, tuple)):
            raise ValidationFailed.of(path, "must be a list")
        found: list[T] = []
        wrong: list[FieldError] = []
        for number, item in enumerate(value):
            try:
                found.append(reader(item, f"{path}[{number}]"))
            except ValidationFailed as refusal:
                wrong.extend(refusal.errors)
        if wrong:
            raise ValidationFailed(*wrong)
        return tuple(found)

    return read


def maybe(reader: Reader[T]) -> Reader[T | None]:
    """Null, or what ``reader`` reads."""
    return lambda value, path: None if value is None else reader(value, path)


def whole(value: Any, path: str) -> int:
    """An integer; neither a float, however whole, nor a boolean."""
    if type(value) is not int:
        raise ValidationFailed.of(path, "must be a whole number")
    return value


def flag(value: Any, path: str) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise ValidationFailed.of(path, "must be true or false")
    return value


def anything(value: Any, path: str) -> Any:
    """Whatever JSON can say."""
    return value


def text(value: Any, path: str) -> str:
    """Text."""
    if not isinstance(value, str):
        raise ValidationFailed.of(path, "must be text")
    return value


def one_of(values: type[E]) -> Reader[E]:
    """A value of an enum, by its text."""

    def read(value: Any, path: str) -> E:
        try:
            return values(text(value, path))
        except ValueError:
            raise ValidationFailed.of(path, f"must be one of {', '.join(values)}") from None

    return read


def _members(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise ValidationFailed.of(path, "must be an object")
    return value
