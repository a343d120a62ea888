"""The slot grid: the wall times at which a room's bookings may begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.wall_clock import DAY_MINUTES, instant_at, local

# Claim cells are five minutes of UTC (architecture.md), so every length is a multiple of it.
CELL_MINUTES = 5
_CELL_SECONDS = CELL_MINUTES * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotGrid:
    """Lines every ``slot_minutes`` from local midnight; a divisor of a day, multiple of five."""

    slot_minutes: int

    def __post_init__(self) -> None:
        if (
            self.slot_minutes <= 0
            or self.slot_minutes % CELL_MINUTES
            or DAY_MINUTES % self.slot_minutes
        ):
            raise ValidationFailed.of(
                "slot_minutes", "must be a multiple of five minutes that divides a day"
            )

    def is_aligned(self, zone: ZoneInfo, instant: datetime) -> bool:
        """Whether ``instant`` is one of the grid's lines.

        A wall time that exists twice means the first (``contract.md``), so the second of the
        two is no line.
        """
        return instant in day_lines(zone, local(zone, instant).date(), self.slot_minutes)

    def lines(self, zone: ZoneInfo, window: Interval) -> list[datetime]:
        """Every line in ``window``, both ends included, in order."""
        found: list[datetime] = []
        day = local(zone, window.start).date()
        # Where clocks go back over midnight, the day after the last has already begun once.
        last = local(zone, window.end).date() + timedelta(days=1)
        while day <= last:
            found.extend(day_lines(zone, day, self.slot_minutes))
            day += timedelta(days=1)
        return sorted({line for line in found if window.start <= line <= window.end})


@lru_cache(maxsize=4_096)
def day_lines(zone: ZoneInfo, day: date, slot_minutes: int) -> frozenset[datetime]:
    """The grid's lines of one local day. Two wall times in one gap share a line."""
    return frozenset(instant_at(zone, day, m) for m in range(0, DAY_MINUTES, slot_minutes))


def claim_cells(interval: Interval) -> range:
    """The five-minute cells of UTC that ``interval`` touches, as numbers since 1970."""
    start = int(interval.start.timestamp()) // _CELL_SECONDS
    return range(start, -(-int(interval.end.timestamp()) // _CELL_SECONDS))
