"""Price a slot, and say whether it can be booked."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.creating import CreateBooking, decide_quote
from litehq_core.domain.idempotency import Once
from litehq_core.domain.quote import Quote
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_slot import with_own_offer
from litehq_core.steps.load_wish import load_wish, require_wish
from litehq_core.steps.offer_alternatives import offer_alternatives, wanted_by
from litehq_core.steps.once import run_once


async def quote_booking(
    ports: Ports, actor: Actor, command: CreateBooking, once: Once | None = None
) -> Quote:
    """A quote for a wish; a create that names it charges exactly its price.

    What stands against the slot is listed in the quote, not raised.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: a field is wrong, or the billing mode is not allowed.
        NotFound: no such room or member.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_READ)
    require_wish(actor, command)

    async def execute(tx: Transaction) -> Quote:
        context = await load_wish(tx, actor, command, ports)
        context, _ = await with_own_offer(tx, context, command)
        quote = decide_quote(context, command)
        if quote.is_taken:
            found = await offer_alternatives(tx, context, wanted_by(command))
            quote = replace(quote, alternatives=found)
        await tx.quotes.add(quote)
        return quote

    return await run_once(ports, actor, once, command, execute)
