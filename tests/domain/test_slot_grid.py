"""The slot grid and the claim cells."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.slot_grid import SlotGrid, claim_cells
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at
from tests.domain.samples import slot, utc
from tests.domain.strategies import cells, zoned_days

STEPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 480, 1440)
LONDON = ZoneInfo("Europe/London")


def _day(zone: ZoneInfo, day: date) -> Interval:
    return Interval(instant_at(zone, day, 0), instant_at(zone, day, DAY_MINUTES))


@given(zoned_days(), st.sampled_from(STEPS))
def test_lines_partition_each_local_day(where: tuple[ZoneInfo, date], step: int) -> None:
    zone, day = where
    window = _day(zone, day)
    lines = SlotGrid(slot_minutes=step).lines(zone, window)
    assert lines[0] == window.start
    assert lines[-1] == window.end
    gaps = [later - earlier for earlier, later in pairwise(lines)]
    assert all(gap > timedelta(0) for gap in gaps)
    assert sum(gaps, timedelta(0)) == window.end - window.start
    if window.end - window.start == timedelta(days=1):
        assert gaps == [timedelta(minutes=step)] * (DAY_MINUTES // step)


@given(zoned_days(), st.sampled_from(STEPS))
def test_an_instant_is_aligned_exactly_when_it_is_a_line(
    where: tuple[ZoneInfo, date], step: int
) -> None:
    zone, day = where
    grid, window = SlotGrid(slot_minutes=step), _day(zone, day)
    lines = set(grid.lines(zone, window))
    instant = window.start
    while instant <= window.end:
        assert grid.is_aligned(zone, instant) is (instant in lines)
        instant += timedelta(minutes=5)


@given(zoned_days(), st.sampled_from(STEPS), st.data())
def test_the_lines_of_a_window_are_those_of_its_parts(
    where: tuple[ZoneInfo, date], step: int, data: st.DataObject
) -> None:
    zone, day = where
    grid = SlotGrid(slot_minutes=step)
    window = data.draw(cells(first=instant_at(zone, day, 0), most=576))
    middle = window.start + (window.end - window.start) // 2
    parts = [
        *grid.lines(zone, Interval(window.start, middle)),
        *grid.lines(zone, Interval(middle, window.end)),
    ]
    assert grid.lines(zone, window) == sorted(set(parts))


def test_when_the_clocks_go_forward_the_lines_in_the_gap_become_one() -> None:
    """00:00, 00:30, (01:00, 01:30 →) 02:00, 02:30 British Summer Time."""
    lines = SlotGrid(slot_minutes=30).lines(LONDON, slot("2026-03-29 00:00", 90))
    assert lines == [utc(f"2026-03-29 {t}") for t in ("00:00", "00:30", "01:00", "01:30")]


def test_when_the_clocks_go_back_the_second_pass_has_no_lines() -> None:
    """contract.md: a wall time that exists twice means the first."""
    grid = SlotGrid(slot_minutes=30)
    lines = grid.lines(LONDON, slot("2026-10-25 00:00", 150))
    assert lines == [utc(f"2026-10-25 {t}") for t in ("00:00", "00:30", "02:00", "02:30")]
    assert grid.is_aligned(LONDON, utc("2026-10-25 00:30"))
    assert not grid.is_aligned(LONDON, utc("2026-10-25 01:30"))


@pytest.mark.parametrize(
    ("zone", "instant", "aligned"),
    [
        ("Asia/Kathmandu", "2026-06-01 03:15", True),  # 09:00 on the wall
        ("Asia/Kathmandu", "2026-06-01 03:00", False),
        ("America/St_Johns", "2026-06-01 12:30", True),  # 10:00 on the wall
        ("Europe/London", "2026-06-01 14:15", False),
        ("Europe/London", "2026-06-01 14:00:01", False),
    ],
)
def test_the_grid_is_on_the_wall_not_in_utc(zone: str, instant: str, *, aligned: bool) -> None:
    assert SlotGrid(slot_minutes=60).is_aligned(ZoneInfo(zone), utc(instant)) is aligned


@pytest.mark.parametrize("minutes", [0, -30, 1, 7, 25 * 7, 50, 1441, 2880])
def test_a_step_divides_the_day_in_multiples_of_five(minutes: int) -> None:
    """contract.md: grids are multiples of five minutes."""
    with pytest.raises(ValidationFailed):
        SlotGrid(slot_minutes=minutes)


@given(cells(first=utc("2026-06-01 00:00")), cells(first=utc("2026-06-01 00:00")))
def test_intervals_overlap_exactly_when_they_share_a_cell(one: Interval, two: Interval) -> None:
    """architecture: a claim cell is five minutes of UTC; the primary key is the rule."""
    assert len(claim_cells(one)) * 5 == one.minutes
    assert bool(set(claim_cells(one)) & set(claim_cells(two))) is one.overlaps(two)


def test_a_cell_touched_is_a_cell_claimed() -> None:
    start = utc("2026-06-01 14:00")
    sliver = Interval(start + timedelta(minutes=4, seconds=59), start + timedelta(minutes=5.1))
    assert len(claim_cells(sliver)) == 2
    assert claim_cells(slot("1970-01-01 00:00", 10)) == range(2)
