"""Opening the checkouts that the bookings of a series wait for, after the first transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litehq_core.domain.api_key import Actor
from litehq_core.domain.ending import decide_drop_change, decide_expire
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.domain.series import BookedSeries
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.checkouts import attach_checkout, close_checkout
from litehq_core.steps.load_series import (
    booked_series,
    close_abandoned,
    lock_series,
    reachable_series,
)
from litehq_core.steps.once import LaterPhases


def series_phases(ports: Ports, actor: Actor) -> LaterPhases[BookedSeries]:
    """Close what was superseded, open what is due, and put its address on the bookings."""

    async def run(
        booked: BookedSeries, store: Callable[[Transaction, BookedSeries], Awaitable[None]]
    ) -> BookedSeries:
        require_outside("a call to the payment provider")
        series_id, awaited = booked.series.id, booked.awaited_payments()
        async with ports.begin(actor) as tx:
            payments = await tx.payments.of_series(series_id)
        for payment in payments:
            if payment.status is PaymentStatus.CLOSING:
                await close_checkout(ports, actor, payment)
        due = [
            payment
            for payment in payments
            if payment.id in awaited
            and payment.kind is PaymentKind.CHECKOUT
            and payment.status is PaymentStatus.PENDING
        ]
        opened = [(payment, await ports.payments.open_checkout(payment)) for payment in due]
        async with ports.begin(actor) as tx:
            series, _ = await lock_series(tx, actor, series_id)
            for payment, checkout in opened:
                await attach_checkout(tx, payment, checkout)
            current = await booked_series(tx, series)
            await store(tx, current)
        return current

    async def load(tx: Transaction, series_id: str) -> BookedSeries:
        return await booked_series(tx, await reachable_series(tx, actor, series_id))

    async def give_up(
        booked: BookedSeries, store: Callable[[Transaction], Awaitable[None]]
    ) -> None:
        async with ports.begin(actor) as tx:
            series, _ = await lock_series(tx, actor, booked.series.id)
            for booking_id in sorted(booked.bookings):
                await _give_up_one(tx, booking_id)
            await close_abandoned(tx, series)
            await store(tx)

    return LaterPhases(subject=_subject, load=load, run=run, give_up=give_up)


async def _give_up_one(tx: Transaction, booking_id: str) -> None:
    """End a hold, or drop a change, whose checkout nobody can open."""
    booking = await tx.bookings.get(booking_id, lock=True)
    if booking is None:
        return
    unknown = [i for i in booking.awaited_payments() if booking.checkout_url_of(i) is None]
    if unknown:
        lapse = decide_drop_change if booking.pending_change else decide_expire
        own = tuple(await tx.payments.of_booking(booking_id))
        await apply(tx, lapse(booking, own, tx.now))


def _subject(booked: BookedSeries) -> str | None:
    """The series' id if a checkout is due whose address nobody knows yet."""
    return booked.series.id if booked.awaited_payments() else None
