"""Bring in a workspace's rooms, prices and people: set-up, demo data, tests."""

from __future__ import annotations

from collections.abc import Sequence

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.plugins import used_by
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room import Blackout, Room, combined
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Catalogued, Transaction
from litehq_core.steps.lock_places import lock_places


async def import_catalogue(ports: Ports, actor: Actor, items: Sequence[Catalogued]) -> None:
    """Insert ``items`` in one transaction, in the order given: the workspace comes first.

    Under the locks that order rooms, blackouts and rate cards against bookings.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``, ``members:write``, ``companies:write``.
        ValidationFailed: a combined room is made of what it cannot be made of; or one names a
            custom rule that is not installed, or gives it options that it cannot work with.
        AlreadyExists: one of them does. Whatever is wrong, none is inserted.
    """
    for scope in (Scope.CALENDAR_WRITE, Scope.MEMBERS_WRITE, Scope.COMPANIES_WRITE):
        actor.require(scope)
    ports.plugins.require(used_by(items))
    async with ports.begin(actor) as tx:
        await _lock(tx, items)
        for item in items:
            if isinstance(item, Room) and item.parts:
                parts = await tx.rooms.lock(sorted(item.parts))
                await tx.catalogue.add(combined(item, parts))
            else:
                await tx.catalogue.add(item)


async def _lock(tx: Transaction, items: Sequence[Catalogued]) -> None:
    """Whatever of the places that the items are about is there already: all at once, in order.

    What comes with the import itself, nobody else can see yet.
    """
    rooms = [item for item in items if isinstance(item, Room)]
    placed = [item for item in items if isinstance(item, (Blackout, RateCard))]
    closed = [item for item in items if isinstance(item, Blackout)]
    await lock_places(
        tx,
        rooms={part_id for room in rooms for part_id in room.parts}
        | {item.room_id for item in placed if item.room_id is not None},
        locations={room.location.id for room in rooms},
        whole={item.location_id for item in closed if item.location_id is not None},
    )
