"""Close a room, or a whole location, for a while."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.blackouts import CreateBlackout, PlacedBlackout, new_blackout, placed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.room import Room
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import lock_room
from litehq_core.steps.lock_places import lock_location
from litehq_core.steps.once import run_once

__all__ = ["CreateBlackout", "create_blackout"]


async def create_blackout(
    ports: Ports, actor: Actor, command: CreateBlackout, once: Once | None = None
) -> PlacedBlackout:
    """Close a room or a location, under the locks that order it against bookings. For operators.

    Nothing is booked into a blackout that was there first. Bookings that were stay, and are named.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        ValidationFailed: it names no place or two, has no length, or is over already.
        NotFound: there is no such room or location.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> PlacedBlackout:
        blackout, event = new_blackout(
            command,
            workspace_id=actor.workspace_id,
            blackout_id=ports.new_id(Prefix.BLACKOUT),
            now=tx.now,
        )
        rooms = await _closed(tx, command)
        calendars = [await tx.rooms.calendar(room, blackout.interval) for room in rooms]
        await tx.catalogue.add(blackout)
        tx.emit(event)
        return placed(blackout, calendars)

    return await run_once(ports, actor, once, command, execute)


async def _closed(tx: Transaction, command: CreateBlackout) -> list[Room]:
    """The rooms that are to be closed, locked."""
    if command.location_id is not None:
        return (await lock_location(tx, command.location_id))[1]
    return [await lock_room(tx, command.room_id or "")]
