"""Opening the checkout that a booking waits for: the phases after its first transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.ending import decide_drop_change, decide_expire
from litehq_core.domain.errors import BookingNotFound, PaymentFailed
from litehq_core.domain.payment import Payment, PaymentOutcome, PaymentPurpose, PaymentStatus
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import Charge, ChargeStatus, Checkout, SavedCardCharge
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import lock_booking, lock_payment
from litehq_core.steps.once import LaterPhases
from litehq_core.steps.payments_of import payments_of
from litehq_core.steps.settle import SettlePayment, settle


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
        attach = await open_payment(ports, actor, due) if due else None
        async with ports.begin(actor) as tx:
            if attach:
                await attach(tx)
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


async def open_payment(
    ports: Ports, actor: Actor, payment: Payment
) -> Callable[[Transaction], Awaitable[None]]:
    """Call the provider for a payment that is due; gives back what writes down the outcome.

    A change is charged to the card that the payer has saved, if there is one (``contract.md``,
    Edit: the difference is charged; only when that needs the payer, a checkout is opened).

    Raises:
        PaymentFailed, StripeUnconfigured, ServiceUnavailable: as ``Payments.open_checkout``.
    """
    charge = await _charge_saved_card(ports, actor, payment)
    if charge is not None and charge.status is ChargeStatus.SUCCEEDED:
        paid = SettlePayment(
            payment_id=payment.id, outcome=PaymentOutcome.PAID, reference=charge.reference
        )

        async def write(tx: Transaction) -> None:
            await settle(tx, ports, paid)

        return write
    checkout = await ports.payments.open_checkout(payment)

    async def attach(tx: Transaction) -> None:
        await attach_checkout(tx, payment, checkout)

    return attach


async def _charge_saved_card(ports: Ports, actor: Actor, payment: Payment) -> Charge | None:
    """The charge of a change to the payer's saved card; None if there is none to try."""
    if payment.purpose is not PaymentPurpose.CHANGE or payment.shares:
        return None
    async with ports.begin(actor) as tx:
        booking = await tx.bookings.get(payment.booking_id)
    payer = booking.member_id if booking else None
    if payer is None or not await ports.payments.has_saved_card(payment.workspace_id, payer):
        return None
    try:
        return await ports.payments.charge_saved_card(
            SavedCardCharge(
                id=payment.id,
                workspace_id=payment.workspace_id,
                payer_id=payer,
                amount=payment.amount,
                metadata={"booking_id": payment.booking_id, "payment_id": payment.id},
                description=f"Change of booking {payment.booking_id}",
            )
        )
    except PaymentFailed:
        return None


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
    """Tell the provider that a checkout is over, then note it, or that it was paid before."""
    verdict = await ports.payments.close_checkout(payment)
    async with ports.begin(actor) as tx:
        if verdict is not None and verdict.outcome is PaymentOutcome.PAID:
            await settle(
                tx,
                ports,
                SettlePayment(
                    payment_id=payment.id, outcome=verdict.outcome, reference=verdict.reference
                ),
            )
            return
        # Under its bookings' locks, as every write of a payment: it may be paid at this moment.
        await lock_payment(tx, payment)
        current = await tx.payments.get(payment.id)
        if current and current.status is PaymentStatus.CLOSING:
            await tx.payments.save(
                replace(current, status=PaymentStatus.EXPIRED, updated_at=tx.now)
            )
