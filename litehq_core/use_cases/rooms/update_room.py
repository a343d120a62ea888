"""Change a room: its grid, its hours, its rules."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.plugins import used_by
from litehq_core.domain.room import Room
from litehq_core.domain.room_changes import UpdateRoom, change_room
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import lock_room
from litehq_core.steps.once import run_once

__all__ = ["UpdateRoom", "update_room"]


async def update_room(
    ports: Ports, actor: Actor, command: UpdateRoom, once: Once | None = None
) -> Room:
    """Change a room, under the lock that orders it against bookings. For operators.

    Bookings that exist stay as they are, with their buffers and all that they claim.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        ValidationFailed, NotFound, VersionConflict: the change is refused; so is one that names
            a custom rule that is not installed, or gives it options that it cannot work with.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)
    if command.changes_nothing:
        raise ValidationFailed.of("body", "names nothing to change")

    async def execute(tx: Transaction) -> Room:
        room = await lock_room(tx, command.room_id)
        change = change_room(room, command, tx.now)
        if change is None:
            return room
        changed, event = change
        ports.plugins.require(used_by([changed]))
        await tx.rooms.save(changed)
        tx.emit(event)
        return changed

    return await run_once(ports, actor, once, command, execute)
