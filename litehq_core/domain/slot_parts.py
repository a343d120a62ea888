"""How a slot falls into local days and into price bands, by elapsed time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from litehq_core.domain.interval import Interval
from litehq_core.domain.opening_hours import OpeningHours
from litehq_core.domain.price_rules import PriceBand
from litehq_core.domain.wall_clock import instant_at, local


def local_days(zone: ZoneInfo, slot: Interval) -> list[Interval]:
    """The slot, cut at every local midnight inside it."""
    parts: list[Interval] = []
    start, day = slot.start, local(zone, slot.start).date()
    while start < slot.end:
        day += timedelta(days=1)
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
    for band in sorted(bands, key=lambda band: (band.opens, band.name)):
        hours = OpeningHours(
            weekly=tuple(
                ((band.opens, band.closes),) if day in band.weekdays else () for day in range(7)
            )
        )
        minutes = sum(part.minutes for part in hours.open_intervals(zone, slot))
        if minutes:
            parts.append((band, minutes))
            left -= minutes
    return [(None, left), *parts] if left or not parts else parts
