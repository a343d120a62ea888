"""The examples run: those in docstrings, and those of the guide for importers."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import litehq_core

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "library.md"
MODULES = [
    found.name for found in pkgutil.walk_packages(litehq_core.__path__, prefix="litehq_core.")
]


def test_the_examples_in_docstrings_run() -> None:
    """Each module's examples see what the module sees."""
    results = {name: doctest.testmod(importlib.import_module(name)) for name in MODULES}
    assert {name: found for name, found in results.items() if found.failed} == {}
    assert sum(found.attempted for found in results.values()) > 15


def test_the_guide_runs_from_its_beginning_to_its_end() -> None:
    """One story: what an example has made, those after it use."""
    blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    story = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, GUIDE.name, str(GUIDE), 0)
    assert len(story.examples) > 60
    told: list[str] = []
    results = doctest.DocTestRunner().run(story, out=told.append)
    assert results.failed == 0, "".join(told)
