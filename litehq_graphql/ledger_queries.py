"""What can be asked of the ledger."""

from __future__ import annotations

import strawberry

from litehq_core.use_cases.ledger.verify_ledger import verify_ledger
from litehq_graphql.context import Info
from litehq_graphql.fields import resolved
from litehq_graphql.types.ledger import LedgerVerification


@strawberry.type(description="What can be asked of the ledger.")
class LedgerQueries:
    """A part of the root of queries."""

    @resolved("Verify the whole ledger, as it is at this moment. For operators.")
    async def ledger_verification(self, info: Info) -> LedgerVerification | None:
        """Needs ``billing:read`` on a key that is not bound."""
        context = info.context
        return LedgerVerification.of(await verify_ledger(context.ports, context.actor))
