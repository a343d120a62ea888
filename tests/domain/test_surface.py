"""What importers see: ``from litehq_core import …`` is sorted, documented and complete."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import litehq_core

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "library.md"
NAMES = litehq_core.__all__


def _classes(hint: object) -> Iterator[type]:
    """The classes of ours that a type hint names."""
    if isinstance(hint, type) and hint.__module__.startswith("litehq_core"):
        yield hint
    for inner in (*typing.get_args(hint), getattr(hint, "__value__", None)):
        if isinstance(inner, (list, tuple)):
            for one in inner:
                yield from _classes(one)
        elif inner is not None and not isinstance(inner, enum.Enum):
            yield from _classes(inner)


def _hints(public: object) -> dict[str, object]:
    """What a caller must know to call it, or to read what it holds."""
    if inspect.isfunction(public):
        return typing.get_type_hints(public)
    if dataclasses.is_dataclass(public):
        return typing.get_type_hints(public)
    return {}


def test_the_names_are_sorted_and_there() -> None:
    assert sorted(NAMES, key=_isort_key) == NAMES
    assert len(set(NAMES)) == len(NAMES)
    for name in NAMES:
        assert hasattr(litehq_core, name), name


def _isort_key(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_nothing_is_exported_that_is_not_named() -> None:
    """Modules aside, which Python puts there."""
    found = {
        name
        for name, value in vars(litehq_core).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert found == set(NAMES)


def test_everything_is_documented_where_it_is() -> None:
    """A docstring of its own, that begins with a sentence."""
    for name in NAMES:
        public: Any = getattr(litehq_core, name)
        if not (inspect.isclass(public) or inspect.isfunction(public)):
            continue
        text = inspect.getdoc(public) or ""
        assert text, name
        # Dataclasses without a docstring get their signature for one.
        assert not text.startswith(f"{name}("), name


def test_the_guide_names_everything() -> None:
    """``docs/library.md`` has a row for each, and for nothing that is gone."""
    listed = GUIDE.read_text().partition("## The surface")[2]
    named = {
        name for row in re.findall(r"^\|(.*)\|$", listed, re.MULTILINE) for name in _coded(row)
    }
    assert named == set(NAMES)


def _coded(row: str) -> list[str]:
    return re.findall(r"`(\w+)`", row.partition("|")[2])


def test_what_the_surface_speaks_of_is_part_of_it() -> None:
    """Whoever calls a function, or reads a value, can name every type that he meets."""
    exported = {
        getattr(litehq_core, name) for name in NAMES if inspect.isclass(getattr(litehq_core, name))
    }
    missing = {
        f"{name}: {met.__module__}.{met.__qualname__}"
        for name in NAMES
        for hint in _hints(getattr(litehq_core, name)).values()
        for met in _classes(hint)
        if met not in exported
    }
    assert missing == set()


def test_the_package_says_that_it_is_typed() -> None:
    """PEP 561."""
    assert (Path(litehq_core.__file__).parent / "py.typed").exists()
