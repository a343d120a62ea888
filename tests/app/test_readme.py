"""The README's programs run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def test_there_are_two_programs() -> None:
    """One in memory, one on a file."""
    assert len(PROGRAMS) == 2


@pytest.mark.parametrize(
    ("number", "said"), [(0, r"True confirmed 3\n"), (1, r"pending_payment 5600 http://\S+\n")]
)
def test_the_readmes_programs_run(number: int, said: str, tmp_path: Path) -> None:
    """README: quoting and booking from Python, in memory and on SQLite."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAMS[number]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert re.fullmatch(said, run.stdout), run.stdout + run.stderr
