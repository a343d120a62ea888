"""Repetition (contract.md, Ids and time; RFC 5545, 3.3.10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.recurrence import (
    LAST,
    MAX_OCCURRENCES,
    MAX_SPAN,
    Frequency,
    NthWeekday,
    Recurrence,
)
from litehq_core.domain.recurrence_text import parse_rule, rule_text
from litehq_core.domain.wall_clock import instant_at, local
from tests.domain.samples import utc
from tests.domain.strategies import zoned_days

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def starts(text: str, first: str, zone: ZoneInfo = LONDON) -> list[str]:
    """The starts of a rule, as text in UTC."""
    return [f"{start:%Y-%m-%d %H:%M}" for start in parse_rule(text).starts(zone, utc(first))]


def dates(text: str, first: str) -> list[str]:
    """The dates of a rule."""
    return [day.isoformat() for day in parse_rule(text).dates(date.fromisoformat(first))]


def wrong_field(make: Callable[[], Any]) -> str:
    """The one field that is refused."""
    with pytest.raises(ValidationFailed) as caught:
        make()
    (error,) = caught.value.errors
    return error.field


def test_repetition_is_wall_clock_time() -> None:
    """London's clocks go back on 25 October: ten o'clock stays ten o'clock."""
    assert starts("FREQ=WEEKLY;COUNT=3", "2026-10-19 09:00") == [
        "2026-10-19 09:00",
        "2026-10-26 10:00",
        "2026-11-02 10:00",
    ]


def test_a_wall_time_in_a_gap_moves_to_the_first_instant_after_it() -> None:
    assert starts("FREQ=DAILY;COUNT=3", "2026-03-28 01:30") == [
        "2026-03-28 01:30",
        "2026-03-29 01:00",
        "2026-03-30 00:30",
    ]


def test_a_wall_time_that_exists_twice_means_the_first() -> None:
    assert starts("FREQ=DAILY;COUNT=3", "2026-10-24 00:30") == [
        "2026-10-24 00:30",
        "2026-10-25 00:30",
        "2026-10-26 01:30",
    ]
    late = utc("2026-10-25 01:30")
    rule = parse_rule("FREQ=DAILY;COUNT=3")
    assert wrong_field(lambda: rule.starts(LONDON, late)) == "start_at"


def test_a_day_that_the_zone_left_out_repeats_nothing_twice() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    found = parse_rule("FREQ=DAILY;COUNT=3").starts(apia, instant_at(apia, date(2011, 12, 29), 0))
    assert [local(apia, start).date().day for start in found] == [29, 31]


def test_seconds_are_kept_for_the_grid_to_refuse() -> None:
    rule = parse_rule("FREQ=DAILY;COUNT=2")
    first = utc("2026-05-22 09:00") + timedelta(seconds=30)
    assert rule.starts(LONDON, first) == (first, first + DAY)


