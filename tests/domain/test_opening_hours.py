"""Opening hours: wall-clock time, past midnight, with exceptions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval, merge
from litehq_core.domain.opening_hours import OpeningHours, Span
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at, local
from tests.domain.samples import slot, utc
from tests.domain.strategies import cells, weeks, zoned_days

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 6, 1)


@given(zoned_days(), st.data())
def test_open_time_never_inverts_overlaps_or_leaves_the_window(
    where: tuple[ZoneInfo, date], data: st.DataObject
) -> None:
    zone, day = where
    window = data.draw(cells(first=instant_at(zone, day, 0), most=576))
    found = data.draw(weeks(day)).open_intervals(zone, window)
    for interval in found:
        assert window.start <= interval.start < interval.end <= window.end
    for earlier, later in pairwise(found):
        assert earlier.end < later.start


@given(zoned_days(), st.data())
def test_the_open_time_of_a_window_is_that_of_its_parts(
    where: tuple[ZoneInfo, date], data: st.DataObject
) -> None:
    zone, day = where
    week = data.draw(weeks(day))
    window = data.draw(cells(first=instant_at(zone, day, 0), most=576))
    middle = window.start + (window.end - window.start) // 2
    first, second = Interval(window.start, middle), Interval(middle, window.end)
    parts = [*week.open_intervals(zone, first), *week.open_intervals(zone, second)]
    assert week.open_intervals(zone, window) == merge(parts)


@given(zoned_days(), st.data())
def test_on_days_without_a_change_open_is_what_the_wall_says(
    where: tuple[ZoneInfo, date], data: st.DataObject
) -> None:
    zone, day = where
    week = data.draw(weeks(day))
    start = instant_at(zone, day, 0)
    edges = [start + timedelta(days=n) for n in (-1, 0, 1, 2)]
    if len({local(zone, edge).utcoffset() for edge in edges}) > 1:
        return
    window = Interval(start, edges[2])
    found = week.open_intervals(zone, window)
    for minute in range(0, DAY_MINUTES, 5):
        by_the_wall = any(o <= minute < c for o, c in week.spans_on(day)) or any(
            o <= minute + DAY_MINUTES < c for o, c in week.spans_on(day - timedelta(days=1))
        )
        cell = Interval(start + timedelta(minutes=minute), start + timedelta(minutes=minute + 5))
        assert any(opening.contains(cell) for opening in found) is by_the_wall


def test_hours_are_on_the_wall_summer_and_winter() -> None:
    """contract.md: opening hours are wall-clock time in the location's zone."""
    week = OpeningHours.every_day(7 * 60, 22 * 60)
    summer = week.open_intervals(LONDON, slot("2026-06-01 00:00", DAY_MINUTES))
    assert summer == [slot("2026-06-01 06:00", 15 * 60)]
    winter = week.open_intervals(LONDON, slot("2026-12-01 00:00", DAY_MINUTES))
    assert winter == [slot("2026-12-01 07:00", 15 * 60)]


def test_hours_past_midnight_reach_into_the_next_day() -> None:
    friday_night: Any = ((), (), (), (), ((18 * 60, 26 * 60),), (), ())
    week = OpeningHours(weekly=friday_night)
    # 18:00–02:00 BST, seen from Saturday alone.
    saturday = Interval(utc("2026-06-05 23:00"), utc("2026-06-06 23:00"))
    assert week.open_intervals(LONDON, saturday) == [slot("2026-06-05 23:00", 120)]
    assert week.open_intervals(LONDON, slot("2026-06-05 00:00", 3 * DAY_MINUTES)) == [
        slot("2026-06-05 17:00", 8 * 60)
    ]


def test_around_the_clock_is_one_interval() -> None:
    week = OpeningHours.every_day(0, DAY_MINUTES)
    window = slot("2026-03-27 12:00", 4 * DAY_MINUTES)
    assert week.open_intervals(LONDON, window) == [window]


