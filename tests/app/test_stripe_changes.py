"""Dearer changes and the saved card: charged without the payer, or else with him."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.errors import PaymentFailed
from litehq_core.domain.events import EventType
from litehq_core.domain.money import Money
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.ports.payments import ChargeStatus, SavedCardCharge
from tests.behaviour.drivers.protocol import Done, done, refused
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.invariants import check_house
from tests.behaviour.scenario import booked, studio
from tests.stripe_server import accounts
from tests.stripe_server.charging import DECLINED, GOOD, NEEDS_ACTION
from tests.stripe_server.faults import Fault
from tests.stripe_server.house import StripeHouse, stripe_house

LONGER = {"duration_minutes": 120}


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


async def _paid(
    stripe: StripeHouse, driver: PythonDriver, number: str = GOOD, **more: Any
) -> dict[str, Any]:
    hold = await booked(driver, studio(**more))
    stripe.stripe.pay(hold["checkout_url"], number)
    await stripe.deliver()
    return done(await driver.get(hold["id"]))


async def test_the_difference_is_charged_to_the_saved_card(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Contract: "the difference is charged on the same Connect account and ``charge.succeeded``
    fires with the booking id in ``metadata``"."""
    booking = await _paid(stripe, driver)
    changed = done(await driver.edit(booking["id"], LONGER))
    assert changed["pending_change"] is None
    assert changed["price"]["amount_minor"] == 11200
    await stripe.deliver(twice=True)
    stored = stripe.booking(booking["id"])
    assert (stored.paid_minor, stored.refunded_minor) == (11200, 0)
    assert [i["amount"] for i in stripe.at_stripe("payment_intent")] == [8400, 2800]
    charges = stripe.events(EventType.CHARGE_SUCCEEDED)
    assert [e.object["metadata"]["booking_id"] for e in charges] == [booking["id"]] * 2
    # The second charge needed no page.
    assert len(stripe.at_stripe("checkout.session")) == 1


@pytest.mark.parametrize("number", [DECLINED, NEEDS_ACTION])
async def test_what_needs_the_payer_waits_for_him(
    stripe: StripeHouse, driver: PythonDriver, number: str
) -> None:
    """Contract: "when that needs the payer … ``pending_change``", the booking unchanged."""
    booking = await _paid(stripe, driver)
    for card in stripe.at_stripe("payment_method"):
        stripe.stripe.world.everything(stripe.account_id).objects[card["id"]]["_number"] = number
    changed = done(await driver.edit(booking["id"], LONGER))
    assert changed["price"]["amount_minor"] == 8400
    url = changed["pending_change"]["checkout_url"]
    await stripe.deliver()
    assert len(stripe.events(EventType.PAYMENT_FAILED)) == 1
    stripe.stripe.pay(url)
    await stripe.deliver(twice=True)
    after = done(await driver.get(booking["id"]))
    assert (after["price"]["amount_minor"], after["pending_change"]) == (11200, None)
    assert stripe.booking(booking["id"]).paid_minor == 11200


async def test_a_guest_has_no_saved_card(stripe: StripeHouse, driver: PythonDriver) -> None:
    """He is sent to a checkout; Stripe knows his address and nothing more."""
    booking = await _paid(stripe, driver, member=None)
    changed = done(await driver.edit(booking["id"], LONGER))
    assert changed["pending_change"]["checkout_url"]
    assert stripe.at_stripe("customer") == []
    assert {s["customer_email"] for s in stripe.at_stripe("checkout.session")} == {
        "ada@example.com"
    }


@pytest.mark.parametrize(
    "fault", [Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.ERROR_BEFORE, Fault.ERROR_AFTER]
)
async def test_the_difference_is_charged_once_whatever_happens_on_the_way(
    stripe: StripeHouse, driver: PythonDriver, fault: Fault
) -> None:
    """Nobody knows whether the card was charged: it is not charged again to find out."""
    booking = await _paid(stripe, driver)
    stripe.stripe.faults.plant("POST /v1/payment_intents", fault)
    refused(await driver.edit(booking["id"], LONGER, once="k"), "service_unavailable")
    again = await driver.edit(booking["id"], LONGER, once="k")
    assert isinstance(again, Done)
    await stripe.deliver(twice=True)
    stored = stripe.booking(booking["id"])
    assert (stored.price.amount_minor, stored.paid_minor) == (11200, 11200)
    succeeded = [i for i in stripe.at_stripe("payment_intent") if i["status"] == "succeeded"]
    assert [i["amount"] for i in succeeded] == [8400, 2800]


async def test_a_charge_that_nobody_heard_of_is_found_when_its_change_is_dropped(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """The process stopped behind the call, and nobody came back before the change lapsed."""
    booking = await _paid(stripe, driver)
    stripe.stripe.deliveries.lost = lambda event: True
    stripe.stripe.faults.plant("POST /v1/payment_intents", Fault.DROPPED_AFTER)
    refused(await driver.edit(booking["id"], LONGER), "service_unavailable")
    done(await driver.cancel(booking["id"]))
    for _ in range(3):
        await stripe.run_due()
        stripe.house.clock.now += timedelta(minutes=1)
    stored = stripe.booking(booking["id"])
    assert stored.status is BookingStatus.CANCELLED
    assert (stored.paid_minor, stored.refunded_minor) == (11200, 11200)
    assert sum(r["amount"] for r in stripe.at_stripe("refund")) == 11200


async def test_a_company_is_charged_once_it_has_a_card(stripe: StripeHouse) -> None:
    """What invoices are charged to: a customer at Stripe, with a card that was added there."""
    charge = SavedCardCharge(
        id="inv_1",
        workspace_id=WORKSPACE,
        payer_id="co_northwind",
        amount=Money(currency="GBP", amount_minor=12000),
        metadata={"invoice_id": "inv_1"},
        description="Invoice 1",
    )
    with pytest.raises(PaymentFailed):
        await stripe.ports.payments.charge_saved_card(charge)
    [customer] = stripe.at_stripe("customer")
    accounts.save_card(stripe.stripe.world, stripe.account_id, customer["id"], GOOD)
    first = await stripe.ports.payments.charge_saved_card(charge)
    again = await stripe.ports.payments.charge_saved_card(charge)
    assert (first.status, again) == (ChargeStatus.SUCCEEDED, first)
    [intent] = stripe.at_stripe("payment_intent")
    assert (intent["amount"], intent["metadata"]["invoice_id"]) == (12000, "inv_1")


async def test_refunds_are_spread_over_the_charges(
    stripe: StripeHouse, driver: PythonDriver
) -> None:
    """Issue 6: several charges of one booking; never above what each of them was."""
    booking = await _paid(stripe, driver)
    done(await driver.edit(booking["id"], LONGER))
    done(await driver.cancel(booking["id"]))
    await stripe.run_due()
    await stripe.deliver(twice=True)
    by_charge = {r["payment_intent"]: r["amount"] for r in stripe.at_stripe("refund")}
    first, second = stripe.at_stripe("payment_intent")
    assert by_charge == {first["id"]: 8400, second["id"]: 2800}
    [refund] = stripe.payments(booking["id"], PaymentKind.REFUND)
    assert (refund.status, refund.amount.amount_minor) == (PaymentStatus.SUCCEEDED, 11200)
