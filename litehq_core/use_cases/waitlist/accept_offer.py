"""Take what the waitlist offers."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.idempotency import Once
from litehq_core.domain.offering import accepting
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.book_slot import book_slot
from litehq_core.steps.checkouts import checkout_phases
from litehq_core.steps.load_wish import load_wish
from litehq_core.steps.lock_entry import lock_entry
from litehq_core.steps.once import run_once


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """A wish to book what an entry is offered, on the terms that it named when it joined."""

    entry_id: str
    expected_version: int | None = None


async def accept_offer(
    ports: Ports, actor: Actor, command: AcceptOffer, once: Once | None = None
) -> Booking:
    """The booking of the offered slot: confirmed, or held while its checkout is paid.

    Raises:
        AuthScopeInsufficient: needs ``calendar:write``.
        NotFound: no such entry within reach.
        VersionConflict, InvalidTransition: stale, or there is no offer (any more).
        BookingRuleViolated, SlotUnavailable, InsufficientTokens, PaymentFailed: as a create.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.CALENDAR_WRITE)

    async def execute(tx: Transaction) -> Booking:
        entry, _ = await lock_entry(tx, actor, command.entry_id)
        entry.require_version(command.expected_version)
        wish = accepting(entry, tx.now)
        context = await load_wish(tx, actor, wish, ports)
        return await book_slot(tx, context, wish, None)

    return await run_once(ports, actor, once, command, execute, checkout_phases(ports, actor))
