"""The parts of an answer that cost something: the most they can be, and what they were.

What was there is counted for every answer, so counting is compiled as completion is: what is never
null is added up beforehand, and only the rest is looked at, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A field of a selection that costs something, or has something below it that does.

    Attributes:
        points: what each of its values costs.
        size: how many entries it is taken to have; None if it is no list.
        is_required: whether it is never null.
        has_required_entries: whether it is a plain list whose entries are never null.
        below: the parts of each value.
        below_most: the most that they can cost together.
    """

    key: str
    points: int
    size: int | None = None
    is_required: bool = False
    has_required_entries: bool = False
    below: tuple[Part, ...] = ()
    below_most: int = 0

    @property
    def most(self) -> int:
        """The most that it can cost."""
        return (1 if self.size is None else self.size) * (self.points + self.below_most)

    def perhaps(self) -> Part:
        """The same where it may be missing."""
        return replace(self, is_required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an operation costs, in points.

    Attributes:
        requested: the most that it can come to.
        counted: what it came to, from its data.
    """

    requested: int
    counted: Callable[[Mapping[str, Any]], int]


def most_of(parts: Iterable[Part]) -> int:
    """The most that parts of one object can cost."""
    return sum(part.most for part in parts)


def count_of(parts: tuple[Part, ...]) -> Callable[[Mapping[str, Any]], int]:
    """A function from an object to what it costs; it is compiled when it is first needed."""
    compiled: list[Callable[[Any], int]] = []

    def count(data: Mapping[str, Any]) -> int:
        if not compiled:
            compiled.append(_Source().function(parts, 0))
        return compiled[0](data)

    return count


class _Source:
    """A function being written; ``names`` are the functions that its text calls.

    The text holds response keys, quoted, and numbers; nothing else that a caller can choose.
    """

    def __init__(self) -> None:
        self._names: dict[str, Any] = {}

    def function(self, parts: Iterable[Part], points: int) -> Callable[[Any], int]:
        """What one value costs: its points, and its parts."""
        fixed, texts = self._parts(parts, "v")
        text = " + ".join([str(points + fixed), *texts])
        return cast("Callable[[Any], int]", eval(f"lambda v: {text}", self._names))

    def _parts(self, parts: Iterable[Part], holder: str) -> tuple[int, list[str]]:
        """What parts cost in any case, and the texts of what they cost beyond."""
        fixed, texts = 0, []
        for part in parts:
            if part.size is None and part.is_required:
                inner_fixed, inner_texts = self._parts(part.below, f"{holder}[{part.key!r}]")
                fixed += part.points + inner_fixed
                texts += inner_texts
            else:
                texts.append(self._part(part, f"{holder}.get({part.key!r})"))
        return fixed, texts

    def _part(self, part: Part, value: str) -> str:
        if part.size is None and not part.below:
            return f"({value} is not None) * {part.points}"
        fixed, texts = self._parts(part.below, "e")
        if part.has_required_entries and part.is_required:
            constant = f"len({value}) * {part.points + fixed}"
            rest = f" + sum([{' + '.join(texts)} for e in {value}])" if texts else ""
            return f"{constant}{rest}"
        name = f"f{len(self._names)}"
        self._names[name] = _value_count(_Source().function(part.below, part.points))
        return f"{name}({value})"


def _value_count(count: Callable[[Any], int]) -> Callable[[Any], int]:
    """The same for what may be null, or a list of such things."""

    def counted(value: Any) -> int:
        if value is None:
            return 0
        return sum(map(counted, value)) if isinstance(value, list) else count(value)

    return counted
