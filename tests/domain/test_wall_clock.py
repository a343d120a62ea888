"""Wall-clock time (contract.md, Ids and time)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import (
    EARLIEST,
    LATEST,
    instant_at,
    instant_text,
    local,
    parse_instant,
    zone_named,
)
from tests.domain.samples import utc
from tests.domain.strategies import ZONES, days_of_change, zoned_days

MINUTE = timedelta(minutes=1)


def _first_instant_not_before(zone: ZoneInfo, wall: datetime) -> datetime:
    """The rule, spelled out: walk through time until the wall shows ``wall`` or later."""
    instant = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    while instant.astimezone(zone).replace(tzinfo=None) < wall:
        instant += MINUTE
    return instant


@pytest.mark.parametrize(
    ("zone", "day", "clock", "instant"),
    [
        # "A wall time that does not exist moves to the first instant after the gap."
        ("Europe/London", date(2026, 3, 29), "01:00", "2026-03-29 01:00"),
        ("Europe/London", date(2026, 3, 29), "01:30", "2026-03-29 01:00"),
        ("Europe/London", date(2026, 3, 29), "02:00", "2026-03-29 01:00"),
        ("America/New_York", date(2026, 3, 8), "02:59", "2026-03-08 07:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:15", "2026-10-03 15:30"),
        ("America/St_Johns", date(2026, 3, 8), "02:30", "2026-03-08 05:30"),
        ("Africa/Cairo", date(2026, 4, 24), "00:00", "2026-04-23 22:00"),
        ("America/Nuuk", date(2026, 3, 28), "23:30", "2026-03-29 01:00"),
        # "One that exists twice means the first."
        ("Europe/London", date(2026, 10, 25), "01:30", "2026-10-25 00:30"),
        ("America/New_York", date(2026, 11, 1), "01:00", "2026-11-01 05:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), "01:45", "2026-04-04 14:45"),
        # Ordinary days.
        ("Asia/Kathmandu", date(2026, 6, 1), "09:00", "2026-06-01 03:15"),
        ("Pacific/Apia", date(2026, 6, 1), "09:00", "2026-05-31 20:00"),
        ("Europe/London", date(2026, 6, 1), "15:00", "2026-06-01 14:00"),
    ],
)
def test_examples(zone: str, day: date, clock: str, instant: str) -> None:
    at = time.fromisoformat(clock)
    assert instant_at(ZoneInfo(zone), day, at.hour * 60 + at.minute) == utc(instant)


@given(zoned_days(), st.integers(0, 2880))
def test_a_wall_time_is_the_first_instant_at_which_the_wall_shows_it_or_later(
    where: tuple[ZoneInfo, date], minute: int
) -> None:
    zone, day = where
    wall = datetime.combine(day, time()) + minute * MINUTE
    found = instant_at(zone, day, minute)
    assert found == _first_instant_not_before(zone, wall)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_the_clocks_minute_by_minute(name: str) -> None:
    """Gap → first instant after; fold → first: no change from 2024 to 2030 is left out."""
    zone = ZoneInfo(name)
    for day in days_of_change(name):
        instant = _first_instant_not_before(zone, datetime.combine(day, time()))
        for minute in range(0, 30 * 60, 5):
            wall = datetime.combine(day, time()) + minute * MINUTE
            while instant.astimezone(zone).replace(tzinfo=None) < wall:
                instant += MINUTE
            assert instant_at(zone, day, minute) == instant, (day, minute)


@given(zoned_days(), st.integers(0, 2879))
def test_later_on_the_wall_is_never_earlier_in_time(
    where: tuple[ZoneInfo, date], minute: int
) -> None:
    zone, day = where
    assert instant_at(zone, day, minute) <= instant_at(zone, day, minute + 1)


@given(st.sampled_from(ZONES), st.integers(0, 7 * 365 * 24 * 60))
def test_an_instant_seen_on_the_wall_leads_back_to_it_or_its_first_twin(
    name: str, minutes: int
) -> None:
    zone, instant = ZoneInfo(name), utc("2024-01-01 00:00") + minutes * MINUTE
    wall = local(zone, instant)
    found = instant_at(zone, wall.date(), wall.hour * 60 + wall.minute)
    assert found == instant if wall.fold == 0 else found < instant
    assert local(zone, found).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0)


def test_a_zone_has_an_iana_name() -> None:
    assert zone_named("Europe/London").key == "Europe/London"
    for text in ("Europe/Atlantis", "", "../etc/passwd", "/etc/localtime", "GMT+25", "a\0b", "é"):
        with pytest.raises(ValidationFailed) as refusal:
            zone_named(text)
        assert refusal.value.errors[0].field == "timezone"


@given(st.integers(0, int((LATEST - EARLIEST).total_seconds()) - 1))
def test_an_instant_written_is_read_back(seconds: int) -> None:
    """contract.md: instants are written as RFC 3339 with ``Z``."""
    instant = EARLIEST + timedelta(seconds=seconds)
    text = instant_text(instant)
    assert text.endswith("Z")
    assert "+" not in text
    assert parse_instant(text, "start_at", offset_needed=True) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-22T14:00:00Z", "2026-05-22 14:00"),
        ("2026-05-22T14:00", "2026-05-22 14:00"),  # "a time without an offset is UTC"
        ("2026-05-22 14:00:00", "2026-05-22 14:00"),
        ("2026-05-22t14:00:00z", "2026-05-22 14:00"),
        ("2026-05-22T16:00:00+02:00", "2026-05-22 14:00"),
        ("2026-05-22T08:15-05:45", "2026-05-22 14:00"),
        ("20260522T140000Z", "2026-05-22 14:00"),
        ("1970-01-01T00:00:00Z", "1970-01-01 00:00"),
    ],
)
def test_instants_that_are_read(text: str, instant: str) -> None:
    found = parse_instant(text, "start_at")
    assert found == utc(instant)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-05-22",
        "1779458400",
        "14:00",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-05-22T25:00:00Z",
        "1969-12-31T23:59:59Z",
        "9000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "tomorrow",
        " ",
        "T",
    ],
)
def test_what_is_no_instant_is_refused_with_its_field(text: str) -> None:
    """contract.md: a number or anything else is 422."""
    with pytest.raises(ValidationFailed) as refusal:
        parse_instant(text, "end_at")
    assert [error.field for error in refusal.value.errors] == ["end_at"]


def test_graphql_needs_an_offset() -> None:
    """contract.md: GraphQL's ``DateTime`` needs an offset."""
    assert parse_instant("2026-05-22T14:00:00+00:00", "from", offset_needed=True) == utc(
        "2026-05-22 14:00"
    )
    with pytest.raises(ValidationFailed):
        parse_instant("2026-05-22T14:00:00", "from", offset_needed=True)


@given(st.text())
@example("2026-05-22T14:00:00+23:59:59.999999")
@example("T\ud800")
def test_any_other_text_is_refused_and_nothing_else(text: str) -> None:
    try:
        found = parse_instant(text, "start_at")
    except ValidationFailed:
        return
    assert found.utcoffset() == timedelta(0)
