"""The core needs nothing but the standard library (architecture, The straight line)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import litehq_core

ROOT = Path(litehq_core.__file__).parent


def _imported(source: str) -> Iterator[str]:
    """The top-level packages that a module imports, wherever it does so."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A relative import stays inside its package.
            yield "litehq_core" if node.level else (node.module or "").partition(".")[0]


def test_the_core_imports_the_standard_library_and_itself() -> None:
    files = list(ROOT.rglob("*.py"))
    assert len(files) > 30
    allowed = sys.stdlib_module_names | {"litehq_core"}
    foreign = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in _imported(file.read_text(encoding="utf-8"))
        if name not in allowed
    }
    assert foreign == set()


def test_an_import_is_found_wherever_it_stands() -> None:
    source = (
        "import os.path, sqlmodel\n"
        "from strawberry.types import Info\n"
        "from . import here\n"
        "def f():\n    if True:\n        import orjson as json\n"
    )
    assert set(_imported(source)) == {"os", "sqlmodel", "strawberry", "litehq_core", "orjson"}
