"""Opening the checkout that a booking waits for: the phases after its first transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.ending import decide_drop_change, decide_expire
from litehq_core.domain.errors import BookingNotFound
from litehq_core.domain.payment import Payment, PaymentStatus
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import Checkout
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import lock_booking, lock_payment
from litehq_core.steps.once import LaterPhases
from litehq_core.steps.payments_of import payments_of


def checkout_phases(ports: Ports, actor: Actor) -> LaterPhases[Booking]:
    """Close what was superseded, open what is due, and put its address on the booking."""

    async def run(
        booking: Booking, store: Callable[[Transaction, Booking], Awaitable[None]]
    ) -> Booking:
        require_outside("a call to the payment provider")
        async with ports.begin(actor) as tx:
            payments = await payments_of(tx, booking)
        for payment in payments:
            if payment.status is PaymentStatus.CLOSING:
                await close_checkout(ports, actor, payment)
        due = _due_payment(booking, payments)
        checkout = await ports.payments.open_checkout(due) if due else None
        async with ports.begin(actor) as tx:
            if due and checkout:
                await attach_checkout(tx, due, checkout)
            current, _ = await lock_booking(tx, actor, booking.id)
            await store(tx, current)
        return current

    async def load(tx: Transaction, booking_id: str) -> Booking:
        booking = await tx.bookings.get(booking_id)
        if booking is None:
            raise BookingNotFound
        return booking

    async def give_up(booking: Booking, store: Callable[[Transaction], Awaitable[None]]) -> None:
        async with ports.begin(actor) as tx:
            current, _ = await lock_booking(tx, actor, booking.id)
            payments = await payments_of(tx, current)
            if _subject(current):
                lapse = decide_drop_change if current.pending_change else decide_expire
                await apply(tx, lapse(current, payments, tx.now))
            await store(tx)

    return LaterPhases(subject=_subject, load=load, run=run, give_up=give_up)


def _subject(booking: Booking) -> str | None:
    """The booking's id if a checkout is due whose address nobody knows yet."""
    change = booking.pending_change
    waits = booking.expires_at is not None and booking.checkout_url is None
    return booking.id if waits or (change and change.checkout_url is None) else None


def _due_payment(booking: Booking, payments: tuple[Payment, ...]) -> Payment | None:
    change = booking.pending_change
    wanted = change.payment_id if change else booking.payment_id
    return next((p for p in payments if p.id == wanted and p.status is PaymentStatus.PENDING), None)


async def attach_checkout(tx: Transaction, payment: Payment, checkout: Checkout) -> None:
    """Note an open checkout on its payment, and on every booking that still waits for it.

    This completes the move that asked for the payment, so it is none of its own: ``version``
    stays and no event is written.
    """
    bookings = await lock_payment(tx, payment)
    current = await tx.payments.get(payment.id)
    if current is None or current.status is PaymentStatus.SUCCEEDED:
        return
    wanted = current.status is PaymentStatus.PENDING
    await tx.payments.save(
        replace(
            current,
            # What was given up while the provider opened it must be closed there (again).
            status=PaymentStatus.OPEN if wanted else PaymentStatus.CLOSING,
            checkout_url=checkout.url,
            reference=checkout.reference,
            updated_at=tx.now,
        )
    )
    for booking in bookings.values() if wanted else ():
        if payment.id in booking.awaited_payments():
            await tx.bookings.save(_with_url(booking, payment.id, checkout.url))


def _with_url(booking: Booking, payment_id: str, url: str) -> Booking:
    change = booking.pending_change
    if change and change.payment_id == payment_id:
        return replace(booking, pending_change=replace(change, checkout_url=url))
    return replace(booking, checkout_url=url)


async def close_checkout(ports: Ports, actor: Actor, payment: Payment) -> None:
    """Tell the provider that a checkout is over, then note it."""
    await ports.payments.close_checkout(payment)
    async with ports.begin(actor) as tx:
        # Under its bookings' locks, as every write of a payment: it may be paid at this moment.
        await lock_payment(tx, payment)
        current = await tx.payments.get(payment.id)
        if current and current.status is PaymentStatus.CLOSING:
            await tx.payments.save(
                replace(current, status=PaymentStatus.EXPIRED, updated_at=tx.now)
            )
