"""The waitlist's duties: offers that lapse, entries that are looked at again."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor
from litehq_core.domain.offering import decide_end
from litehq_core.domain.waitlist import WaitlistEntry, WaitlistStatus
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.expire_lapsed import expire_lapsed
from litehq_core.steps.lock_entry import lock_entry
from litehq_core.steps.offer_slots import apply_entry, offer_line


async def lapse_due_offer(ports: Ports, actor: Actor, entry_id: str) -> None:
    """End an entry whose offer nobody took in time."""
    async with ports.begin(actor) as tx:
        entry, room = await lock_entry(tx, actor, entry_id)
        if room is not None and entry.offer is not None:
            await expire_lapsed(tx, room, entry.offer.slot)


async def check_entry(ports: Ports, actor: Actor, entry_id: str) -> None:
    """Look again for what an entry waits for: what no release has told, such as new hours.

    One room at a time, each in a transaction of its own; what is found goes to the first in
    line, whoever that is.
    """
    async with ports.begin(actor) as tx:
        # Put off first: one that fails must not keep the others from being looked at.
        entry = await _end_or_put_off(tx, actor, entry_id)
        rooms = await rooms_waited_for(tx, entry.room_id, entry.location_id)
    if entry.status is not WaitlistStatus.WAITING:
        return
    for room_id in rooms:
        async with ports.begin(actor) as tx:
            room = (await tx.rooms.lock([room_id])).get(room_id)
            if room is not None:
                await offer_line(tx, room, entry.window)


async def _end_or_put_off(tx: Transaction, actor: Actor, entry_id: str) -> WaitlistEntry:
    entry, _ = await lock_entry(tx, actor, entry_id)
    if entry.status is not WaitlistStatus.WAITING:
        return entry
    if entry.is_over(tx.now):
        return await apply_entry(tx, decide_end(entry, tx.now))
    later = entry.put_off(tx.now)
    await tx.waitlist.save(later)
    return later


async def rooms_waited_for(
    tx: Transaction, room_id: str | None, location_id: str | None
) -> list[str]:
    """The ids of the rooms that would do, in the order in which they are locked."""
    if room_id is not None:
        return [room_id]
    return list(await tx.rooms.at(location_id)) if location_id is not None else []
