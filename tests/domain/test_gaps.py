"""The gap rule against a naive reading, cell by cell of a whole calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.evaluation import GUEST, Request, evaluate
from litehq_core.domain.interval import Interval
from litehq_core.domain.room_calendar import RoomCalendar
from tests.domain.calendars import calendars
from tests.domain.samples import utc
from tests.domain.strategies import cells

CELL = timedelta(minutes=5)
FIRST = utc("2026-06-01 00:00")


def _is_free(calendar: RoomCalendar, cell: Interval) -> bool:
    """Whether the cell is open and neither taken, nor in a buffer, nor blacked out."""
    buffer = timedelta(minutes=calendar.room.buffer_minutes)
    taken = any(
        o.slot.start - buffer < cell.end
        and cell.start < o.slot.end + timedelta(minutes=o.buffer_minutes)
        for o in calendar.occupied
        if o.expires_at is None or calendar.now < o.expires_at
    )
    shut = any(cell.overlaps(blackout.interval) for blackout in calendar.blackouts)
    return not taken and not shut and bool(calendar.room.open_intervals(cell))


def _run(free: dict[datetime, bool], start: datetime, step: timedelta) -> list[datetime]:
    """The free cells from ``start`` on, one way."""
    found = []
    while free.get(start, False):
        found.append(start)
        start += step
    return found


@settings(max_examples=150)
@given(cells(first=FIRST, most=288), st.data())
def test_a_remainder_is_nothing_or_long_enough(wish: Interval, data: st.DataObject) -> None:
    calendar = data.draw(calendars(ZoneInfo("UTC"), date(2026, 6, 1)))
    room = calendar.room
    least = room.rules.min_gap_minutes
    buffer = timedelta(minutes=room.buffer_minutes)
    starts = [FIRST + n * CELL for n in range(-200, 600)]
    free = {start: _is_free(calendar, Interval(start, start + CELL)) for start in starts}
    inside = [start for start in starts if wish.start <= start < wish.end]
    before = _run(free, wish.start - CELL, -CELL)
    after = _run(free, wish.end, CELL)
    earliest = calendar.now + timedelta(minutes=room.rules.lead_minutes)
    left = []
    if all(free[start] for start in inside):
        if (before[-1] if before else wish.start) >= earliest:
            left.append(len([cell for cell in before if cell + CELL <= wish.start - buffer]))
        left.append(len([cell for cell in after if cell >= wish.end + buffer]))
    broken = any(0 < count * 5 < least for count in left)
    found = evaluate(Request(slot=wish), calendar.rule_context(wish, GUEST))
    assert ("unsellable_gap" in {violation.reason for violation in found}) is broken


def test_the_naive_reading_knows_runs() -> None:
    hours = {FIRST + n * CELL: n in (3, 4, 5) for n in range(10)}
    run = _run(hours, FIRST + 5 * CELL, -CELL)
    assert [later - earlier for later, earlier in pairwise(run)] == [CELL, CELL]
