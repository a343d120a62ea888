"""Finding an entry of the waitlist under the locks that its next move needs."""

from __future__ import annotations

from contextlib import suppress

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import NotFound, ServiceUnavailable
from litehq_core.domain.room import Room
from litehq_core.domain.waitlist import NOUN, WaitlistEntry, WaitlistStatus
from litehq_core.ports.transaction import Transaction

LOCK_ATTEMPTS = 3


async def reachable_entry(tx: Transaction, actor: Actor, entry_id: str) -> WaitlistEntry:
    """An entry within the actor's bounds, under no lock.

    Raises:
        NotFound: there is none, or it lies outside; the answer is the same.
    """
    entry = await tx.waitlist.get(entry_id)
    if entry is None or not actor.reaches(member_id=entry.member_id, company_id=entry.company_id):
        raise NotFound(NOUN)
    return entry


class _Moved(Exception):
    """The entry was offered a slot, or lost one, while we waited for the lock."""


async def lock_entry(
    tx: Transaction, actor: Actor, entry_id: str
) -> tuple[WaitlistEntry, Room | None]:
    """An entry that nobody else moves meanwhile, and the room that it is offered.

    An offered entry is under its room's lock, a waiting one under its line's.

    Raises:
        NotFound: there is none within reach.
        ServiceUnavailable: it moves faster than we can follow.
    """
    for _ in range(LOCK_ATTEMPTS):
        with suppress(_Moved):
            # Undoing the savepoint gives the locks back, so that the next try keeps the order.
            async with tx.savepoint():
                return await _lock_entry(tx, actor, entry_id)
    raise ServiceUnavailable("The entry is being moved; try again.")


async def _lock_entry(
    tx: Transaction, actor: Actor, entry_id: str
) -> tuple[WaitlistEntry, Room | None]:
    seen = await reachable_entry(tx, actor, entry_id)
    room = None
    if seen.offer is not None:
        room = (await tx.rooms.lock([seen.offer.room_id]))[seen.offer.room_id]
    elif seen.status is WaitlistStatus.WAITING:
        await tx.waitlist.lock_line(seen.location_id)
    entry = await reachable_entry(tx, actor, entry_id)
    if (entry.status, entry.offer) != (seen.status, seen.offer):
        raise _Moved
    return entry, room