@pytest.mark.parametrize(
    ("rule", "first", "found"),
    [
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", "2026-02-27", ["02-27", "03-02", "03-05"]),
        ("FREQ=DAILY;UNTIL=20260301", "2026-02-27", ["02-27", "02-28", "03-01"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4", "2026-05-22", ["05-22", "05-25", "05-27", "05-29"]),
        # Weeks begin on Monday: the Sunday of an odd week does not move to the next one.
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=3", "2026-05-24", ["05-24", "06-01", "06-07"]),
        ("FREQ=MONTHLY;COUNT=3", "2026-01-15", ["01-15", "02-15", "03-15"]),
        # RFC 5545: "invalid dates … MUST be ignored".
        ("FREQ=MONTHLY;COUNT=4", "2026-01-31", ["01-31", "03-31", "05-31", "07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=30;COUNT=2", "2026-01-30", ["01-30", "03-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2026-01-31", ["01-31", "02-28", "03-31"]),
        ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "2026-05-12", ["05-12", "06-09", "07-14"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2026-05-29", ["05-29", "06-26", "07-31"]),
        ("FREQ=MONTHLY;BYDAY=5FR;COUNT=2", "2026-05-29", ["05-29", "07-31"]),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO;COUNT=2", "2026-05-04", ["05-04", "07-06"]),
        # RFC 5545: exceptions count.
        (
            "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20260525",
            "2026-05-18",
            ["05-18", "06-01"],
        ),
        ("rrule:freq=daily;count=1;wkst=mo", "2026-05-18", ["05-18"]),
    ],
)
def test_examples(rule: str, first: str, found: list[str]) -> None:
    assert dates(rule, first) == [f"2026-{day}" for day in found]


def test_until_an_instant_is_inclusive() -> None:
    """RFC 5545: "bounds the recurrence rule in an inclusive manner"."""
    assert len(starts("FREQ=DAILY;UNTIL=20260524T090000Z", "2026-05-22 09:00")) == 3
    assert len(starts("FREQ=DAILY;UNTIL=20260524T085959Z", "2026-05-22 09:00")) == 2


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "rule"),
        ("RRULE:", "rule"),
        ("EXDATE;VALUE=DATE:20260522", "rule"),
        ("FREQ=DAILY;COUNT=1\nFREQ=DAILY;COUNT=1", "rule"),
        ("DTSTART:20260522\nRRULE:FREQ=DAILY;COUNT=1", "rule"),
        ("FREQ=DAILY;COUNT=1;COUNT=2", "rule"),
        ("FREQ=DAILY;COUNT=1;BYHOUR=9", "rule"),
        ("FREQ=DAILY;COUNT=", "rule"),
        ("FREQ=DAILY;COUNT=1;", "rule"),
        ("FREQ=WEEKLY;COUNT=1;WKST=SU", "rule"),
        ("FREQ=DAILY;COUNT=1;" + "X" * 8_000, "rule"),
        ("COUNT=1", "rule.frequency"),
        ("FREQ=YEARLY;COUNT=1", "rule.frequency"),
        ("FREQ=DAILY", "rule.count"),
        ("FREQ=DAILY;COUNT=0", "rule.count"),
        ("FREQ=DAILY;COUNT=367", "rule.count"),
        ("FREQ=DAILY;COUNT=x", "rule.count"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20260601", "rule.count"),
        ("FREQ=DAILY;UNTIL=20260631", "rule.until"),
        ("FREQ=DAILY;UNTIL=2026-06-30", "rule.until"),
        ("FREQ=DAILY;UNTIL=20260631T000000Z", "rule.until"),
        ("FREQ=DAILY;UNTIL=20260630T000000", "rule.until"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=1", "rule.interval"),
        ("FREQ=DAILY;INTERVAL=367;COUNT=1", "rule.interval"),
        ("FREQ=DAILY;BYDAY=MO;COUNT=1", "rule.weekdays"),
        ("FREQ=WEEKLY;BYDAY=2MO;COUNT=1", "rule.weekdays"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=1", "rule.weekdays"),
        ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=1", "rule.month_day"),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=1", "rule.month_day"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=1", "rule.month_day"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=1MO;COUNT=1", "rule.nth_weekday"),
        ("FREQ=MONTHLY;BYDAY=MO;COUNT=1", "rule.nth_weekday"),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=1", "rule.nth_weekday"),
        ("FREQ=MONTHLY;BYDAY=0MO;COUNT=1", "rule.nth_weekday"),
        ("FREQ=MONTHLY;BYDAY=1MO,2MO;COUNT=1", "rule.nth_weekday"),
        ("FREQ=DAILY;COUNT=1\nEXDATE;VALUE=DATE:2026", "rule.exceptions"),
    ],
)
def test_what_is_no_rule_is_refused_by_its_field(text: str, field: str) -> None:
    assert wrong_field(lambda: parse_rule(text)) == field


@pytest.mark.parametrize(
    "made",
    [
        {"frequency": Frequency.WEEKLY, "weekdays": frozenset({7})},
        {"frequency": Frequency.DAILY, "nth_weekday": NthWeekday(nth=1, weekday=0)},
        {"frequency": Frequency.MONTHLY, "nth_weekday": NthWeekday(nth=1, weekday=7)},
        {
            "frequency": Frequency.DAILY,
            "exceptions": frozenset(date(2026, 1, 1) + n * DAY for n in range(367)),
        },
    ],
)
def test_what_no_text_spells_is_refused_as_well(made: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed):
        Recurrence(count=1, **made)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        # 22 May 2026 is a Friday.
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=1", "rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=23;COUNT=1", "rule"),
        # No February has one: the search must end.
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=2", "rule.count"),
        ("FREQ=DAILY;UNTIL=20260521", "rule.until"),
        ("FREQ=DAILY;UNTIL=20260521T120000Z", "rule.until"),
        ("FREQ=MONTHLY;UNTIL=20290101", "rule.until"),
        ("FREQ=DAILY;UNTIL=20270601", "rule.until"),
        ("FREQ=WEEKLY;COUNT=300", "rule.count"),
        ("FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20260524", "rule.exceptions"),
        ("FREQ=DAILY;COUNT=1\nEXDATE;VALUE=DATE:20260522", "rule.exceptions"),
    ],
)
def test_a_rule_that_does_not_meet_its_start_or_goes_too_far_is_refused(
    text: str, field: str
) -> None:
    first = "2026-02-22 09:00" if "INTERVAL=12" in text else "2026-05-22 09:00"
    assert wrong_field(lambda: starts(text, first)) == field


def test_the_most_that_a_rule_may_ask_for() -> None:
    found = dates(f"FREQ=DAILY;COUNT={MAX_OCCURRENCES}", "2026-05-22")
    assert len(found) == MAX_OCCURRENCES
    assert dates("FREQ=DAILY;INTERVAL=366;COUNT=3", "2026-05-22")[-1] == "2028-05-23"


@st.composite
def rules(draw: st.DrawFn) -> tuple[Recurrence, date]:
    """A rule and a day; most often one of its days."""
    frequency = draw(st.sampled_from(Frequency))
    first = draw(st.dates(date(2024, 1, 1), date(2028, 12, 31)))
    fields: dict[str, Any] = {}
    if frequency is Frequency.WEEKLY and draw(st.booleans()):
        fields["weekdays"] = draw(st.frozensets(st.integers(0, 6), min_size=1)) | {first.weekday()}
    if frequency is Frequency.MONTHLY:
        is_last = (first + DAY).day == 1
        nth = NthWeekday(nth=draw(st.sampled_from([1, 2, 3, 4, 5, LAST])), weekday=first.weekday())
        days = [{}, {"month_day": first.day}, {"nth_weekday": nth}]
        fields = draw(st.sampled_from([*days, *([{"month_day": LAST}] if is_last else [])]))
    if draw(st.booleans()):
        fields["count"] = draw(st.integers(1, 40))
    else:
        fields["until"] = first + draw(st.integers(0, 300)) * DAY
    return Recurrence(frequency=frequency, interval=draw(st.integers(1, 5)), **fields), first


def _naive(rule: Recurrence, first: date) -> list[date]:
    """The rule, spelled out: look at every day there is and ask whether it belongs."""
    found: list[date] = []
    day = first
    while day <= first + MAX_SPAN:
        if rule.until is not None and day > rule.until:
            break
        if _belongs(rule, first, day):
            found.append(day)
        if len(found) == rule.count:
            break
        day += DAY
    return found


def _belongs(rule: Recurrence, first: date, day: date) -> bool:
    if rule.frequency is Frequency.DAILY:
        return (day - first).days % rule.interval == 0
    if rule.frequency is Frequency.WEEKLY:
        mondays = [d - d.weekday() * DAY for d in (first, day)]
        weeks = (mondays[1] - mondays[0]).days // 7
        wanted = rule.weekdays or {first.weekday()}
        return weeks % rule.interval == 0 and day.weekday() in wanted
    months = (day.year - first.year) * 12 + day.month - first.month
    if months % rule.interval:
        return False
    if rule.nth_weekday is None:
        if rule.month_day == LAST:
            return (day + DAY).day == 1
        return day.day == (rule.month_day or first.day)
    nth, weekday = rule.nth_weekday.nth, rule.nth_weekday.weekday
    if nth == LAST:
        return day.weekday() == weekday and (day + 7 * DAY).month != day.month
    return day.weekday() == weekday and (day.day + 6) // 7 == nth


@given(rules())
@example(rule_and_day=(Recurrence(frequency=Frequency.MONTHLY, count=2), date(2024, 2, 29)))
def test_a_rule_has_the_days_that_belong_to_it(rule_and_day: tuple[Recurrence, date]) -> None:
    rule, first = rule_and_day
    expected = _naive(rule, first)
    if not expected or expected[0] != first or (rule.count or 0) > len(expected):
        with pytest.raises(ValidationFailed):
            rule.dates(first)
    else:
        assert rule.dates(first) == tuple(expected)
        if len(expected) > 1:
            without = replace(rule, exceptions=frozenset(expected[::2]))
            assert without.dates(first) == tuple(expected[1::2])


@pytest.mark.parametrize(
    "text",
    [
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20260630T120000Z",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20261231\nEXDATE;VALUE=DATE:20260731,20260831",
    ],
)
def test_a_rule_is_written_as_it_was_read(text: str) -> None:
    assert rule_text(parse_rule(text)) == text


@given(rules(), st.booleans())
def test_text_and_json_are_read_back_as_the_same_rule(
    rule_and_day: tuple[Recurrence, date], instant: bool
) -> None:
    rule, first = rule_and_day
    rule = replace(rule, exceptions=frozenset({first, first + 7 * DAY}))
    if instant and rule.until is not None:
        rule = replace(rule, until=None, until_at=instant_at(LONDON, rule.until, 720))
    assert parse_rule(rule_text(rule)) == rule
    assert Recurrence.from_json(rule.as_json()) == rule


@example((ZoneInfo("America/Nuuk"), date(2024, 3, 29)), 23 * 12, 4)
@given(zoned_days(), st.integers(0, 24 * 12 - 1), st.integers(1, 20))
def test_every_start_shows_the_wall_time_of_the_first_or_what_follows_its_gap(
    where: tuple[ZoneInfo, date], cell: int, count: int
) -> None:
    zone, day = where
    first = instant_at(zone, day, cell * 5)
    wall = local(zone, first)
    found = Recurrence(frequency=Frequency.DAILY, count=count).starts(zone, first)
    assert found[0] == first
    assert list(found) == sorted(set(found))
    for start in found:
        shown = local(zone, start)
        if shown.time() != wall.time():
            # It was moved: no instant of that day shows the wall time, and this one ends the gap,
            # which may reach to midnight, as in Greenland.
            before = local(zone, start - timedelta(minutes=1))
            assert before.utcoffset() != shown.utcoffset()
            assert any(
                local(zone, lost.astimezone(ZoneInfo("UTC"))).time() != wall.time()
                for day in (shown.date(), before.date())
                for lost in [datetime.combine(day, wall.time(), tzinfo=zone)]
            )
