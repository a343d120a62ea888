"""Payments that land while others write the same rows: the money is counted once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking, BookingStatus, Guest
from litehq_core.domain.creating import CreateBooking
from litehq_core.domain.ending import CancelBooking
from litehq_core.domain.errors import PaymentFailed
from litehq_core.domain.payment import Payment, PaymentKind, PaymentOutcome, PaymentStatus
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.checkouts import close_checkout
from litehq_core.testing import Clock, MemoryPayments
from litehq_core.use_cases.bookings.cancel_booking import cancel_booking
from litehq_core.use_cases.bookings.create_booking import create_booking
from litehq_core.use_cases.duties.run_due import run_due
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from tests.contract.house import House
from tests.domain.samples import slot

SLOT = slot("2026-06-01 14:00")
ADA = Guest(email="ada@example.com", name="Ada G")


async def _hold(house: House, hours: int = 0) -> Booking:
    by = timedelta(hours=hours)
    command = CreateBooking(
        room_id=house.room.id, start_at=SLOT.start + by, end_at=SLOT.end + by, guest=ADA
    )
    return await create_booking(house.ports, house.actor, command)


def _paid(booking: Booking) -> SettlePayment:
    assert booking.payment_id
    return SettlePayment(
        payment_id=booking.payment_id, outcome=PaymentOutcome.PAID, reference="ch_1"
    )


async def _stored(house: House, booking: Booking) -> tuple[Booking, list[Payment]]:
    async with house.begin() as tx:
        found = await tx.bookings.get(booking.id)
        payments = list(await tx.payments.of_booking(booking.id))
    assert found is not None
    return found, payments


class SlowToCommit:
    """Ports whose transactions wait a little between their writes and their commit."""

    def __init__(self, ports: Ports) -> None:
        self._begin = ports.begin
        self.written = asyncio.Event()
        self.ports = replace(ports, begin=self.begin)

    @asynccontextmanager
    async def begin(self, actor: Actor) -> AsyncIterator[Transaction]:
        """A transaction that others run into."""
        async with self._begin(actor) as tx:
            yield tx
            self.written.set()
            await asyncio.sleep(0.3)


async def _require_given_back_once(house: House, hold: Booking) -> None:
    booking, payments = await _stored(house, hold)
    checkout = next(p for p in payments if p.kind is PaymentKind.CHECKOUT)
    refunds = [p for p in payments if p.kind is PaymentKind.REFUND]
    assert checkout.status is PaymentStatus.SUCCEEDED
    assert [refund.amount for refund in refunds] == [checkout.amount]
    assert booking.status is BookingStatus.CANCELLED
    assert booking.paid_minor == booking.refunded_minor == checkout.amount.amount_minor


async def test_a_payment_overtakes_the_closing_of_its_checkout(house: House) -> None:
    """contract.md: payment for what cannot be had "is refunded in full", which is once.

    The payment is written but not committed when the closing looks at it.
    """
    hold = await _hold(house)
    await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=hold.id))
    _, (closing,) = await _stored(house, hold)
    assert closing.status is PaymentStatus.CLOSING
    slow = SlowToCommit(house.ports)
    settling = asyncio.create_task(settle_payment(slow.ports, house.actor, _paid(hold)))
    await slow.written.wait()
    await close_checkout(house.ports, house.actor, closing)
    await settling
    await settle_payment(house.ports, house.actor, _paid(hold))
    await _require_given_back_once(house, hold)


class PaidWhileClosing(MemoryPayments):
    """The payer pays while the provider is told to close the checkout."""

    def __init__(self, house: House, hold: Booking) -> None:
        super().__init__()
        self._house, self._hold = house, hold

    async def close_checkout(self, payment: Payment) -> None:
        """Paid first."""
        await settle_payment(self._house.ports, self._house.actor, _paid(self._hold))
        await super().close_checkout(payment)


async def test_a_payment_while_the_provider_closes_its_checkout(house: House) -> None:
    """contract.md: the same, between the call and the note that it was made."""
    hold = await _hold(house)
    await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=hold.id))
    _, (closing,) = await _stored(house, hold)
    ports = replace(house.ports, payments=PaidWhileClosing(house, hold))
    await close_checkout(ports, house.actor, closing)
    await settle_payment(house.ports, house.actor, _paid(hold))
    await _require_given_back_once(house, hold)


class DownWhilePaid(MemoryPayments):
    """The provider cannot close the checkout; meanwhile its payment is written, not committed."""

    def __init__(self, house: House, hold: Booking) -> None:
        super().__init__()
        self._house, self._hold = house, hold
        self.settling: list[asyncio.Task[Booking]] = []

    async def close_checkout(self, payment: Payment) -> None:
        """Refuse, once the payment of the hold in question is on its way."""
        if payment.id == self._hold.payment_id and not self.settling:
            slow = SlowToCommit(self._house.ports)
            settle = settle_payment(slow.ports, self._house.actor, _paid(self._hold))
            self.settling.append(asyncio.create_task(settle))
            await slow.written.wait()
        raise PaymentFailed


async def test_a_payment_while_its_failed_closing_is_put_off(house: House) -> None:
    """contract.md: the same, where the duty that failed goes to the end of the queue."""
    hold = await _hold(house)
    await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=hold.id))
    payments = DownWhilePaid(house, hold)
    await run_due(replace(house.ports, payments=payments), lambda *_: None)
    await asyncio.gather(*payments.settling)
    assert payments.settling
    await settle_payment(house.ports, house.actor, _paid(hold))
    await _require_given_back_once(house, hold)


@pytest.mark.parametrize("twins", [2, 6])
async def test_the_same_payment_many_times_at_once(house: House, twins: int) -> None:
    """contract.md: a payment is counted once, however often and whenever it is reported."""
    hold = await _hold(house)
    await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=hold.id))
    _, (closing,) = await _stored(house, hold)
    settling = [settle_payment(house.ports, house.actor, _paid(hold)) for _ in range(twins)]
    await asyncio.gather(close_checkout(house.ports, house.actor, closing), *settling)
    await _require_given_back_once(house, hold)


class Refusing(MemoryPayments):
    """A provider that refuses the refunds of all bookings but one."""

    def __init__(self, good: Booking) -> None:
        super().__init__()
        self._good = good

    async def refund(self, payment: Payment) -> str:
        """Given back for the one booking alone."""
        if payment.booking_id != self._good.id:
            raise PaymentFailed
        return await super().refund(payment)


async def test_refunds_that_always_fail_starve_none(house: House, clock: Clock) -> None:
    """architecture.md: duties are due rows; what fails goes to the end of the queue."""
    holds = [await _hold(house, hours) for hours in range(5)]
    for hold in holds:
        await settle_payment(house.ports, house.actor, _paid(hold))
        await cancel_booking(house.ports, house.actor, CancelBooking(booking_id=hold.id))
        clock.advance(seconds=1)
    payments = Refusing(holds[-1])
    ports = replace(house.ports, payments=payments)
    told: list[str] = []
    # Other tests have left refunds in this store, which fail as well.
    for _ in range(8):
        clock.advance(seconds=5)
        await run_due(ports, lambda duty, subject, error: told.append(subject), limit=3)
    assert [payment.booking_id for payment in payments.payments("refund")] == [holds[-1].id]
    bad = [
        payment.id
        for hold in holds[:-1]
        for payment in (await _stored(house, hold))[1]
        if payment.kind is PaymentKind.REFUND
    ]
    assert set(bad) <= set(told)
