"""Take what is old out of the event logs, once everybody has been told who must be.

A little at a time: while events are taken out of a log, a commit that adds some may have to wait.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.log_retention import prunable_through
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Duty
from litehq_core.ports.transaction import Transaction

# So many events of a log go in one transaction, and so many logs are looked at in one round.
EVENTS_AT_ONCE = 500
LOGS = 1_000

# Up to where somebody who must see every event has read the transaction's log; None if he does not
# follow it. What he has not read stays, however old it is.
Follower = Callable[[Transaction], Awaitable[int | None]]
Failed = Callable[[str, Exception], None]


async def prune_events(
    ports: Ports,
    failed: Failed,
    *,
    retention: timedelta,
    followers: Sequence[Follower] = (),
    limit: int = EVENTS_AT_ONCE,
) -> int:
    """Take some of the oldest events out of every log that has old ones; how many went.

    Args:
        failed: told of each workspace whose log could not be pruned, and why.
        retention: how long an event is kept at least.
        followers: who must have seen an event before it goes.
        limit: at most so many of each log.
    """
    count = 0
    for due in await ports.reads.due(Duty.PRUNE_EVENTS, ports.clock() - retention, LOGS):
        try:
            count += await _prune(
                ports, system_actor(due.workspace_id), retention, followers, limit
            )
        except Exception as error:
            failed(due.workspace_id, error)
    return count


async def _prune(
    ports: Ports,
    actor: Actor,
    retention: timedelta,
    followers: Sequence[Follower],
    limit: int,
) -> int:
    async with ports.begin(actor) as tx:
        oldest = await tx.log.oldest(limit)
        reached = [position for one in followers if (position := await one(tx)) is not None]
        through = prunable_through(oldest, tx.now - retention, min(reached, default=None))
        if through is None:
            return 0
        await tx.log.prune(through)
        # Positions are dense.
        return through - oldest[0].position + 1
