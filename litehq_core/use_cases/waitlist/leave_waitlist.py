"""Wait no longer."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.offering import decide_leave
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.lock_entry import lock_entry
from litehq_core.steps.offer_slots import end_entry
from litehq_core.steps.once import run_once
from litehq_core.steps.placed_entry import PlacedEntry, placed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveWaitlist:
    """A wish to wait no longer, or to decline what is offered."""

    entry_id: str
    expected_version: int | None = None


async def leave_waitlist(
    ports: Ports, actor: Actor, command: LeaveWaitlist, once: Once | None = None
) -> PlacedEntry:
    """The cancelled entry; what it was offered goes to the next. Leaving twice is leaving once.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        NotFound: no such entry within reach.
        VersionConflict, InvalidTransition: stale, or booked or expired already.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> PlacedEntry:
        entry, _ = await lock_entry(tx, actor, command.entry_id)
        if entry.status is WaitlistStatus.CANCELLED:
            return await placed(tx, entry)
        entry.require_version(command.expected_version)
        decision = decide_leave(entry, tx.now)
        await end_entry(tx, entry, decision)
        return await placed(tx, decision.entry)

    return await run_once(ports, actor, once, command, execute)
