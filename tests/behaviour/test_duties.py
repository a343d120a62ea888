"""Duties that fall due by themselves: one that fails does not keep the others waiting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from litehq_core import (
    CancelBooking,
    CreateBooking,
    Guest,
    SettlePayment,
    cancel_booking,
    create_booking,
    import_catalogue,
    run_due,
    settle_payment,
    system_actor,
)
from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.domain.payment import PaymentOutcome
from litehq_core.ports.reads import Duty
from litehq_core.testing import Clock, MemoryPayments, memory_ports, sample_catalogue

ACTOR = system_actor("ws_sample")


@pytest.mark.parametrize("error", [ServiceUnavailable("down"), RuntimeError("a defect")])
async def test_a_refund_that_fails_is_told_and_stays_due(error: Exception) -> None:
    """architecture.md: duties are due rows; what could not be done is done by the next sweep."""
    payments, clock = MemoryPayments(), Clock()
    ports = memory_ports(clock=clock, payments=payments)
    await import_catalogue(ports, ACTOR, sample_catalogue())
    start = clock.now.replace(hour=9, minute=0) + timedelta(days=3)
    for hour in range(2):
        booking = await create_booking(
            ports,
            ACTOR,
            CreateBooking(
                room_id="rm_studio",
                start_at=start + timedelta(hours=hour),
                end_at=start + timedelta(hours=hour + 1),
                guest=Guest(email="ada@example.com", name="Ada"),
            ),
        )
        assert booking.payment_id
        paid = SettlePayment(payment_id=booking.payment_id, outcome=PaymentOutcome.PAID)
        await settle_payment(ports, ACTOR, paid)
        await cancel_booking(ports, ACTOR, CancelBooking(booking_id=booking.id))
    payments.fail_once("refund", error)
    told: list[tuple[Duty, Exception]] = []

    def note(duty: Duty, _subject: str, failure: Exception) -> None:
        told.append((duty, failure))

    assert await run_due(ports, note) == 2
    assert told == [(Duty.SEND_REFUNDS, error)]
    assert await run_due(ports, note) == 1
    assert await run_due(ports, note) == 0
    assert len(told) == 1
