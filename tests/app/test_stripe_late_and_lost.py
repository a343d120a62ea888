"""What comes late, twice, by another way, or not at all: each ends in a defined state."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.connect import ConnectStatus
from litehq_core.domain.events import EventType
from litehq_core.domain.payment import PaymentKind, PaymentOutcome
from litehq_core.use_cases.connect.get_connect import get_connect
from litehq_core.use_cases.connect.start_onboarding import StartOnboarding, start_onboarding
from litehq_core.use_cases.payments.settle_payment import SettlePayment, settle_payment
from tests.behaviour.drivers.protocol import done, refused
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.invariants import check_house
from tests.behaviour.scenario import booked, studio
from tests.stripe_server import charging
from tests.stripe_server.faults import Fault
from tests.stripe_server.house import ACTOR, StripeHouse, stripe_house

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


async def _paid(stripe: StripeHouse, driver: PythonDriver, **more: Any) -> str:
    hold = await booked(driver, studio(**more))
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver()
    return str(hold["id"])


def _given_back(stripe: StripeHouse) -> int:
    return sum(charge["amount_refunded"] for charge in stripe.at_stripe("charge"))


async def test_no_event_ever_arrives(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Issue 6: "A reconciler asks Stripe about everything unsettled"."""
    stripe.stripe.deliveries.lost = lambda event: True
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    stripe.house.clock.now += timedelta(minutes=1)
    await stripe.run_due()
    assert stripe.booking(hold["id"]).status is BookingStatus.CONFIRMED


