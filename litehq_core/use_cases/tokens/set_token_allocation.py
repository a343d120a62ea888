"""Give a member tokens every month."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litehq_core.domain.allocation_events import allocation_set
from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.lots import DEFAULT_PRIORITY
from litehq_core.domain.token_allocation import TokenAllocation, anchor_after
from litehq_core.domain.wall_clock import zone_named
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.load_context import lock_reachable_member
from litehq_core.steps.once import run_once


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTokenAllocation:
    """What a member is to get each month, in place of what he got before.

    Attributes:
        tokens_per_month: 1–1,000,000,000.
        timezone, day_of_month: a month begins at midnight of this day there; 31 is the last.
        rollover_cap: how many unspent tokens live one month longer; None: all.
        priority, room_ids: as of a lot.
        starts_now: whether there is a first lot at once, until the first month begins.
    """

    member_id: str
    tokens_per_month: int
    timezone: str
    day_of_month: int = 1
    rollover_cap: int | None = 0
    priority: int = DEFAULT_PRIORITY
    room_ids: frozenset[str] | None = None
    starts_now: bool = False


async def set_token_allocation(
    ports: Ports, actor: Actor, command: SetTokenAllocation, once: Once | None = None
) -> TokenAllocation:
    """The member's allocation. Lots come from ``run_due``, when a month begins.

    One that was set before is changed: the lot of the month that runs stays as it is, and so does
    the next month's beginning unless zone or day are new.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        ValidationFailed: a field is out of bounds.
        NotFound: no such member within reach.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> TokenAllocation:
        wanted = _allocation(actor, command, tx)
        member = await lock_reachable_member(tx, actor, command.member_id)
        known = await tx.allocations.get(command.member_id, lock=True)
        if known is not None:
            same_months = (known.timezone, known.day_of_month) == (
                wanted.timezone,
                wanted.day_of_month,
            )
            wanted = replace(
                wanted,
                next_at=known.next_at if same_months else wanted.next_at,
                lot_id=known.lot_id,
                version=known.version + 1,
                created_at=known.created_at,
            )
        await tx.allocations.put(wanted)
        told, event = allocation_set(member, known, wanted, tx.now)
        await tx.members.save(told)
        tx.emit(event)
        return wanted

    return await run_once(ports, actor, once, command, execute)


def _allocation(actor: Actor, command: SetTokenAllocation, tx: Transaction) -> TokenAllocation:
    allocation = TokenAllocation(
        workspace_id=actor.workspace_id,
        member_id=command.member_id,
        tokens_per_month=command.tokens_per_month,
        rollover_cap=command.rollover_cap,
        room_ids=command.room_ids,
        priority=command.priority,
        timezone=command.timezone,
        day_of_month=command.day_of_month,
        next_at=tx.now,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if command.starts_now:
        return allocation
    first = anchor_after(zone_named(command.timezone), command.day_of_month, tx.now)
    return replace(allocation, next_at=first)
