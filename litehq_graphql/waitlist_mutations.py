"""What changes the waitlist. Each answers with its payload or with a ``Refusal``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from litehq_core.domain.records import waitlist_record
from litehq_core.steps.placed_entry import PlacedEntry
from litehq_core.use_cases.waitlist import accept_offer, join_waitlist, leave_waitlist
from litehq_graphql.context import Info
from litehq_graphql.fields import mutation
from litehq_graphql.replays import INPUT, kept_booking, kept_record, once
from litehq_graphql.waitlist_inputs import (
    AcceptWaitlistOfferInput,
    JoinWaitlistInput,
    LeaveWaitlistInput,
)
from litehq_graphql.waitlist_payloads import (
    AcceptWaitlistOfferPayload,
    AcceptWaitlistOfferResult,
    JoinWaitlistPayload,
    JoinWaitlistResult,
    LeaveWaitlistPayload,
    LeaveWaitlistResult,
)


def _kept_entry(placed: PlacedEntry) -> Mapping[str, Any]:
    return kept_record(waitlist_record(placed.entry, placed.position))


@strawberry.type(description="What changes the waitlist.")
class WaitlistMutations:
    """A part of the root of mutations."""

    @mutation("Wait for a slot. What is free at this moment is offered at once.")
    async def join_waitlist(
        self, info: Info, input: Annotated[JoinWaitlistInput, INPUT]
    ) -> JoinWaitlistResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_entry)
        placed = await join_waitlist.join_waitlist(
            context.ports, context.actor, input.command(), only
        )
        return JoinWaitlistPayload.from_kept(_kept_entry(placed), context)

    @mutation("Book what a waitlist entry is offered.")
    async def accept_waitlist_offer(
        self, info: Info, input: Annotated[AcceptWaitlistOfferInput, INPUT]
    ) -> AcceptWaitlistOfferResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, kept_booking)
        booking = await accept_offer.accept_offer(
            context.ports, context.actor, input.command(), only
        )
        return AcceptWaitlistOfferPayload.from_kept(kept_booking(booking), context)

    @mutation("Wait no longer, or decline what is offered, which then goes to the next in line.")
    async def leave_waitlist(
        self, info: Info, input: Annotated[LeaveWaitlistInput, INPUT]
    ) -> LeaveWaitlistResult:
        """Needs ``calendar:write``."""
        context = info.context
        only = once(info, input.idempotency_key, _kept_entry)
        placed = await leave_waitlist.leave_waitlist(
            context.ports, context.actor, input.command(), only
        )
        return LeaveWaitlistPayload.from_kept(_kept_entry(placed), context)
