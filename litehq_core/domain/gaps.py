"""The gap rule: a booking leaves no free time beside it that is too short to be sold.

What counts is the free time as availability shows it: without the buffers that must lie on
either side of a booking, and within the opening hours. On each side of the slot there must be
none of it left, or at least ``min_gap_minutes``. So a slot may touch a neighbour (with the buffer
between them), a blackout, the opening or the closing time, or keep its distance; and a buffer
that runs past the closing time leaves nothing.

Free time that has come too close to be booked is lost whoever books, so the side before the slot
is not looked at once its beginning lies before now and the lead time. Otherwise the clock alone
would make slots unbookable. A slot that does not lie within one free time has other faults, which
are found elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from litehq_core.domain.interval import Interval


def gaps_left(
    slot: Interval, free: Sequence[Interval], buffer_minutes: int, earliest: datetime
) -> Iterator[int]:
    """The lengths, in minutes, of the free times left beside ``slot``; those of none left out.

    Args:
        free: the times in which bookings could lie if ``slot`` were not booked, in order.
        buffer_minutes: the gap that must lie between two bookings.
        earliest: the first instant at which a booking may still start.
    """
    number = bisect_right(free, slot.start, key=lambda piece: piece.start) - 1
    around = free[number] if number >= 0 else None
    if around is None or not around.contains(slot):
        return
    before = (slot.start - around.start).total_seconds() // 60 - buffer_minutes
    after = (around.end - slot.end).total_seconds() // 60 - buffer_minutes
    if before > 0 and around.start >= earliest:
        yield int(before)
    if after > 0:
        yield int(after)
