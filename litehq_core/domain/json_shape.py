"""Reading stored or sent JSON as what it must be: a value of another shape is a TypeError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def fields_of(value: Any, **kinds: Callable[[Any], Any]) -> dict[str, Any]:
    """The fields of an object, each read as its kind; what is missing is left out.

    Raises:
        TypeError: not an object, or with a field that has no kind.
    """
    if not isinstance(value, Mapping) or not value.keys() <= kinds.keys():
        raise TypeError
    return {name: kinds[name](inner) for name, inner in value.items()}


def list_of(kind: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """A list whose items are all of one kind."""

    def read(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(kind(item) for item in value)

    return read


def table_of(kind: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    """An object with any names, whose values are all of one kind."""

    def read(value: Any) -> dict[str, T]:
        if not isinstance(value, Mapping):
            raise TypeError
        return {text(name): kind(inner) for name, inner in value.items()}

    return read


def maybe(kind: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Null, or of one kind."""
    return lambda value: None if value is None else kind(value)


def whole(value: Any) -> int:
    """An integer; neither a float, however whole, nor a boolean."""
    if type(value) is not int:
        raise TypeError
    return value


def text(value: Any) -> str:
    """Text."""
    if not isinstance(value, str):
        raise TypeError
    return value


def flag(value: Any) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise TypeError
    return value
