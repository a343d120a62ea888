"""How many tokens a member gets each month, where that is one number of many about him."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.attributes import Noun
from litehq_core.domain.query import PageQuery
from litehq_core.domain.token_allocation import TokenAllocation
from litehq_core.ports.reads import Reads
from litehq_core.ports.transaction import Transaction

UTC = "UTC"


async def pool_zone(reads: Reads, workspace_id: str) -> str:
    """The time zone in which months begin: that of the oldest location, or UTC without any."""
    oldest = PageQuery(
        noun=Noun.LOCATION,
        where=(),
        order=("created_at", "id"),
        descending=False,
        after=None,
        limit=1,
    )
    rows = await reads.page(workspace_id, oldest, frozenset({"timezone"}))
    return rows[0]["timezone"] if rows else UTC


async def pool_of(tx: Transaction, member_id: str) -> int:
    """How many tokens a member gets each month; locked, for whoever is to change it."""
    known = await tx.allocations.get(member_id, lock=True)
    return known.tokens_per_month if known else 0


async def set_pool(tx: Transaction, member_id: str, tokens: int, zone: str) -> None:
    """Give a member so many tokens each month, from now on if he had none; 0 stops them.

    An allocation that exists keeps its terms but for the number, and its months; the lot of the
    month that runs stays as it is.
    """
    known = await tx.allocations.get(member_id, lock=True)
    if tokens == 0:
        await tx.allocations.remove(member_id)
    elif known is None:
        await tx.allocations.put(
            TokenAllocation(
                workspace_id=tx.actor.workspace_id,
                member_id=member_id,
                tokens_per_month=tokens,
                timezone=zone,
                next_at=tx.now,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
    else:
        await tx.allocations.put(
            replace(known, tokens_per_month=tokens, version=known.version + 1, updated_at=tx.now)
        )
