"""Offering what is released to who waits for it: in the same transaction, under the room's lock.

So nobody can slip in between, and what is in the way of a create is offered before the create is
judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from litehq_core.domain.booking import Booking, claimed
from litehq_core.domain.claims import Claim
from litehq_core.domain.errors import SlotUnavailable
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.interval import Interval
from litehq_core.domain.offering import (
    EntryDecision,
    FreedRoom,
    decide_offer,
    find_offer,
    may_fit,
)
from litehq_core.domain.room import Room
from litehq_core.domain.waitlist import Offer, WaitlistEntry, WaitlistStatus
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.count_booked import count_booked

# Of a longer line the rest is looked at when its entries are next checked.
LINE_LIMIT = 200

# (room id, interval) of what is let go.
Released = Sequence[tuple[str, Interval]]


async def apply_entry(tx: Transaction, decision: EntryDecision) -> WaitlistEntry:
    """Write all of ``decision`` and give back its entry. What it lets go is offered to nobody.

    Raises:
        SlotUnavailable: a cell is taken after all, which the room's lock makes impossible.
    """
    entry = decision.entry
    if decision.is_new:
        await tx.waitlist.add(entry)
    else:
        await tx.waitlist.save(entry)
    if not await tx.claims.put(entry.id, decision.claims):
        raise SlotUnavailable(conflicting_booking_id=None)
    for event in decision.events:
        tx.emit(event)
    return entry


async def end_entry(tx: Transaction, entry: WaitlistEntry, decision: EntryDecision) -> None:
    """Write the end of ``entry``; what it was offered goes to the next in line."""
    await apply_entry(tx, decision)
    await offer_released(tx, entry.held)


async def claims_to_release(
    tx: Transaction, booking: Booking, wanted: Sequence[Claim] | None
) -> Released:
    """What ``booking`` claims so far and ``wanted`` does not hold on to, if anybody waits.

    Args:
        wanted: what it is to claim; None: as before.
    """
    if wanted is None or not await tx.waitlist.anybody_waits():
        return ()
    before = await tx.bookings.get(booking.id)
    if before is None:
        return ()
    released = [(claim.room_id, claim.interval) for claim in before.claims if claim not in wanted]
    change = before.pending_change
    for place in (before, change) if change else (before,):
        if place.room.parts and released:
            # Who lets go of the parts of a combined room lets go of the whole.
            released.append((place.room.id, claimed(place.slot, place.buffer_minutes)))
    return released


async def offer_released(
    tx: Transaction, released: Released, *, locked: Collection[str] | None = None
) -> None:
    """Offer what is free now of what was ``released``.

    Args:
        locked: the ids of those of the rooms that are locked; None: all of them are. Who waits
            for another is looked at again at once, by the duty.
    """
    ahead = [(room_id, when) for room_id, when in released if when.end > tx.now]
    if not ahead:
        return
    here = [room_id for room_id, _ in ahead if locked is None or room_id in locked]
    rooms = await tx.rooms.lock(here)
    # Lines are locked in the order of their locations.
    for location_id in sorted({room.location.id for room in rooms.values()}):
        own = {i: room for i, room in rooms.items() if room.location.id == location_id}
        # What is not locked is related to what is, and related rooms share their location.
        there = [one for one in ahead if one[0] in own or one[0] not in rooms]
        await _offer_at(tx, location_id, own, there)
        await _hasten(tx, location_id, own, there)


async def offer_line(tx: Transaction, room: Room, window: Interval) -> None:
    """Offer ``room``, which is locked, to who waits for it in ``window``, in order."""
    await _offer_at(tx, room.location.id, {room.id: room}, [(room.id, window)])


async def _offer_at(
    tx: Transaction, location_id: str, rooms: Mapping[str, Room], released: Released
) -> None:
    """Go through the line of one location, whose ``rooms`` are locked."""
    line = await tx.waitlist.line(location_id, sorted(rooms), _span(released), LINE_LIMIT)
    own = [(rooms[room_id], when) for room_id, when in released if room_id in rooms]
    freed = await _look(tx, own, line)
    for waiting in line:
        found = await _find(tx, waiting, freed)
        if found is None:
            continue
        await tx.waitlist.lock_line(location_id)
        # Read again under the lock: it may have left, or been offered another room's slot.
        entry = await tx.waitlist.get(waiting.id)
        if entry is not None and entry.status is WaitlistStatus.WAITING:
            offer, room = found
            await apply_entry(tx, decide_offer(entry, offer, room, tx.now))
            freed = await _look(tx, own, line)


def _span(released: Released) -> Interval:
    return Interval(min(i.start for _, i in released), max(i.end for _, i in released))


async def _look(
    tx: Transaction, released: Sequence[tuple[Room, Interval]], line: Sequence[WaitlistEntry]
) -> list[FreedRoom]:
    """The rooms as they are now, wherever something could begin that meets what was released.

    What has lapsed but was not swept has its cells still, so here it stands in the way; when it is
    really expired the line is looked through again.
    """
    longest = timedelta(minutes=max((entry.duration_minutes for entry in line), default=0))
    found = []
    for room, when in released if line else ():
        reach = longest + timedelta(minutes=room.buffer_minutes)
        window = when.widened(before=reach, after=longest)
        calendar = (await tx.rooms.calendar(room, window)).as_claimed()
        found.append(FreedRoom(calendar=calendar, released=when, window=window))
    return found


async def _find(
    tx: Transaction, entry: WaitlistEntry, freed: Sequence[FreedRoom]
) -> tuple[Offer, Room] | None:
    """The earliest slot that the entry's booker can book in one of the rooms."""
    fitting = [place for place in freed if may_fit(entry, place)]
    if not fitting:
        return None
    offer_minutes = (await tx.catalogue.workspace()).offer_minutes
    member = await tx.catalogue.member(entry.member_id) if entry.member_id else None
    found: list[tuple[Offer, Room]] = []
    for place in fitting:
        room = place.calendar.room
        booker = await count_booked(tx, room, place.window, Booker.of(member), lock=False)
        offer = find_offer(entry, place, booker, offer_minutes)
        if offer is not None:
            found.append((offer, room))
    return min(found, key=lambda one: (one[0].slot.start, one[1].id), default=None)


async def _hasten(
    tx: Transaction, location_id: str, rooms: Mapping[str, Room], released: Released
) -> None:
    """Let the duty look at once for those who wait for a room that is not locked here.

    That is a combined room of which a part was released, or another part of a combined room.
    """
    let_go = [room_id for room_id, _ in released]
    beyond = {*let_go, *await tx.rooms.wholes(let_go)} - set(rooms)
    if not beyond:
        return
    line = await tx.waitlist.line(location_id, sorted(beyond), _span(released), LINE_LIMIT)
    if line:
        await tx.waitlist.lock_line(location_id)
    for waiting in line:
        entry = await tx.waitlist.get(waiting.id)
        if entry is not None and entry.status is WaitlistStatus.WAITING:
            await tx.waitlist.save(replace(entry, next_check_at=tx.now))