def test_an_exception_replaces_its_days_spans_alone() -> None:
    week = OpeningHours(
        weekly=(((9 * 60, 17 * 60),),) * 7,
        exceptions={MONDAY: (), date(2026, 6, 2): ((12 * 60, 13 * 60), (14 * 60, 15 * 60))},
    )
    found = week.open_intervals(LONDON, slot("2026-05-31 00:00", 4 * DAY_MINUTES))
    assert found == [
        slot("2026-05-31 08:00", 8 * 60),
        slot("2026-06-02 11:00"),
        slot("2026-06-02 13:00"),
        slot("2026-06-03 08:00", 8 * 60),
    ]


def test_a_closed_day_does_not_cut_off_the_night_before() -> None:
    week = OpeningHours(weekly=(((20 * 60, 26 * 60),),) * 7, exceptions={MONDAY: ()})
    found = week.open_intervals(LONDON, slot("2026-05-31 12:00", DAY_MINUTES))
    assert found == [slot("2026-05-31 19:00", 6 * 60)]


def test_spans_around_a_change_of_the_clocks() -> None:
    def opened(span: Span, day: str) -> list[Interval]:
        return OpeningHours.every_day(*span).open_intervals(LONDON, slot(f"{day} 00:00", 720))

    # 01:00–02:00 on 29 March does not exist; 00:30–01:30 ends where the gap does.
    assert opened((60, 120), "2026-03-29") == []
    assert opened((30, 90), "2026-03-29") == [slot("2026-03-29 00:30", 30)]
    # 00:30–01:30 on 25 October ends the first time the wall shows 01:30; 00:30–02:00 has it all.
    assert opened((30, 90), "2026-10-25")[-1] == slot("2026-10-25 00:00", 30)
    assert opened((30, 120), "2026-10-25")[-1].end == utc("2026-10-25 02:00")


@given(st.data())
def test_json_there_and_back(data: st.DataObject) -> None:
    week = data.draw(weeks(MONDAY))
    assert OpeningHours.from_json(week.as_json()) == week


def test_json_may_pass_midnight_as_people_write_it() -> None:
    value = {"weekly": [[["18:00", "02:00"]]] * 7}
    assert OpeningHours.from_json(value) == OpeningHours.every_day(18 * 60, 26 * 60)
    # From one time to the same is once around the clock.
    around = {"weekly": [[["07:00", "07:00"]]] * 7}
    assert OpeningHours.from_json(around) == OpeningHours.every_day(7 * 60, 31 * 60)


@pytest.mark.parametrize(
    "week",
    [
        (((540, 1020),),) * 6,
        (((-5, 60),),) * 7,
        (((1440, 1500),),) * 7,
        (((540, 540),),) * 7,
        (((540, 480),),) * 7,
        (((540, 540 + 1445),),) * 7,
        (((541, 600),),) * 7,
        (((540, 601),),) * 7,
    ],
)
def test_hours_that_make_no_sense_are_refused(week: tuple[tuple[Span, ...], ...]) -> None:
    """contract.md: multiples of five minutes; a span is neither empty nor inverted."""
    with pytest.raises(ValidationFailed):
        OpeningHours(weekly=week)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "07:00",
        {"weekly": None},
        {"weekly": [["07:00", "22:00"]] * 7},
        {"weekly": [[["07:00"]]] * 7},
        {"weekly": [[["07", "22"]]] * 7},
        {"weekly": [[["", ""]]] * 7},
        {"weekly": [[[7, 22]]] * 7},
        {"weekly": [[["ab:cd", "22:00"]]] * 7},
        {"weekly": [[["07:00", "22:00", "23:00"]]] * 7},
        {"weekly": [[["07:60", "22:00"]]] * 7},
        {"weekly": [[["07:00:00", "22:00"]]] * 7},
        {"weekly": [[["+7:00", "22:00"]]] * 7},
        {"weekly": [[]] * 7, "exceptions": {"tomorrow": []}},
        {"weekly": [[]] * 7, "exceptions": {"2026-12-25": [["07:00"]]}},
        {"weekly": [[]] * 7, "exceptions": []},
    ],
)
def test_json_of_another_shape_is_refused(value: Any) -> None:
    with pytest.raises(ValidationFailed):
        OpeningHours.from_json(value)
