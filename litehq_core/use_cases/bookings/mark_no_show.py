"""Flag that nobody came."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.ending import decide_no_show
from litehq_core.domain.idempotency import Once
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import lock_booking
from litehq_core.steps.once import run_once


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNoShow:
    """A wish to set, or take back, the flag."""

    booking_id: str
    no_show: bool = True
    expected_version: int | None = None


async def mark_no_show(
    ports: Ports, actor: Actor, command: MarkNoShow, once: Once | None = None
) -> Booking:
    """Set the no-show flag of a booking that has begun. For operators.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write`` on a key that is not bound.
        BookingNotFound, VersionConflict, InvalidTransition: refused.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> Booking:
        booking, _ = await lock_booking(tx, actor, command.booking_id)
        return await apply(
            tx,
            decide_no_show(booking, command.no_show, actor, command.expected_version, tx.now),
        )

    return await run_once(ports, actor, once, command, execute)
