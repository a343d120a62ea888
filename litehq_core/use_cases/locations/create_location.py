"""Add a building to the workspace."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.location import Location
from litehq_core.domain.location_changes import CreateLocation, new_location
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once

__all__ = ["CreateLocation", "create_location"]


async def create_location(
    ports: Ports, actor: Actor, command: CreateLocation, once: Once | None = None
) -> Location:
    """Add a location. Its currency is fixed from now on. For operators.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        ValidationFailed: with every field that is wrong.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> Location:
        location, event = new_location(
            command,
            workspace_id=actor.workspace_id,
            location_id=ports.new_id(Prefix.LOCATION),
            now=tx.now,
        )
        await tx.catalogue.add(location)
        tx.emit(event)
        return location

    return await run_once(ports, actor, once, command, execute)
