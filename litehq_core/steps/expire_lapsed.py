"""Really ending what has lapsed, so that a claim and the status of its holder never part."""

from __future__ import annotations

from litehq_core.domain.ending import decide_drop_change, decide_expire
from litehq_core.domain.interval import Interval
from litehq_core.domain.offering import decide_end
from litehq_core.domain.room import Room
from litehq_core.domain.room_calendar import Occupied
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import write
from litehq_core.steps.offer_slots import Released, apply_entry, offer_released
from litehq_core.steps.payments_of import payments_of


async def expire_lapsed(
    tx: Transaction, room: Room, slot: Interval, *, sparing: str | None = None
) -> None:
    """End the lapsed holds, changes and offers of ``room``, which is locked, around ``slot``.

    All of them before any is offered to the waitlist: they are free at the same instant, and the
    first in line may wait for two of them together.

    Args:
        sparing: the booking that is being decided itself, whose lapse the decision deals with.
    """
    # As far as a booking reaches that could be offered across the slot.
    around = slot.widened(before=room.longest, after=room.longest)
    calendar = await tx.rooms.calendar(room, around)
    lapsed = {
        o.holder_id: o
        for o in calendar.occupied
        if not o.is_live(tx.now) and o.holder_id != sparing
    }
    released: list[tuple[str, Interval]] = []
    # In id order: those of a combined room may be locked from any of its parts.
    for holder_id in sorted(lapsed):
        released += await _end(tx, lapsed[holder_id])
    await offer_released(tx, released, locked={room.id, *room.parts})


async def _end(tx: Transaction, occupied: Occupied) -> Released:
    """What its holder lets go, if it has lapsed indeed."""
    if occupied.booking_id is None:
        return await _end_offer(tx, occupied.holder_id)
    booking = await tx.bookings.get(occupied.booking_id, lock=True)
    if booking is None:
        return ()
    payments = await payments_of(tx, booking)
    change = booking.pending_change
    if booking.is_lapsed(tx.now):
        return await write(tx, decide_expire(booking, payments, tx.now))
    if change is not None and change.expires_at <= tx.now:
        return await write(tx, decide_drop_change(booking, payments, tx.now))
    return ()


async def _end_offer(tx: Transaction, entry_id: str) -> Released:
    entry = await tx.waitlist.get(entry_id)
    if entry is None or not entry.is_lapsed(tx.now):
        return ()
    await apply_entry(tx, decide_end(entry, tx.now))
    return entry.held
