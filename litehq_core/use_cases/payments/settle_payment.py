"""Take in what the payment provider says of a checkout."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import Booking
from litehq_core.domain.errors import NotFound
from litehq_core.domain.payment import PaymentKind, PaymentOutcome
from litehq_core.domain.settling import decide_settle
from litehq_core.ports.ports import Ports
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import load_context, lock_booking


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment:
    """A provider's word; ``reference`` is its id of the charge, if it has one."""

    payment_id: str
    outcome: PaymentOutcome
    reference: str | None = None


async def settle_payment(ports: Ports, actor: Actor, command: SettlePayment) -> Booking:
    """Confirm, expire, change or refund as the outcome says; any number of times, in any order.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        NotFound: no such checkout.
    """
    actor.require(Scope.BILLING_WRITE)
    async with ports.begin(actor) as tx:
        payment = await tx.payments.get(command.payment_id)
        if payment is None or payment.kind is not PaymentKind.CHECKOUT:
            raise NotFound("checkout")
        booking, rooms = await lock_booking(tx, actor, payment.booking_id)
        # Read again under the booking's lock: a twin may have settled it meanwhile.
        payment = await tx.payments.get(command.payment_id) or payment
        change = booking.pending_change
        wanted = change if change and change.payment_id == payment.id else booking
        context = await load_context(
            tx, rooms[wanted.room.id], wanted.slot, None, ports.new_id, sparing=booking.id
        )
        decision = decide_settle(context, booking, payment, command.outcome, command.reference)
        return await apply(tx, decision) if decision else booking
