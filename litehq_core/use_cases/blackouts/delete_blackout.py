"""Open a room, or a whole location, before a blackout is over."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.blackouts import DeleteBlackout, lifted
from litehq_core.domain.errors import NotFound
from litehq_core.domain.idempotency import Once
from litehq_core.domain.room import Blackout
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.lock_places import Places, lock_places
from litehq_core.steps.offer_slots import offer_released
from litehq_core.steps.once import run_once

__all__ = ["DeleteBlackout", "delete_blackout"]


async def delete_blackout(
    ports: Ports, actor: Actor, command: DeleteBlackout, once: Once | None = None
) -> Blackout:
    """The blackout that was there, and is no more. For operators.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        NotFound: there is no such blackout, or it is of another place.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> Blackout:
        # Where it is never changes; whether it still is, only the locks tell.
        places = await _lock(tx, await _find(tx, command))
        blackout = await _find(tx, command)
        await tx.blackouts.remove(blackout)
        tx.emit(lifted(blackout))
        # Who waits for one of the rooms is offered what is free again.
        await offer_released(tx, [(room_id, blackout.interval) for room_id in sorted(places.rooms)])
        return blackout

    return await run_once(ports, actor, once, command, execute)


async def _find(tx: Transaction, command: DeleteBlackout) -> Blackout:
    blackout = await tx.blackouts.get(command.blackout_id)
    if blackout is None or not command.means(blackout):
        raise NotFound("blackout")
    return blackout


async def _lock(tx: Transaction, blackout: Blackout) -> Places:
    return await lock_places(
        tx,
        rooms=[] if blackout.room_id is None else [blackout.room_id],
        whole=[] if blackout.location_id is None else [blackout.location_id],
    )