async def test_an_open_checkout_is_asked_about_and_left_alone(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Once a minute at first, and less and less often."""
    hold = await booked(driver, studio())
    for _ in range(20):
        stripe.house.clock.now += timedelta(minutes=1)
        await stripe.run_due()
    assert stripe.booking(hold["id"]).status is BookingStatus.PENDING_PAYMENT
    asked = [c for c in stripe.stripe.api.calls if c.name.startswith("GET /v1/checkout")]
    assert 5 <= len(asked) < 20


async def test_events_in_any_order(stripe: StripeHouse, driver: PythonDriver) -> None:
    """All that happened to a booking arrives twice, shuffled, after everything is over."""
    stripe.stripe.deliveries.held = True
    hold = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    [intent] = stripe.at_stripe("payment_intent")
    charging.create_refund(
        stripe.stripe.world, stripe.account_id, {"payment_intent": intent["id"], "amount": "1000"}
    )
    stripe.stripe.deliveries.held = False
    await stripe.deliver(random.Random(7), twice=True)
    stored = stripe.booking(hold["id"])
    assert stored.status is BookingStatus.CONFIRMED
    assert (stored.paid_minor, stored.refunded_minor) == (8400, 1000)


async def test_an_event_about_nothing_we_know(stripe: StripeHouse) -> None:
    """Issue 6: "for unknown bookings"."""
    world = stripe.stripe.world
    params = {
        "line_items": [{"price_data": {"currency": "gbp", "unit_amount": "100"}, "quantity": "1"}],
        "mode": "payment",
        "metadata": {"payment_id": "pay_unknown"},
        "payment_intent_data": {"metadata": {"payment_id": "pay_unknown"}},
    }
    session = charging.create_session(world, stripe.account_id, params, stripe.stripe.url)
    stripe.stripe.pay(session["url"])
    before = stripe.house.dump()
    await stripe.deliver(twice=True)
    after = stripe.house.dump()
    assert {n for n in after if after[n] != before[n]} == {"heard_events"}


async def test_somebody_elses_checkout_that_names_our_payment(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """The account's owner can write what he wants into metadata: a pound is no payment of 84."""
    hold = await booked(driver, studio())
    [payment] = stripe.payments(hold["id"], PaymentKind.CHECKOUT)
    metadata = {"payment_id": payment.id}
    params = {
        "line_items": [{"price_data": {"currency": "gbp", "unit_amount": "100"}, "quantity": "1"}],
        "mode": "payment",
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
    }
    world = stripe.stripe.world
    session = charging.create_session(world, stripe.account_id, params, stripe.stripe.url)
    stripe.stripe.pay(session["url"])
    await stripe.deliver()
    assert stripe.booking(hold["id"]).status is BookingStatus.PENDING_PAYMENT


async def test_paid_after_the_slot_was_given_to_another(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Contract: payment that lands after expiry and cannot confirm is refunded in full."""
    stripe.stripe.deliveries.held = True
    hold = await booked(driver, studio())
    stripe.house.clock.now += HOLD
    other = await booked(driver, studio())
    stripe.stripe.pay(hold["checkout_url"])
    stripe.stripe.deliveries.held = False
    await stripe.deliver(twice=True)
    await stripe.run_due()
    stored = stripe.booking(hold["id"])
    assert stored.status is BookingStatus.EXPIRED
    assert (stored.paid_minor, stored.refunded_minor, _given_back(stripe)) == (8400, 8400, 8400)
    assert stripe.booking(other["id"]).status is BookingStatus.PENDING_PAYMENT


async def test_paid_after_it_was_cancelled(stripe: StripeHouse, driver: PythonDriver) -> None:
    """The money goes back in full."""
    hold = await booked(driver, studio())
    done(await driver.cancel(hold["id"]))
    stripe.stripe.pay(hold["checkout_url"])
    await stripe.deliver(twice=True)
    await stripe.run_due()
    stored = stripe.booking(hold["id"])
    assert stored.status is BookingStatus.CANCELLED
    assert (stored.paid_minor, stored.refunded_minor, _given_back(stripe)) == (8400, 8400, 8400)


async def test_paid_twice(stripe: StripeHouse, driver: PythonDriver) -> None:
    """A second charge for the same payment is counted, told of, and given back: the second one."""
    booking_id = await _paid(stripe, driver)
    [payment] = stripe.payments(booking_id, PaymentKind.CHECKOUT)
    world, account_id = stripe.stripe.world, stripe.account_id
    [customer] = stripe.at_stripe("customer")
    [card] = stripe.at_stripe("payment_method")
    second = charging.create_intent(
        world,
        account_id,
        {
            "amount": "8400",
            "currency": "gbp",
            "customer": customer["id"],
            "payment_method": card["id"],
            "confirm": "true",
            "metadata": {"payment_id": payment.id, "booking_id": booking_id},
        },
    )
    await stripe.deliver(twice=True)
    await stripe.run_due()
    await stripe.deliver(twice=True)
    stored = stripe.booking(booking_id)
    assert (stored.paid_minor, stored.refunded_minor) == (16800, 8400)
    assert [r["payment_intent"] for r in stripe.at_stripe("refund")] == [second["id"]]
    assert len(stripe.events(EventType.CHARGE_SUCCEEDED)) == 2


async def test_given_back_by_hand(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Issue 6: "partial refund made by hand in Stripe": the booking stays, the money is counted."""
    booking_id = await _paid(stripe, driver)
    [intent] = stripe.at_stripe("payment_intent")
    world, account_id = stripe.stripe.world, stripe.account_id
    for amount in (1000, 500):
        charging.create_refund(
            world, account_id, {"payment_intent": intent["id"], "amount": str(amount)}
        )
    await stripe.deliver(random.Random(3), twice=True)
    stored = stripe.booking(booking_id)
    assert (stored.status, stored.refunded_minor) == (BookingStatus.CONFIRMED, 1500)
    # What is cancelled after that gives back what is left, and no more.
    done(await driver.cancel(booking_id))
    await stripe.run_due()
    await stripe.deliver(twice=True)
    assert (stripe.booking(booking_id).refunded_minor, _given_back(stripe)) == (8400, 8400)


@pytest.mark.parametrize("by_hand", [8400, 8000, 100])
async def test_given_back_by_hand_while_ours_is_on_its_way(
    stripe: StripeHouse, driver: PythonDriver, by_hand: int
) -> None:
    """Never more than was paid, whoever comes first; and both agree in the end."""
    booking_id = await _paid(stripe, driver)
    [intent] = stripe.at_stripe("payment_intent")
    done(await driver.cancel(booking_id))
    charging.create_refund(
        stripe.stripe.world,
        stripe.account_id,
        {"payment_intent": intent["id"], "amount": str(by_hand)},
    )
    for _ in range(2):
        await stripe.run_due()
        await stripe.deliver(twice=True)
    stored = stripe.booking(booking_id)
    assert (stored.refunded_minor, _given_back(stripe)) == (8400, 8400)


async def test_given_back_by_hand_before_ours_and_paid_anew(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """What is given back by hand of a charge is not taken for ours of another (a campaign's)."""
    hold = await booked(driver, studio())
    first = hold["checkout_url"]
    # Re-priced, so that the first checkout is superseded; the payer pays on both.
    stripe.stripe.faults.plant("POST /v1/checkout/sessions/", Fault.UNAVAILABLE)
    refused(await driver.edit(hold["id"], {"duration_minutes": 180}), "service_unavailable")
    stripe.stripe.pay(first)
    await stripe.deliver()
    [intent] = stripe.at_stripe("payment_intent")
    charging.create_refund(stripe.stripe.world, stripe.account_id, {"payment_intent": intent["id"]})
    await stripe.deliver()
    changed = done(await driver.edit(hold["id"], {"duration_minutes": 180, "notes": "x"}))
    stripe.stripe.pay(changed["checkout_url"])
    await stripe.deliver()
    await stripe.run_due()
    await stripe.deliver()
    stored = stripe.booking(hold["id"])
    assert stored.status is BookingStatus.CONFIRMED
    assert (stored.paid_minor, stored.refunded_minor) == (8400 + 16800, 8400)
    assert _given_back(stripe) == 8400


async def test_a_refund_that_comes_back(stripe: StripeHouse, driver: PythonDriver) -> None:
    """The payer's bank does not take it: it counts as kept again, and an event says so."""
    booking_id = await _paid(stripe, driver)
    done(await driver.cancel(booking_id))
    await stripe.run_due()
    [refund] = stripe.at_stripe("refund")
    charging.fail_refund(stripe.stripe.world, stripe.account_id, refund["id"])
    await stripe.deliver(random.Random(1), twice=True)
    stored = stripe.booking(booking_id)
    assert (stored.paid_minor, stored.refunded_minor) == (8400, 0)
    assert len(stripe.events(EventType.REFUND_FAILED)) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_a_dispute_that_is_won(stripe: StripeHouse, driver: PythonDriver, seed: int) -> None:
    """Taken and given back by the bank, in whatever order that is told."""
    booking_id = await _paid(stripe, driver)
    [intent] = stripe.at_stripe("payment_intent")
    disputed = charging.dispute(stripe.stripe.world, stripe.account_id, intent["id"])
    charging.win_dispute(stripe.stripe.world, stripe.account_id, disputed["id"])
    await stripe.deliver(random.Random(seed), twice=True)
    stored = stripe.booking(booking_id)
    assert (stored.status, stored.settled_minor) == (BookingStatus.CONFIRMED, 8400)
    assert len(stripe.events(EventType.CHARGE_DISPUTED)) == 1


async def test_a_dispute_that_is_lost(stripe: StripeHouse, driver: PythonDriver) -> None:
    """The money is gone; a cancellation afterwards has nothing to give back."""
    booking_id = await _paid(stripe, driver)
    [intent] = stripe.at_stripe("payment_intent")
    charging.dispute(stripe.stripe.world, stripe.account_id, intent["id"])
    await stripe.deliver(twice=True)
    assert stripe.booking(booking_id).settled_minor == 0
    done(await driver.cancel(booking_id))
    await stripe.run_due()
    assert stripe.at_stripe("refund") == []


async def test_the_account_is_taken_away(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Holds end by our own clock; refunds wait until there is access again."""
    booking_id = await _paid(stripe, driver)
    hold = await booked(driver, studio("2026-05-26 17:00"))
    stripe.stripe.world.disconnect(stripe.account_id)
    await stripe.deliver(twice=True)
    connection = await get_connect(stripe.ports, ACTOR)
    assert connection.status is ConnectStatus.DISCONNECTED
    assert len(stripe.events(EventType.CONNECT_UPDATED)) == 1
    done(await driver.cancel(booking_id))
    stripe.house.clock.now += HOLD
    await stripe.run_due()
    assert stripe.booking(hold["id"]).status is BookingStatus.EXPIRED
    [refund] = stripe.payments(booking_id, PaymentKind.REFUND)
    assert refund.status.value == "pending"


async def test_nobody_told_that_the_account_was_taken_away(stripe: StripeHouse) -> None:
    """The reconciler finds out when it asks."""
    stripe.stripe.deliveries.lost = lambda event: True
    stripe.stripe.world.disconnect(stripe.account_id)
    stripe.house.clock.now += timedelta(minutes=5)
    await stripe.run_due()
    connection = await get_connect(stripe.ports, ACTOR)
    assert connection.status is ConnectStatus.DISCONNECTED


async def test_what_no_event_told_is_asked_for(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Issue 6: the reconciler "finds what no event told us": here a refund made by hand."""
    booking_id = await _paid(stripe, driver)
    stripe.stripe.deliveries.lost = lambda event: True
    [intent] = stripe.at_stripe("payment_intent")
    charging.create_refund(
        stripe.stripe.world,
        stripe.account_id,
        {"payment_intent": intent["id"], "amount": "700"},
    )
    for _ in range(2):
        stripe.house.clock.now += timedelta(minutes=5)
        await stripe.run_due()
    assert stripe.booking(booking_id).refunded_minor == 700


async def test_a_second_word_without_a_charge_is_no_second_charge(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Whoever says "paid" again and names no charge has said nothing new."""
    booking_id = await _paid(stripe, driver)
    [payment] = stripe.payments(booking_id, PaymentKind.CHECKOUT)
    again = SettlePayment(payment_id=payment.id, outcome=PaymentOutcome.PAID)
    await settle_payment(stripe.ports, ACTOR, again)
    assert stripe.booking(booking_id).paid_minor == 8400


async def test_another_account_in_its_place(stripe: StripeHouse, driver: PythonDriver) -> None:
    """Who was disconnected can be connected anew; the new account knows nobody yet."""
    await _paid(stripe, driver)
    stripe.stripe.world.disconnect(stripe.account_id)
    await stripe.deliver()
    connection = await start_onboarding(stripe.ports, ACTOR, StartOnboarding())
    assert connection.account is not None
    assert connection.account.state.account_id != stripe.account_id
    stripe.account_id = connection.account.state.account_id
    stripe.stripe.complete_onboarding(stripe.account_id)
    await stripe.deliver()
    booking_id = await _paid(stripe, driver, start="2026-05-26 18:00")
    assert stripe.booking(booking_id).status is BookingStatus.CONFIRMED
