"""Time, over every change of the clocks, against a walk along the wall clock.

Every transition of 2024–2030 in the zones below, found by looking for them, and a few older ones
of kinds that do not occur in those years. Nothing here asks the domain what the time is: the
model is :mod:`tests.domain.wall_walk`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours, Span
from litehq_core.domain.slot_grid import SlotGrid
from litehq_core.domain.slot_parts import local_days
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at
from tests.domain.strategies import weeks
from tests.domain.wall_walk import (
    DAY,
    MINUTE,
    PLACES,
    ZONES,
    around,
    each,
    open_runs,
    runs,
    transitions,
    walk,
    within,
)

STEP = timedelta(minutes=5)
STEPS = (5, 30, 60, 90, DAY_MINUTES)
everywhere = pytest.mark.parametrize("place", PLACES)


def _windows(instant: datetime) -> list[Interval]:
    """All of it, and windows that begin or end at the transition or close to it."""
    hour = timedelta(hours=1)
    return [
        around(instant),
        Interval(instant - hour, instant + hour),
        Interval(instant - 7 * hour, instant),
        Interval(instant, instant + 7 * hour),
        Interval(instant, instant + timedelta(minutes=25)),
        Interval(instant - timedelta(minutes=25), instant + timedelta(minutes=5)),
    ]


def test_none_of_this_looks_at_nothing() -> None:
    """Issue: 23, 24, 25 h, 23.5 h; and 24.5, 22, 26, and the day that was left out."""
    changes = {name: len(transitions(ZoneInfo(name), 2024, 2030)) for name in ZONES}
    assert {name for name, count in changes.items() if count < 10} == {
        "Pacific/Apia",
        "Asia/Kathmandu",
    }
    assert all(PLACES.values())
    lengths: dict[float, str] = {}
    for place in PLACES:
        for zone, _, day in each(place):
            for n in (-1, 0, 1):
                start, end = (instant_at(zone, day + m * DAY, 0) for m in (n, n + 1))
                lengths.setdefault((end - start) / timedelta(hours=1), place)
    assert set(lengths) >= {0, 22, 23, 23.5, 23.75, 24, 24.5, 25, 26}
    assert lengths[0] == "Pacific/Apia 2011"
    assert lengths[23.5] == lengths[24.5] == "Australia/Lord_Howe"


@everywhere
def test_a_local_day_has_the_minutes_that_the_wall_shows_for_it(place: str) -> None:
    for zone, instant, day in each(place):
        minutes = walk(zone, Interval(instant - 2.5 * DAY, instant + 2.5 * DAY))
        for one in (day - DAY, day, day + DAY):
            start, end = instant_at(zone, one, 0), instant_at(zone, one, DAY_MINUTES)
            found = runs(minute for minute in minutes if minute.day == one)
            assert found == ([Interval(start, end)] if start < end else []), one


@everywhere
def test_a_slot_falls_into_days_as_the_wall_says(place: str) -> None:
    for zone, instant, _ in each(place):
        for window in _windows(instant):
            minutes = walk(zone, window)
            days = dict.fromkeys(minute.day for minute in minutes)
            of_days = [runs(minute for minute in minutes if minute.day == day) for day in days]
            assert [[part] for part in local_days(zone, window)] == of_days, window


@everywhere
@pytest.mark.parametrize("step", STEPS)
def test_the_grid_draws_a_line_whenever_the_wall_reaches_one(place: str, step: int) -> None:
    """A line for each wall time of the grid that comes, or is jumped past; none comes twice."""
    grid = SlotGrid(slot_minutes=step)
    for zone, instant, _ in each(place):
        window = around(instant)
        minutes = walk(zone, Interval(window.start, window.end + MINUTE))
        lines = [minute.instant for minute in minutes if minute.comes(step)]
        for window in _windows(instant):
            found = [line for line in lines if window.start <= line <= window.end]
            assert grid.lines(zone, window) == found, window
        for minute in minutes[::5]:
            assert grid.is_aligned(zone, minute.instant) is minute.comes(step), minute
        assert not grid.is_aligned(zone, instant + timedelta(seconds=1))


@everywhere
@pytest.mark.parametrize("step", STEPS)
def test_the_cells_of_the_grid_partition_each_local_day(place: str, step: int) -> None:
    """Issue: grid cells partition each local day (23, 24, 25 h, 23.5 h)."""
    grid = SlotGrid(slot_minutes=step)
    for zone, _, day in each(place):
        for one in (day - DAY, day, day + DAY):
            start, end = instant_at(zone, one, 0), instant_at(zone, one, DAY_MINUTES)
            if start == end:
                assert (place, one) == ("Pacific/Apia 2011", date(2011, 12, 30))
                continue
            lines = grid.lines(zone, Interval(start, end))
            assert (lines[0], lines[-1]) == (start, end)
            cells = [later - earlier for earlier, later in pairwise(lines)]
            assert min(cells) > timedelta(0)
            assert sum(cells, timedelta(0)) == end - start


def _night(day: date) -> dict[str, OpeningHours]:
    """Hours that pass midnight, and what closed days and dated exceptions make of them."""
    night, late = (18 * 60, 26 * 60), (22 * 60, 28 * 60)
    every_night = ((night,),) * 7
    closed: tuple[tuple[Span, ...], ...] = ((),) * 7
    return {
        "18:00–02:00": OpeningHours(weekly=every_night),
        "closed on the day": OpeningHours(weekly=every_night, exceptions={day: ()}),
        "closed on the day before": OpeningHours(weekly=every_night, exceptions={day - DAY: ()}),
        "into a closed day": OpeningHours(
            weekly=every_night, exceptions={day - DAY: (late,), day: ()}
        ),
        "that night alone": OpeningHours(weekly=closed, exceptions={day - DAY: (late,)}),
        "closed weekends": OpeningHours(weekly=(*((night,),) * 5, (), ())),
    }


def _weeks(day: date) -> dict[str, OpeningHours]:
    """Hours of every sort around ``day``; each has a name."""
    small_hours: tuple[Span, ...] = ((30, 90), (90, 95), (120, 150), (155, 240))
    return {
        **_night(day),
        "office hours": OpeningHours.every_day(9 * 60, 17 * 60),
        "around the clock": OpeningHours.every_day(0, DAY_MINUTES),
        "a whole day from three": OpeningHours.every_day(3 * 60, 27 * 60),
        "small hours": OpeningHours(weekly=(small_hours,) * 7),
        "spans that touch": OpeningHours(weekly=(((0, 120), (120, DAY_MINUTES)),) * 7),
        "spans that overlap": OpeningHours(weekly=(((60, 150), (90, 200)),) * 7),
        "the day alone": OpeningHours(weekly=((),) * 7, exceptions={day: ((0, DAY_MINUTES),)}),
        "its small hours alone": OpeningHours(weekly=((),) * 7, exceptions={day: small_hours}),
        "up to midnight": OpeningHours.every_day(20 * 60, DAY_MINUTES),
        "closed": OpeningHours(weekly=((),) * 7),
    }


@everywhere
@pytest.mark.parametrize("week", _weeks(date(2026, 1, 1)))
def test_open_is_what_the_wall_says(place: str, week: str) -> None:
    """Issue: opening hours never invert; past midnight, closed days, dated exceptions.

    From the first instant at which the wall shows the opening time, or a later one, until the
    first at which it shows the closing time: in order, apart, and not a minute more.
    """
    for zone, instant, day in each(place):
        hours = _weeks(day)[week]
        found = open_runs(hours, walk(zone, around(instant)))
        for window in _windows(instant):
            assert hours.open_intervals(zone, window) == within(window, found), window


@settings(max_examples=120)
@given(st.sampled_from(sorted(PLACES)), st.data())
def test_any_week_is_open_as_the_wall_says(place: str, data: st.DataObject) -> None:
    zone, instant, day = data.draw(st.sampled_from(list(each(place))))
    hours = data.draw(weeks(day))
    begin = instant + data.draw(st.integers(-36 * 12, 24 * 12)) * STEP
    window = Interval(begin, begin + data.draw(st.integers(1, 48 * 12)) * STEP)
    assert hours.open_intervals(zone, window) == open_runs(hours, walk(zone, window))
