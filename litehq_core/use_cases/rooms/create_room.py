"""Add a room to a location."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.new_room import CreateRoom, new_room
from litehq_core.domain.plugins import used_by
from litehq_core.domain.room import Room
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.lock_places import lock_places
from litehq_core.steps.once import run_once

__all__ = ["CreateRoom", "create_room"]


async def create_room(
    ports: Ports, actor: Actor, command: CreateRoom, once: Once | None = None
) -> Room:
    """Add a room. Without a rate card it is free of charge. For operators.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        NotFound: there is no such location.
        ValidationFailed: with every field that is wrong; also if it is made of what it cannot be
            made of, or names a custom rule that is not installed.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> Room:
        places = await lock_places(tx, rooms=command.parts, locations=[command.location_id])
        location = places.locations.get(command.location_id)
        if location is None:
            raise NotFound("location")
        room, event = new_room(
            command, location, places.rooms, room_id=ports.new_id(Prefix.ROOM), now=tx.now
        )
        ports.plugins.require(used_by([room]))
        await tx.catalogue.add(room)
        tx.emit(event)
        return room

    return await run_once(ports, actor, once, command, execute)
