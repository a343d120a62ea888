"""Make a booking."""

from __future__ import annotations

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.errors import NotFound
from litehq_core.domain.idempotency import Once
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_slot import book_slot
from litehq_core.steps.checkouts import checkout_phases
from litehq_core.steps.load_wish import load_wish, require_wish
from litehq_core.steps.once import run_once

__all__ = ["CreateBooking", "create_booking"]


async def create_booking(
    ports: Ports, actor: Actor, command: CreateBooking, once: Once | None = None
) -> Booking:
    """Book a slot: ``confirmed`` if nothing is due, else ``pending_payment`` with a checkout.

    A slot that the waitlist offers to just this booker is his: the booking takes the offer.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        ValidationFailed, NotFound, SlotMisaligned, BookingRuleViolated, SlotUnavailable,
        QuoteExpired, InsufficientTokens, PaymentFailed: in this order (``contract.md``).
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)
    require_wish(actor, command)

    async def execute(tx: Transaction) -> Booking:
        context = await load_wish(tx, actor, command, ports)
        quote = None
        if command.quote_id is not None:
            quote = await tx.quotes.get(command.quote_id)
            # A bound key must not learn that there is a quote for somebody else.
            if quote is None or (actor.is_bound and quote.booker != command.booker):
                raise NotFound("quote")
        return await book_slot(tx, context, command, quote)

    return await run_once(ports, actor, once, command, execute, checkout_phases(ports, actor))
