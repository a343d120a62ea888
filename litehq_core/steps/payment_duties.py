"""What is due of payments: opened, closed, asked about, given back. One call outside for each.

In three steps: read what is to be done, call the provider with the payment's id as the key, and
write what came of it. A process that stops between two of them leaves the payment as it was, so
that whoever runs next does it again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from litehq_core.domain.api_key import Actor
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus
from litehq_core.domain.settling import decide_refunded
from litehq_core.ports.ports import Ports
from litehq_core.steps.apply import apply
from litehq_core.steps.checkouts import close_checkout, open_payment
from litehq_core.steps.load_context import lock_booking, lock_payment
from litehq_core.steps.plan_refunds import plan_refunds
from litehq_core.steps.settle import SettlePayment, settle

LONGEST_WAIT = timedelta(minutes=5)
_WAITING = (PaymentStatus.PENDING, PaymentStatus.OPEN, PaymentStatus.CLOSING)


async def postpone(ports: Ports, actor: Actor, payment_id: str) -> None:
    """To the end of the queue, so that what fails does not keep the rest waiting for ever.

    The older it is, the longer it waits: a quarter of its age, five minutes at most.
    """
    async with ports.begin(actor) as tx:
        payment = await tx.payments.get(payment_id)
        if payment is None:
            return
        # Under its bookings' locks, as every write of a payment: it may be settled at this moment.
        await lock_payment(tx, payment)
        current = await tx.payments.get(payment_id)
        if current and current.status in _WAITING:
            wait = min((tx.now - current.created_at) / 4, LONGEST_WAIT)
            later = tx.now + timedelta(seconds=int(wait.total_seconds()))
            await tx.payments.save(replace(current, updated_at=later))


async def open_due_checkout(ports: Ports, actor: Actor, payment_id: str) -> None:
    """A process stopped between writing the intent and hearing from the provider."""
    payment = await _payment(ports, actor, payment_id)
    if payment and payment.status is PaymentStatus.PENDING:
        attach = await open_payment(ports, actor, payment)
        async with ports.begin(actor) as tx:
            await attach(tx)


async def close_due_checkout(ports: Ports, actor: Actor, payment_id: str) -> None:
    """A checkout that is over is closed at the provider as well."""
    payment = await _payment(ports, actor, payment_id)
    if payment and payment.status is PaymentStatus.CLOSING:
        await close_checkout(ports, actor, payment)


async def check_open_checkout(ports: Ports, actor: Actor, payment_id: str) -> None:
    """Ask how an open checkout stands: no event may ever tell us."""
    payment = await _payment(ports, actor, payment_id)
    if payment is None or payment.status is not PaymentStatus.OPEN:
        return
    verdict = await ports.payments.look_up(payment)
    if verdict is None:
        await postpone(ports, actor, payment_id)
        return
    async with ports.begin(actor) as tx:
        await settle(
            tx,
            ports,
            SettlePayment(
                payment_id=payment_id, outcome=verdict.outcome, reference=verdict.reference
            ),
        )


async def send_due_refund(ports: Ports, actor: Actor, payment_id: str) -> None:
    """Give back what was decided to be given back, from the charges that it came by."""
    payment = await _with_sources(ports, actor, payment_id)
    if payment is None:
        return
    reference = await ports.payments.refund(payment)
    async with ports.begin(actor) as tx:
        booking, _ = await lock_booking(tx, actor, payment.booking_id)
        current = await tx.payments.get(payment_id)
        if (
            current
            and current.kind is PaymentKind.REFUND
            and current.status is PaymentStatus.PENDING
        ):
            await apply(tx, decide_refunded(booking, current, reference, tx.now))


async def _payment(ports: Ports, actor: Actor, payment_id: str) -> Payment | None:
    async with ports.begin(actor) as tx:
        return await tx.payments.get(payment_id)


async def _with_sources(ports: Ports, actor: Actor, payment_id: str) -> Payment | None:
    """A refund that is to be sent, and which charges it is taken from; None if it is none."""
    async with ports.begin(actor) as tx:
        payment = await tx.payments.get(payment_id)
        if payment is not None and not payment.sources:
            booking, _ = await lock_booking(tx, actor, payment.booking_id)
            await plan_refunds(tx, booking)
            payment = await tx.payments.get(payment_id)
        return payment if payment and payment.status is PaymentStatus.PENDING else None
