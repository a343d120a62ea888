"""The algebra of half-open intervals, against sets of five-minute cells."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.interval import Interval, merge, subtract
from litehq_core.domain.slot_grid import claim_cells
from tests.domain.samples import slot, utc
from tests.domain.strategies import cells

FIRST = utc("2026-06-01 00:00")
intervals = cells(first=FIRST)
several = st.lists(intervals, max_size=8)


def _cells(*found: Interval) -> set[int]:
    return {cell for interval in found for cell in claim_cells(interval)}


@given(intervals, intervals)
def test_two_intervals(one: Interval, two: Interval) -> None:
    """contract.md: intervals are half-open ``[start, end)``."""
    common = _cells(one) & _cells(two)
    assert one.overlaps(two) is two.overlaps(one) is bool(common)
    assert one.contains(two) is (_cells(two) <= _cells(one))
    clipped = one.clip(two)
    assert (_cells(clipped) if clipped else set()) == common


@given(several)
def test_merge_is_the_union_without_touching_parts(found: list[Interval]) -> None:
    merged = merge(found)
    assert _cells(*merged) == _cells(*found)
    assert all(earlier.end < later.start for earlier, later in pairwise(merged))
    assert merge(merged) == merged
    assert merge(reversed(found)) == merged


@given(intervals, several)
def test_subtract_leaves_what_no_cut_covers(window: Interval, cuts: list[Interval]) -> None:
    rest = list(subtract(window, cuts))
    assert _cells(*rest) == _cells(window) - _cells(*cuts)
    assert all(earlier.end < later.start for earlier, later in pairwise(rest))
    assert all(piece.start < piece.end for piece in rest)


def test_touching_is_not_overlapping() -> None:
    one, two = slot("2026-06-01 14:00"), slot("2026-06-01 15:00")
    assert not one.overlaps(two)
    assert one.clip(two) is None
    assert merge([two, one]) == [slot("2026-06-01 14:00", 120)]


def test_minutes_are_elapsed_over_a_change_of_the_clocks() -> None:
    """contract.md: durations come from instants, never from wall times."""
    assert slot("2026-03-29 00:30", 90).minutes == 90
    assert Interval(FIRST, FIRST + timedelta(minutes=4, seconds=59)).minutes == 4


def test_widened() -> None:
    hour = timedelta(hours=1)
    assert slot("2026-06-01 14:00").widened(before=hour, after=2 * hour) == slot(
        "2026-06-01 13:00", 240
    )
