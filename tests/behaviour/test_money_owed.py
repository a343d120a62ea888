"""What bookings owe, were paid and gave back, as the ledger tells it."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.booking_ledger import Standing, standing_of
from litehq_core.domain.ledger import Account, AccountKind
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.keys import NORTHWIND
from tests.behaviour.scenario import booked, paid, refusal, studio, wish


async def _standing(house: House, booking: dict[str, Any]) -> Standing:
    entries = await house.ports.reads.ledger.of_booking(WORKSPACE, booking["id"])
    return standing_of(entry.transfer for entry in entries)


def _balance(house: House, owner: str, kind: AccountKind) -> int:
    balance = house.tables.balances.committed().get((WORKSPACE, Account(owner, kind, "GBP")))
    return balance.posted if balance else 0


async def test_by_card_it_is_owed_once_it_is_paid(house: House, driver: Driver) -> None:
    hold = await booked(driver, studio())
    assert await _standing(house, hold) == Standing()
    await house.pay(hold["checkout_url"])
    assert await _standing(house, hold) == Standing(owed_minor=8400, paid_minor=8400)
    assert _balance(house, WORKSPACE, AccountKind.CASH) == -8400
    assert _balance(house, WORKSPACE, AccountKind.REVENUE) == 8400


async def test_a_refund_is_owed_until_it_is_sent(house: House, driver: Driver) -> None:
    booking = await paid(house, driver, studio())
    house.clock.now = at("2026-05-26 12:00")
    done(await driver.cancel(booking["id"]))
    half = Standing(owed_minor=4200, paid_minor=8400, refunded_minor=4200)
    assert await _standing(house, booking) == half
    assert _balance(house, WORKSPACE, AccountKind.REFUNDS) == 4200
    assert _balance(house, WORKSPACE, AccountKind.CASH) == -8400
    await house.run_due()
    assert await _standing(house, booking) == half
    assert _balance(house, WORKSPACE, AccountKind.REFUNDS) == 0
    assert _balance(house, WORKSPACE, AccountKind.CASH) == -4200
    assert _balance(house, WORKSPACE, AccountKind.REVENUE) == 4200


async def test_on_invoice_the_company_owes_until_it_pays(house: House, driver: Driver) -> None:
    booking = await booked(driver, wish(minutes=120))
    assert booking["billing_mode"] == "invoice"
    assert await _standing(house, booking) == Standing(owed_minor=8000)
    done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    assert await _standing(house, booking) == Standing(owed_minor=4000)
    assert _balance(house, "co_northwind", AccountKind.RECEIVABLE) == -4000


@pytest.mark.parametrize(
    ("now", "wanted", "left"),
    [
        ("2026-05-25 14:00", {}, 0),
        ("2026-05-26 12:00", {}, 2000),
        ("2026-05-26 12:00:01", {}, 4000),
        ("2026-05-26 13:00", {"refund_policy": "full"}, 0),
        ("2026-05-22 09:00", {"refund_policy": "none"}, 4000),
        ("2026-05-22 09:00", {"refund_policy": "partial", "refund_amount_minor": 1500}, 2500),
        ("2026-05-22 09:00", {"refund_policy": "partial", "refund_amount_minor": 0}, 4000),
    ],
)
async def test_a_cancelled_booking_owes_what_the_policy_keeps(
    house: House, driver: Driver, now: str, wanted: dict[str, Any], left: int
) -> None:
    """Contract: "the policy usually gives nothing" late; an operator may choose the refund."""
    booking = await booked(driver, wish())
    house.clock.now = at(now)
    done(await driver.cancel(booking["id"], wanted))
    assert await _standing(house, booking) == Standing(owed_minor=left)
    assert house.booking(booking["id"]).fee_minor == left
    assert house.refunds() == []


async def test_no_more_is_waived_than_is_owed(house: House, driver: Driver) -> None:
    booking = await booked(driver, wish())
    wanted = {"refund_policy": "partial", "refund_amount_minor": 4001}
    details = await refusal(house, driver.cancel(booking["id"], wanted), "validation_failed")
    assert [error["field"] for error in details["details"]] == ["refund_amount_minor"]


async def test_a_bound_key_waives_what_the_policy_does(house: House, driver: Driver) -> None:
    """Contract: it needs ``refunds:override`` for anything better than the policy gives."""
    booking = await booked(driver, wish())
    house.clock.now = at("2026-05-26 12:00")
    for wanted in (
        {"refund_policy": "full"},
        {"refund_policy": "partial", "refund_amount_minor": 2001},
    ):
        call = driver.cancel(booking["id"], wanted, key=NORTHWIND)
        await refusal(house, call, "auth_scope_insufficient")
    wanted = {"refund_policy": "partial", "refund_amount_minor": 2000}
    done(await driver.cancel(booking["id"], wanted, key=NORTHWIND))
    assert await _standing(house, booking) == Standing(owed_minor=2000)


async def test_late_money_is_owed_back_and_nothing_is_earned(house: House, driver: Driver) -> None:
    hold = await booked(driver, studio())
    house.clock.advance(minutes=31)
    await house.run_due()
    await booked(driver, studio())
    await house.pay(hold["checkout_url"])
    assert await _standing(house, hold) == Standing(paid_minor=8400, refunded_minor=8400)
    assert _balance(house, WORKSPACE, AccountKind.REVENUE) == 0
    assert _balance(house, WORKSPACE, AccountKind.REFUNDS) == 8400
