"""What mutation testing has found out, module by module; fails below the mark.

Run after ``mutmut run`` (``make mutants`` does both). A fault counts as caught if a test failed,
or never ended. One that no test so much as runs is not caught.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path(__file__).resolve().parents[2] / "mutants"
WANTED_PERCENT = 90

# mutmut's exit codes: what pytest says of tests that failed, and of time or memory that ran out.
CAUGHT = frozenset({1, 3, 24, 36, 152, 255, -24, 37})
# Not tried yet, or stopped by whoever ran it.
UNTRIED = frozenset({None, 2})


def outcomes(meta: Path) -> Counter[str]:
    """How many of a module's mutants were caught, survived, or were not tried."""
    codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return Counter(
        "caught" if code in CAUGHT else "untried" if code in UNTRIED else "survived"
        for code in codes.values()
    )


def main() -> int:
    """Print the table; 1 if fewer than the wanted share was caught, or some were not tried."""
    total: Counter[str] = Counter()
    for meta in sorted(MUTANTS.rglob("*.py.meta")):
        found = outcomes(meta)
        if found:
            total += found
            print(_line(meta.name.removesuffix(".py.meta"), found))
    print(_line("all", total))
    tried = total["caught"] + total["survived"]
    good = bool(tried) and not total["untried"] and 100 * total["caught"] >= WANTED_PERCENT * tried
    return 0 if good else 1


def _line(name: str, found: Counter[str]) -> str:
    tried = found["caught"] + found["survived"]
    share = f"{100 * found['caught'] / tried:5.1f} %" if tried else "      –"
    rest = f", {found['untried']} not tried" if found["untried"] else ""
    return f"{name:<16} {share}  {found['caught']:>4} of {tried} caught{rest}"


if __name__ == "__main__":
    sys.exit(main())
