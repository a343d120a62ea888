"""The runner behind ``make bench-core``: equal results first, then the best of some rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from benchmarks import quotes, starts

Given = TypeVar("Given")
Result = TypeVar("Result")

# The core is fast enough for many rounds; the others would take minutes.
ROUNDS = 40
ROUNDS_OF_OTHERS = 2


class Unequal(Exception):
    """Two contenders do not agree, so there is nothing to measure."""


def require_equal(contenders: Mapping[str, Callable[[Given], Result]], given: Given) -> Result:
    """The one result of all contenders.

    Raises:
        Unequal: they differ.
    """
    results = {name: contender(given) for name, contender in contenders.items()}
    (first, expected), *others = results.items()
    for name, result in others:
        if result != expected:
            raise Unequal(f"{name} differs from {first}")
    return expected


def measure(contenders: Mapping[str, Callable[[Given], Result]], given: Given) -> dict[str, float]:
    """The best round of each, in seconds; the first of them runs more rounds."""
    best: dict[str, float] = {}
    for number, (name, contender) in enumerate(contenders.items()):
        rounds = ROUNDS_OF_OTHERS if number else ROUNDS
        best[name] = min(_seconds(contender, given) for _ in range(rounds))
    return best


def _seconds(contender: Callable[[Given], Result], given: Given) -> float:
    begun = time.process_time()
    contender(given)
    return time.process_time() - begun


def report(title: str, best: Mapping[str, float]) -> None:
    """What was measured, and how often the first fits into the others."""
    print(title)
    own = next(iter(best.values()))
    for name, seconds in best.items():
        print(f"  {name:<14}{seconds * 1000:>10.1f} ms{seconds / own:>9.1f}×")


def main() -> None:
    """Both benchmarks, one after the other."""
    month = starts.month()
    found = sum(map(len, require_equal(starts.CONTENDERS, month)))
    title = f"starts: {len(month.calendars)} rooms, 30 days, {month.bookings:,} bookings"
    report(f"{title}; {found:,} starts of 60 minutes", measure(starts.CONTENDERS, month))
    wishes = quotes.wishes()
    require_equal(quotes.CONTENDERS, wishes)
    report(f"quotes: {len(wishes.slots):,} slots", measure(quotes.CONTENDERS, wishes))


if __name__ == "__main__":
    main()
