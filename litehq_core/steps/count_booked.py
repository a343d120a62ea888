"""Counting what a booker has booked, where quotas ask for it."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.evaluation import Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.quota_usage import counted_span
from litehq_core.domain.room import Room
from litehq_core.ports.transaction import Transaction


async def count_booked(
    tx: Transaction, room: Room, window: Interval, booker: Booker, *, lock: bool
) -> Booker:
    """The booker with what bears on his quotas for slots that start in ``window`` of ``room``.

    Only quotas need the locks: without them members and companies do not wait for themselves.

    Args:
        lock: nobody else changes it meanwhile. Without it the count is a mere look, which is
            enough for an offer: what is offered is judged again when it is booked.
    """
    rules = room.rules.rules_for(booker.tier)
    holders = booker.holds(rules.quotas)
    span = counted_span(rules, room.location.zone, window, tx.now)
    if span is None or not holders:
        return booker
    if lock:
        await tx.catalogue.lock_holders(holders)
    return replace(booker, counted=await tx.bookings.counted(holders, span))
