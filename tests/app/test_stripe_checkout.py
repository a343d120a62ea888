"""Checkouts at Stripe: opened, paid, closed and given back, through the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.domain.events import EventType
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from tests.behaviour.drivers.protocol import done, refused
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.invariants import check_house
from tests.behaviour.scenario import booked, studio
from tests.stripe_server.charging import DECLINED
from tests.stripe_server.faults import Fault
from tests.stripe_server.house import StripeHouse, stripe_house

HOLD = timedelta(minutes=30)


@pytest.fixture
async def stripe() -> AsyncIterator[StripeHouse]:
    """A workspace that takes payments through Stripe, looked over in the end."""
    async with stripe_house() as made:
        yield made
        check_house(made.house)


@pytest.fixture
def driver(stripe: StripeHouse) -> PythonDriver:
    """The caller."""
    return PythonDriver(stripe.ports)


async def test_a_session_is_opened_on_the_workspaces_account(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Issue 6: "Session on the workspace's connected account, metadata.booking_id"."""
    hold = await booked(driver, studio())
    [session] = stripe.at_stripe("checkout.session")
    assert hold["checkout_url"] == session["url"]
    assert session["metadata"]["booking_id"] == hold["id"]
    assert (session["amount_total"], session["currency"]) == (8400, "gbp")
    # Half an hour is the least that Stripe takes; the hold's own end is ours to keep.
    assert session["expires_at"] - session["created"] >= 31 * 60
    assert session["customer"].startswith("cus_")


async def test_what_is_paid_is_confirmed(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Contract: money due → ``pending_payment``; paid → ``confirmed``."""
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver(twice=True)
    booking = stripe.booking(hold["id"])
    assert (booking.status, booking.paid_minor) == (BookingStatus.CONFIRMED, 8400)
    [charged] = stripe.events(EventType.CHARGE_SUCCEEDED)
    assert charged.object["metadata"]["booking_id"] == hold["id"]
    [intent] = stripe.at_stripe("payment_intent")
    [payment] = stripe.payments(hold["id"], PaymentKind.CHECKOUT)
    assert payment.reference == intent["id"]


async def test_a_declined_card_is_told_and_the_hold_stays(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """The payer may try another card."""
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"], DECLINED)
    await stripe.deliver(twice=True)
    assert stripe.booking(hold["id"]).status is BookingStatus.PENDING_PAYMENT
    assert len(stripe.events(EventType.PAYMENT_FAILED)) == 1
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver()
    assert stripe.booking(hold["id"]).status is BookingStatus.CONFIRMED


async def test_the_session_is_closed_when_the_hold_ends(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Issue 6: "``expire`` called when the hold ends"."""
    hold = await booked(driver, studio())
    stripe.house.clock.now += HOLD
    await stripe.run_due()
    [session] = stripe.at_stripe("checkout.session")
    assert session["status"] == "expired"
    assert stripe.booking(hold["id"]).status is BookingStatus.EXPIRED
    await stripe.deliver(twice=True)
    [payment] = stripe.payments(hold["id"], PaymentKind.CHECKOUT)
    assert payment.status is PaymentStatus.EXPIRED


async def test_paid_at_the_moment_of_its_end_it_is_given_back_or_had(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Paid, but nobody was told before the hold ended: found out when it is to be closed."""
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    stripe.house.clock.now += HOLD
    await stripe.run_due()
    # The slot is still free, so the booking is had after all.
    assert stripe.booking(hold["id"]).status is BookingStatus.CONFIRMED
    await stripe.deliver(twice=True)
    assert stripe.booking(hold["id"]).paid_minor == 8400


async def test_a_refund_is_taken_from_the_charge(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Contract: four days ahead, the whole of it is given back."""
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver()
    done(await driver.cancel(hold["id"]))
    await stripe.run_due()
    await stripe.run_due()
    [refund] = stripe.at_stripe("refund")
    [intent] = stripe.at_stripe("payment_intent")
    assert (refund["amount"], refund["payment_intent"]) == (8400, intent["id"])
    await stripe.deliver(twice=True)
    assert stripe.booking(hold["id"]).refunded_minor == 8400
    assert len(stripe.events(EventType.CHARGE_REFUNDED)) == 1


@pytest.mark.parametrize("fault", [Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.ERROR_AFTER])
async def test_a_session_is_opened_once_whatever_happens_on_the_way(
    stripe: StripeHouse, driver: PythonDriver, fault: Fault
) -> None:
    """The same key, or a look before another is taken: never two sessions."""
    stripe.stripe.faults.plant("POST /v1/checkout/sessions", fault)
    refused(await driver.create(studio(), once="abc"), "service_unavailable")
    hold = done(await driver.create(studio(), once="abc"))
    assert len(stripe.at_stripe("checkout.session")) == 1
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver()
    assert stripe.booking(hold["id"]).status is BookingStatus.CONFIRMED


@pytest.mark.parametrize(
    "fault",
    [
        Fault.DROPPED_BEFORE,
        Fault.DROPPED_AFTER,
        Fault.ERROR_BEFORE,
        Fault.ERROR_AFTER,
        Fault.RATE_LIMITED,
        Fault.LOCK_TIMEOUT,
        Fault.KEY_IN_USE,
    ],
)
async def test_a_refund_is_sent_once_whatever_happens_on_the_way(
    stripe: StripeHouse, driver: PythonDriver, fault: Fault
) -> None:
    """An error of Stripe's is kept under the key, so that a second try needs another one."""
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver()
    done(await driver.cancel(hold["id"]))
    stripe.stripe.faults.plant("POST /v1/refunds", fault)
    for _ in range(3):
        await stripe.run_due()
        stripe.house.clock.now += timedelta(minutes=5)
    assert [refund["amount"] for refund in stripe.at_stripe("refund")] == [8400]
    assert any(isinstance(failure, ServiceUnavailable) for failure in stripe.failures)
    [refund] = stripe.payments(hold["id"], PaymentKind.REFUND)
    assert refund.status is PaymentStatus.SUCCEEDED


async def test_without_an_account_nothing_is_held(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Issue 6: "``stripe_unconfigured`` 412 until onboarding is complete"."""
    stripe.stripe.world.disconnect(stripe.account_id)
    await stripe.deliver(twice=True)
    refused(await driver.create(studio()), "stripe_unconfigured")
    assert [b.status for b in stripe.house.bookings()] == [BookingStatus.EXPIRED]
