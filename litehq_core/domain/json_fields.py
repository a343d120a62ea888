"""Reading JSON that people send: a value of another shape is refused with its dotted path.

Each reader takes a value and the path at which it stands; all that is wrong with an object is
named at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    if not isinstance(value, Mapping):
        raise ValidationFailed.of(path, "must be an object")
    return value
