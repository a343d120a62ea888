"""Locking rooms, and locations with all that is in them, in the one order.

Whoever changes what all rooms of a location keep to must hold every one of their locks, also that
of a room which is added at this moment: who adds one locks the location.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from litehq_core.domain.errors import NotFound, ServiceUnavailable
from litehq_core.domain.location import Location
from litehq_core.domain.room import Room
from litehq_core.ports.transaction import Transaction

# Each is lost to a room that was added meanwhile, which is rare, and to nothing else.
LOCK_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What was locked, by id; what does not exist is left out."""

    rooms: dict[str, Room]
    locations: dict[str, Location]


class Grown(Exception):
    """A room was added to a location while we waited for the others."""


async def lock_places(
    tx: Transaction,
    *,
    rooms: Collection[str] = (),
    locations: Collection[str] = (),
    whole: Collection[str] = (),
) -> Places:
    """Some rooms and locations, locked until the transaction ends.

    Args:
        whole: the locations of which every room is locked as well.

    Raises:
        ServiceUnavailable: rooms are added faster than we can follow.
    """
    for _ in range(LOCK_ATTEMPTS):
        with suppress(Grown):
            # Undoing the savepoint gives the locks back, so that the next try keeps the order.
            async with tx.savepoint():
                return await _try_lock(tx, rooms, locations, whole)
    raise ServiceUnavailable("Rooms are being added to the location; try again.")


async def lock_location(tx: Transaction, location_id: str) -> tuple[Location, list[Room]]:
    """A location and all its rooms, locked.

    Raises:
        NotFound: there is no such location.
        ServiceUnavailable: as :func:`lock_places`.
    """
    places = await lock_places(tx, whole=[location_id])
    location = places.locations.get(location_id)
    if location is None:
        raise NotFound("location")
    return location, list(places.rooms.values())


async def _try_lock(
    tx: Transaction, rooms: Collection[str], locations: Collection[str], whole: Collection[str]
) -> Places:
    inside = await _rooms_at(tx, whole)
    locked = await tx.rooms.lock(sorted({*rooms, *inside}))
    found = [await tx.locations.get(i, lock=True) for i in sorted({*locations, *whole})]
    if await _rooms_at(tx, whole) != inside:
        raise Grown
    return Places(rooms=locked, locations={one.id: one for one in found if one is not None})


async def _rooms_at(tx: Transaction, location_ids: Collection[str]) -> set[str]:
    return {
        room_id
        for location_id in sorted(set(location_ids))
        for room_id in await tx.rooms.at(location_id)
    }
