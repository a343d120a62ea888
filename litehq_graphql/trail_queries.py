"""What can be read of the token ledger and of the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix
from litehq_core.use_cases.audit.list_audit import ListAudit, list_audit
from litehq_core.use_cases.tokens.list_token_transactions import (
    ListTokenTransactions,
    list_token_transactions,
)
from litehq_graphql.arguments import After, Before, First, Last, MemberId, id_or_none
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.paging import paging_of
from litehq_graphql.types.audit import AuditEntry
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.token_transaction import TokenTransaction

Since = Annotated[
    datetime | None,
    strawberry.argument(name="from", description="Not before this; else from the beginning."),
]
Until = Annotated[
    datetime | None, strawberry.argument(name="to", description="Before this; else up to now.")
]


@strawberry.type(description="What can be read of the trails that changes leave.")
class TrailQueries:
    """A part of the root of queries."""

    @resolved("The rows of the token ledger, newest first.")
    async def token_transactions(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        member_id: MemberId = None,
        booking_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only about this booking.")
        ] = None,
        cause: Annotated[
            str | None, strawberry.argument(description="Only with just this cause.")
        ] = None,
        from_: Since = None,
        to: Until = None,
    ) -> Connection[TokenTransaction] | None:
        """Needs ``billing:read``."""
        context = info.context
        query = ListTokenTransactions(
            member_id=id_or_none(Prefix.MEMBER, member_id),
            booking_id=id_or_none(Prefix.BOOKING, booking_id),
            cause=cause,
            from_at=from_,
            to_at=to,
            paging=paging_of(first, after, last, before),
        )
        page = await list_token_transactions(context.ports, context.actor, query, projection(info))
        return Connection.over(page, TokenTransaction, context.related)

    @resolved("Who changed what, newest first. For operators.")
    async def audit_log(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        type: Annotated[
            EventType | None, strawberry.argument(description="Only of this type.")
        ] = None,
        actor_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only by this token, or part of the server."),
        ] = None,
        subject_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only about what has this id.")
        ] = None,
        from_: Since = None,
        to: Until = None,
    ) -> Connection[AuditEntry] | None:
        """Needs ``auth:read`` on a key that is not bound."""
        context = info.context
        query = ListAudit(
            type=type,
            actor_id=actor_id,
            subject_id=subject_id,
            from_at=from_,
            to_at=to,
            paging=paging_of(first, after, last, before),
        )
        page = await list_audit(context.ports, context.actor, query, projection(info))
        return Connection.over(page, AuditEntry, context.related)
