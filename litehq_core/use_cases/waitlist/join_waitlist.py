"""Wait for a slot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import FieldError, NotFound, ValidationFailed
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.offering import JoinWaitlist, decide_join
from litehq_core.domain.room import Room
from litehq_core.domain.slot_grid import CELL_MINUTES
from litehq_core.domain.wall_clock import whole_second
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.check_waitlist import rooms_waited_for
from litehq_core.steps.load_context import reachable_member
from litehq_core.steps.load_wish import require_attendees, require_booker, require_words
from litehq_core.steps.offer_slots import apply_entry, offer_line
from litehq_core.steps.once import run_once
from litehq_core.steps.placed_entry import PlacedEntry, placed

__all__ = ["JoinWaitlist", "join_waitlist"]

# Every check of an entry looks through its whole window.
LONGEST_WINDOW = timedelta(days=31)
FARTHEST = timedelta(days=366)


async def join_waitlist(
    ports: Ports, actor: Actor, command: JoinWaitlist, once: Once | None = None
) -> PlacedEntry:
    """A place at the end of the line. What is free at this moment is offered at once.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        ValidationFailed: a field is wrong in itself, or the window is over.
        NotFound: no such room, location or member within reach.
        SlotMisaligned, BookingRuleViolated: no room would take such a booking at any time.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    _require_fields(actor, command)
    wish = replace(
        command,
        from_at=whole_second(command.from_at),
        to_at=command.to_at.replace(microsecond=0),
    )

    async def execute(tx: Transaction) -> PlacedEntry:
        _require_ahead(wish, tx.now)
        rooms = await _lock_rooms(tx, wish)
        member = (
            await reachable_member(tx, actor, wish.member_id)
            if wish.member_id is not None
            else None
        )
        booker, entry_id = Booker.of(member), ports.new_id(Prefix.WAITLIST_ENTRY)
        decision = decide_join(wish, rooms, booker, entry_id, tx.now)
        entry = await apply_entry(tx, decision)
        for room in rooms:
            if entry.offer is None:
                # To the first in line, should a release have been missed: not always to him.
                await offer_line(tx, room, wish.window)
                entry = await tx.waitlist.get(entry.id) or entry
        return await placed(tx, entry)

    return await run_once(ports, actor, once, command, execute)


async def _lock_rooms(tx: Transaction, wish: JoinWaitlist) -> list[Room]:
    """The rooms that would do, all locked: no release is missed between the look and the join."""
    wanted = await rooms_waited_for(tx, wish.room_id, wish.location_id)
    rooms = list((await tx.rooms.lock(wanted)).values())
    if not rooms:
        raise NotFound("room" if wish.room_id is not None else "location")
    return rooms


def _require_fields(actor: Actor, wish: JoinWaitlist) -> None:
    wrong: list[FieldError] = []
    if (wish.room_id is None) == (wish.location_id is None):
        wrong.append(FieldError("room_id", "must be given, or else a location_id"))
    if wish.duration_minutes <= 0 or wish.duration_minutes % CELL_MINUTES:
        wrong.append(FieldError("duration_minutes", "must be a positive multiple of five"))
    if not wish.from_at < wish.to_at <= wish.from_at + LONGEST_WINDOW:
        wrong.append(FieldError("to", f"must lie within {LONGEST_WINDOW.days} days after from"))
    elif wish.to_at - wish.from_at < timedelta(minutes=wish.duration_minutes):
        wrong.append(FieldError("duration_minutes", "must fit into the window"))
    require_booker(actor, wish.member_id, wish.guest, wrong)
    require_attendees(wish.attendees, wrong)
    if wrong:
        raise ValidationFailed(*wrong)
    require_words(wish.guest, wish.notes)


def _require_ahead(wish: JoinWaitlist, now: datetime) -> None:
    if wish.to_at - timedelta(minutes=wish.duration_minutes) <= now:
        raise ValidationFailed.of("to", "leaves no time ahead for a booking of this length")
    if wish.to_at > now + FARTHEST:
        raise ValidationFailed.of("to", f"must lie within {FARTHEST.days} days")
