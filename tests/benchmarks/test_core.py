"""The benchmarks measure what is the same: a short run, which looks at the results alone."""

from __future__ import annotations

from benchmarks import quotes, starts
from benchmarks.core import require_equal


def test_every_contender_finds_the_same_starts() -> None:
    month = starts.month(rooms=2, days=3)
    found = require_equal(starts.CONTENDERS, month)
    assert month.bookings > 50
    assert all(found)


def test_every_contender_names_the_same_prices() -> None:
    wishes = quotes.wishes(count=150)
    lines = [rule for slot in require_equal(quotes.CONTENDERS, wishes) for rule, _ in slot]
    # Every rule of the card takes part.
    assert set(lines) == {
        *("base_per_hour", "band:early", "band:evening", "band:weekend", "day_cap"),
        *("tier_discount", "minimum_charge", "tax"),
    }
