"""Payment that lands after the hold has expired."""

from __future__ import annotations

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, studio


@pytest.mark.parametrize("swept", [True, False])
async def test_late_payment_revives(house: House, driver: Driver, swept: bool) -> None:
    """Contract: "`expired → confirmed` only by late payment, slot still free, `start_at` ahead"."""
    hold = await booked(driver, studio())
    house.clock.advance(hours=2)
    if swept:
        await house.run_due()
    await house.pay(hold["checkout_url"])
    booking = done(await driver.get(hold["id"]))
    assert booking["status"] == "confirmed"
    assert booking["checkout_url"] is None
    assert booking["expires_at"] is None
    expired = ["booking.expired"] if swept else []
    assert house.types(hold["id"]) == [
        "booking.created",
        *expired,
        "charge.succeeded",
        "booking.confirmed",
    ]
    taken = await refusal(house, driver.create(studio()), "slot_unavailable")
    assert taken["conflicting_booking_id"] == hold["id"]
    await house.run_due()
    assert house.refunds() == []


async def test_late_payment_for_a_taken_slot_goes_back(house: House, driver: Driver) -> None:
    """Contract: "Payment that lands after expiry and cannot confirm is refunded in full"."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=30)
    winner = await booked(driver, studio(member=None))
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert done(await driver.get(winner["id"]))["status"] == "pending_payment"
    assert house.refunds() == [8400]
    # "and an event says so".
    assert house.types(hold["id"])[-2:] == ["charge.succeeded", "charge.refunded"]
    assert house.events(hold["id"])[-1].object["metadata"] == {"booking_id": hold["id"]}
    assert house.events(hold["id"])[-1].object["amount_minor"] == 8400


@pytest.mark.parametrize("swept", [True, False])
async def test_late_payment_into_a_blackout_goes_back(
    house: House, driver: Driver, swept: bool
) -> None:
    """Contract: "slot still free": a blackout takes it, too."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=31)
    await house.black_out("rm_studio", at("2026-05-26 15:00"), at("2026-05-26 16:00"))
    if swept:
        await house.run_due()
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert house.refunds() == [8400]


@pytest.mark.parametrize("swept", [True, False])
async def test_late_payment_after_the_start_goes_back(
    house: House, driver: Driver, swept: bool
) -> None:
    """Contract: "and `start_at` ahead"."""
    hold = await booked(driver, studio("2026-05-22 10:00"))
    house.clock.advance(hours=1)
    if swept:
        await house.run_due()
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert house.refunds() == [8400]


async def test_payment_for_a_cancelled_hold_goes_back(house: House, driver: Driver) -> None:
    """Contract: only a hold or an expired booking is confirmed by a payment."""
    hold = await booked(driver, studio())
    done(await driver.cancel(hold["id"]))
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "cancelled"
    assert house.refunds() == [8400]
