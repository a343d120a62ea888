"""Nodes that came as text (``execution.forms``), as the rest of an answer sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Raw


class Written:
    """One node."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get(self, key: str) -> Written | None:
        """Whether there is something behind the key of a relation, for whoever counts objects.

        In JSON no text can look so, for its quotation marks are escaped; and a form has no other
        field of the same key.
        """
        return None if f'"{key}":null' in self._text else self

    @property
    def raw(self) -> Raw:
        """What is sent."""
        return Raw(self._text.encode())


class WrittenList:
    """The nodes of a page."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[Written]:
        return map(Written, self._texts)

    @property
    def raw(self) -> Raw:
        """What is sent."""
        return Raw(f"[{','.join(self._texts)}]".encode())


def sent(value: Any) -> Raw:
    """The encoder's hook for what JSON does not know."""
    if isinstance(value, (Written, WrittenList)):
        return value.raw
    raise TypeError(f"{type(value).__name__} is no JSON")
