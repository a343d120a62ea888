"""Calls to the payment provider that hang, while others go on; and those that it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable
from litehq_core.domain.payment import Payment, PaymentStatus
from litehq_core.ports.payments import Checkout
from litehq_core.ports.reads import Duty
from litehq_core.use_cases.duties.run_due import run_due
from tests.behaviour.drivers.protocol import Done, Driver, Outcome, Refused, done, refused
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, paid, span, studio

KEY = "0e8a1c52-4d6f-4d6f-bc14-7f1a"


class Hanging:
    """The first call of ``open_checkout`` waits until it is let go; the others pass."""

    def __init__(self, house: House) -> None:
        self._open = house.payments.open_checkout
        self.reached, self.let_go = asyncio.Event(), asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, payment: Payment) -> Checkout:
        if self.reached.is_set():
            return await self._open(payment)
        self.reached.set()
        await self.let_go.wait()
        if self.error:
            raise self.error
        return await self._open(payment)


@asynccontextmanager
async def _hanging(
    house: House, driver: Driver, monkeypatch: pytest.MonkeyPatch, once: str | None = None
) -> AsyncIterator[tuple[Hanging, asyncio.Task[Outcome]]]:
    """A create of the Studio that hangs at the provider."""
    gate = Hanging(house)
    monkeypatch.setattr(house.payments, "open_checkout", gate)
    first = asyncio.create_task(driver.create(studio(), once=once))
    await gate.reached.wait()
    yield gate, first
    gate.let_go.set()
    await asyncio.wait_for(asyncio.wait([first]), 5)


async def test_the_first_wakes_after_its_twin(
    house: House, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract: "Same → the first answer byte for byte"; it is the twin's, who answered first."""
    async with _hanging(house, driver, monkeypatch, KEY) as (gate, first):
        refused(await driver.create(studio(), once=KEY), "idempotency_in_progress")
        house.clock.advance(seconds=60)
        twin = await driver.create(studio(), once=KEY)
        # The booking has gone on meanwhile, so an answer made now would be another.
        await house.pay(done(twin)["checkout_url"])
        gate.let_go.set()
        woken = await first
    assert (twin.replayed, woken.replayed) == (False, True)
    assert done(woken) == done(twin)
    with house.unchanged():
        third = await driver.create(studio(), once=KEY)
    assert third.replayed
    assert done(third) == done(twin)
    assert [booking.status for booking in house.bookings()] == ["confirmed"]


@pytest.mark.parametrize("error", [PaymentFailed(), ServiceUnavailable()])
async def test_the_first_fails_after_its_twin(
    house: House, driver: Driver, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Contract: what was answered once stays the answer, whatever became of the first call."""
    async with _hanging(house, driver, monkeypatch, KEY) as (gate, first):
        house.clock.advance(seconds=61)
        twin = await driver.create(studio(), once=KEY)
        gate.error = error
        with house.unchanged():
            gate.let_go.set()
            woken = await first
    if isinstance(error, PaymentFailed):
        assert woken.replayed
        assert done(woken) == done(twin)
    else:
        refused(woken, "service_unavailable")
    with house.unchanged():
        third = await driver.create(studio(), once=KEY)
    assert third.replayed
    assert done(third) == done(twin)
    assert done(await driver.get(done(twin)["id"]))["status"] == "pending_payment"


@pytest.mark.parametrize("once", [None, KEY])
async def test_a_declined_hold_is_gone_at_once(
    house: House, driver: Driver, once: str | None
) -> None:
    """Contract: `payment_failed` 402; what nobody can pay for holds no slot."""
    house.payments.fail_once("open_checkout", PaymentFailed())
    first = await driver.create(studio(), once=once)
    refused(first, "payment_failed")
    (gone,) = house.bookings()
    assert (gone.status, gone.checkout_url, gone.expires_at) == ("expired", None, None)
    assert house.types(gone.id) == ["booking.created", "booking.expired"]
    await booked(driver, studio(member=None))
    again = await driver.create(studio(), once=once)
    assert isinstance(again, Refused)
    # With the key it is the first answer; without, the slot has gone to somebody else.
    assert again.code == ("payment_failed" if once else "slot_unavailable")
    assert again.replayed is (once is not None)


@pytest.mark.parametrize("once", [None, KEY])
async def test_a_declined_change_is_gone_at_once(
    house: House, driver: Driver, once: str | None
) -> None:
    """Contract: the same of a change; the booking stays as it was."""
    booking = await paid(house, driver, studio())
    house.payments.fail_once("open_checkout", PaymentFailed())
    longer = {"duration_minutes": 120}
    refused(await driver.edit(booking["id"], longer, once=once), "payment_failed")
    kept = done(await driver.get(booking["id"]))
    assert (kept["pending_change"], kept["status"]) == (None, "confirmed")
    assert (span(kept), kept["price"]) == (span(booking), booking["price"])
    await booked(driver, studio("2026-05-26 15:30", 30, member=None))
    if once:
        with house.unchanged():
            again = await driver.edit(booking["id"], longer, once=once)
        refused(again, "payment_failed")
        assert again.replayed


@pytest.mark.parametrize("swept", [True, False])
async def test_a_cancel_overtakes_the_checkout(
    house: House, driver: Driver, monkeypatch: pytest.MonkeyPatch, swept: bool
) -> None:
    """Contract: a superseded checkout is closed, also one that is opened too late."""
    async with _hanging(house, driver, monkeypatch) as (gate, first):
        (held,) = house.bookings()
        done(await driver.cancel(held.id))
        if swept:
            await house.run_due()
        gate.let_go.set()
        late = await first
    assert isinstance(late, Done)
    assert late.body["status"] == "cancelled"
    assert late.body["checkout_url"] is None
    await house.run_due()
    closed = house.payments.payments("close_checkout")
    assert closed[-1].reference == f"cs_{held.payment_id}"
    assert len(closed) == (2 if swept else 1)
    (payment,) = house.tables.payments.committed().values()
    assert payment.status is PaymentStatus.EXPIRED
    # Contract: "payment on a superseded checkout is refunded".
    await house.pay(payment.checkout_url)
    await house.run_due()
    assert house.refunds() == [8400]


async def test_what_always_fails_starves_nothing(
    house: House, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """architecture.md: duties are due rows; those that fail keep none from being done."""
    made = [
        await paid(house, driver, studio(f"2026-05-26 {hour}:00", 60)) for hour in range(10, 16)
    ]
    bad: set[str] = set()
    for number, booking in enumerate(made):
        done(await driver.cancel(booking["id"]))
        if number < len(made) - 1:
            refunds = house.tables.payments.committed().values()
            bad |= {payment.id for payment in refunds if payment.kind == "refund"}
        house.clock.advance(seconds=1)
    good = house.payments.refund

    async def refund(payment: Payment) -> str:
        if payment.id in bad:
            raise PaymentFailed
        return await good(payment)

    monkeypatch.setattr(house.payments, "refund", refund)
    told: list[str] = []

    def note(duty: Duty, subject_id: str, _: Exception) -> None:
        told.append(f"{duty} {subject_id}")

    for _ in range(3):
        house.clock.now += timedelta(seconds=5)
        await run_due(house.ports, note, limit=3)
    assert house.refunds() == [5600]
    # Nobody is left out, and what fails is still due.
    assert set(told) == {f"{Duty.SEND_REFUNDS} {payment_id}" for payment_id in bad}
