"""How a slot falls into local days and into price bands, by elapsed time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from litehq_core.domain.interval import Interval
from litehq_core.domain.price_rules import PriceBand, PriceRules
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at, local

_DAY = timedelta(days=1)
_CELLS_OF_DAY = DAY_MINUTES // CELL_MINUTES
_CELL_SECONDS = CELL_MINUTES * 60


def band_parts(
    rules: PriceRules, zone: ZoneInfo, slot: Interval, *, by_day: bool
) -> list[list[tuple[PriceBand | None, int]]]:
    """The minutes of a slot in each band, as :func:`band_minutes` tells them.

    Args:
        by_day: for each of its local days apart; else for the whole slot, as its only part.
    """
    first = None if rules.week.cells is None else _cell_of_week(zone, slot)
    if first is None or rules.week.cells is None:
        pieces = local_days(zone, slot) if by_day else [slot]
        return [band_minutes(rules.bands, zone, piece) for piece in pieces]
    last = first + slot.minutes // CELL_MINUTES
    midnight = (first // _CELLS_OF_DAY + 1) * _CELLS_OF_DAY
    cuts = [first, midnight, last] if by_day and midnight < last else [first, last]
    return [
        _counted(rules.week.bands, rules.week.cells[begin:end]) for begin, end in pairwise(cuts)
    ]


def _counted(bands: tuple[PriceBand, ...], cells: bytes) -> list[tuple[PriceBand | None, int]]:
    parts: list[tuple[PriceBand | None, int]] = []
    left = len(cells)
    for number, band in enumerate(bands, start=1):
        if count := cells.count(number):
            parts.append((band, count * CELL_MINUTES))
            left -= count
    return [(None, left * CELL_MINUTES), *parts] if left or not parts else parts


def _cell_of_week(zone: ZoneInfo, slot: Interval) -> int | None:
    """The five-minute cell of the week in which the slot begins on the wall.

    None if cells do not tell it all: the clocks change within it, or an hour passes for the
    second time, or it is longer than a day, or not of whole cells.
    """
    begin, end, length = local(zone, slot.start), local(zone, slot.end), slot.end - slot.start
    even = begin.utcoffset() == end.utcoffset() and not (begin.fold or end.fold)
    if not even or length > _DAY or length.microseconds or length.seconds % _CELL_SECONDS:
        return None
    if begin.minute % CELL_MINUTES or begin.second or begin.microsecond:
        return None
    minute = begin.hour * 60 + begin.minute
    return begin.weekday() * _CELLS_OF_DAY + minute // CELL_MINUTES


def local_days(zone: ZoneInfo, slot: Interval) -> list[Interval]:
    """The slot, cut at every local midnight inside it."""
    parts: list[Interval] = []
    start, day = slot.start, local(zone, slot.start).date()
    while start < slot.end:
        day += _DAY
        end = min(instant_at(zone, day, 0), slot.end)
        # A day that the zone left out begins and ends at once.
        if start < end:
            parts.append(Interval(start, end))
            start = end
    return parts


def band_minutes(
    bands: Iterable[PriceBand], zone: ZoneInfo, slot: Interval
) -> list[tuple[PriceBand | None, int]]:
    """How many minutes of the slot fall into each band, and (None) into none.

    What falls into none comes first, then the bands as they follow each other in a day; so their
    own order means nothing.
    """
    parts: list[tuple[PriceBand | None, int]] = []
    left = slot.minutes
    first, last = local(zone, slot.start).date(), local(zone, slot.end).date()
    for band, times in _band_times(tuple(bands), zone, first, last):
        seconds = 0
        for begin, end in times:
            if begin < slot.end and slot.start < end:
                within = min(end, slot.end) - max(begin, slot.start)
                seconds += within.days * 86_400 + within.seconds
        if minutes := seconds // 60:
            parts.append((band, minutes))
            left -= minutes
    return [(None, left), *parts] if left or not parts else parts


# Prices are asked for the same card over and over, and for the same few days.
@lru_cache(maxsize=4_096)
def _band_times(
    bands: tuple[PriceBand, ...], zone: ZoneInfo, first: date, last: date
) -> list[tuple[PriceBand, list[tuple[datetime, datetime]]]]:
    """Each band with the times it has from one local day to another, by where it lies in a day."""
    found: list[tuple[PriceBand, list[tuple[datetime, datetime]]]] = []
    # What began the day before may reach past midnight.
    days = [first + n * _DAY for n in range(-1, (last - first).days + 1)]
    for band in sorted(bands, key=lambda band: (band.opens, band.name)):
        times = [
            (instant_at(zone, day, band.opens), instant_at(zone, day, band.closes))
            for day in days
            if day.weekday() in band.weekdays
        ]
        found.append((band, times))
    return found
