"""Who follows the event logs of workspaces, by the name under which his position is kept."""

from __future__ import annotations

from litehq_core.ports.transaction import Transaction

WEBHOOKS = "webhooks"


async def relayed_through(tx: Transaction) -> int | None:
    """Up to where everybody who follows the transaction's log has read it; None: nobody does.

    Whoever prunes the log asks, so that nothing goes that is still to be told.
    """
    return await tx.relays.needed_after()
