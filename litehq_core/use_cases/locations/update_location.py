"""Change a location: what it is called, its hours, its clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking_rules import MAX_HORIZON_DAYS
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.interval import Interval
from litehq_core.domain.location import Location
from litehq_core.domain.location_changes import UpdateLocation, change_location
from litehq_core.domain.room import Room
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.lock_places import lock_location
from litehq_core.steps.once import run_once

__all__ = ["UpdateLocation", "update_location"]

# Nothing is ever booked farther ahead than this.
_AHEAD = timedelta(days=MAX_HORIZON_DAYS)


async def update_location(
    ports: Ports, actor: Actor, command: UpdateLocation, once: Once | None = None
) -> Location:
    """Change a location, under the locks that order it against bookings. For operators.

    Bookings that exist stay as they are, with all that they claim; so do blackouts.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        ValidationFailed, NotFound, VersionConflict: the change is refused; so is one of the time
            zone while bookings lie ahead.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.CALENDAR_WRITE)
    if command.changes_nothing:
        raise ValidationFailed.of("body", "names nothing to change")

    async def execute(tx: Transaction) -> Location:
        location, rooms = await lock_location(tx, command.location_id)
        # Many rooms' calendars, so they are read only where they decide.
        booked_ahead = command.moves_clock(location) and await _booked_ahead(tx, rooms)
        change = change_location(location, command, tx.now, booked_ahead=booked_ahead)
        if change is None:
            return location
        changed, event = change
        await tx.locations.save(changed)
        tx.emit(event)
        return changed

    return await run_once(ports, actor, once, command, execute)


async def _booked_ahead(tx: Transaction, rooms: Iterable[Room]) -> bool:
    """Whether one of the rooms is occupied by what is not over."""
    for room in rooms:
        calendar = await tx.rooms.calendar(room, Interval(tx.now, tx.now + _AHEAD))
        if any(taken.slot.end > tx.now for taken in calendar.live()):
            return True
    return False
