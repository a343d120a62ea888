"""Stop giving a member tokens every month."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.allocation_events import allocation_stopped
from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.idempotency import Once
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import lock_reachable_member
from litehq_core.steps.once import run_once


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTokenAllocation:
    """Whose allocation ends."""

    member_id: str


async def stop_token_allocation(
    ports: Ports, actor: Actor, command: StopTokenAllocation, once: Once | None = None
) -> TokenAllocation:
    """The allocation that was stopped. The lot of the month that runs lives until it expires.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        NotFound: no such member within reach, or he has no allocation.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> TokenAllocation:
        member = await lock_reachable_member(tx, actor, command.member_id)
        known = await tx.allocations.get(command.member_id, lock=True)
        if known is None:
            raise NotFound("token allocation")
        await tx.allocations.remove(command.member_id)
        told, event = allocation_stopped(member, known, tx.now)
        await tx.members.save(told)
        tx.emit(event)
        return known

    return await run_once(ports, actor, once, command, execute)
