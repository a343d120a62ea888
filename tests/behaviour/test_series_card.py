"""Series paid by card: one checkout for all that is due, a share for each booking."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.errors import PaymentFailed, ServiceUnavailable
from litehq_core.domain.payment import PaymentOutcome, PaymentStatus
from tests.behaviour.drivers.protocol import done, refused
from tests.behaviour.drivers.series import SeriesDriver
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, studio, text

SHARE = 8400


def weekly(**more: Any) -> dict[str, Any]:
    """A wish for the Studio, 90 minutes on three Tuesdays: GBP 84.00 each, by card alone."""
    return {**studio(), "rule": "FREQ=WEEKLY;COUNT=3", **more}


async def held(driver: SeriesDriver, **more: Any) -> dict[str, Any]:
    """A series that waits for its payment."""
    series = done(await driver.create_series(weekly(**more)))
    assert series["status"] == "pending_payment"
    return series


def ids(series: dict[str, Any]) -> list[str]:
    """The bookings' ids."""
    return [occurrence["booking_id"] for occurrence in series["occurrences"]]


def statuses(series: dict[str, Any]) -> list[str]:
    """Where each booking stands."""
    return [occurrence["status"] for occurrence in series["occurrences"]]


async def again(driver: SeriesDriver, series: dict[str, Any]) -> dict[str, Any]:
    """The series as it is by now."""
    return done(await driver.get_series(series["id"]))


def checkout_status(house: House, series: dict[str, Any]) -> PaymentStatus:
    """How the series' checkout stands."""
    return house.checkout(series["checkout_url"]).status


async def test_all_that_is_due_has_one_checkout(house: House, driver: SeriesDriver) -> None:
    series = await held(driver)
    assert series["expires_at"] == text("2026-05-22 09:30")
    assert series["price"]["amount_minor"] == 3 * SHARE
    (opened,) = house.payments.payments("open_checkout")
    assert opened.amount.amount_minor == 3 * SHARE
    for booking_id in ids(series):
        booking = done(await driver.get(booking_id))
        assert booking["status"] == "pending_payment"
        assert booking["checkout_url"] == series["checkout_url"]
        assert booking["expires_at"] == series["expires_at"]


async def test_paid_it_confirms_all(house: House, driver: SeriesDriver) -> None:
    series = await held(driver)
    await house.pay(series["checkout_url"])
    after = await again(driver, series)
    assert (after["status"], statuses(after)) == ("confirmed", ["confirmed"] * 3)
    assert (after["checkout_url"], after["expires_at"]) == (None, None)
    for booking_id in ids(series):
        assert house.types(booking_id) == [
            "booking.created",
            "charge.succeeded",
            "booking.confirmed",
        ]
        charge = house.events(booking_id)[1].object
        assert (charge["amount_minor"], charge["metadata"]) == (SHARE, {"booking_id": booking_id})
    # A provider says everything twice.
    before = house.dump()
    await house.pay(series["checkout_url"])
    assert house.dump() == before
    await house.run_due()
    assert house.refunds() == []


async def test_lapsed_it_frees_all(house: House, driver: SeriesDriver) -> None:
    series = await held(driver)
    house.clock.advance(minutes=30)
    await booked(driver, studio())
    await house.run_due()
    after = await again(driver, series)
    assert (after["status"], statuses(after)) == ("expired", ["expired"] * 3)
    assert after["price"]["amount_minor"] == 0
    closed = [payment.checkout_url for payment in house.payments.payments("close_checkout")]
    assert closed == [series["checkout_url"]]
    assert checkout_status(house, series) is PaymentStatus.EXPIRED


async def test_the_provider_may_end_it_first(house: House, driver: SeriesDriver) -> None:
    series = await held(driver)
    await house.settle(series["checkout_url"], PaymentOutcome.FAILED)
    assert statuses(await again(driver, series)) == ["pending_payment"] * 3
    assert house.types(ids(series)[2]) == ["booking.created", "payment.failed"]
    await house.settle(series["checkout_url"], PaymentOutcome.EXPIRED)
    assert statuses(await again(driver, series)) == ["expired"] * 3


async def test_paid_late_it_confirms_what_is_still_free_and_refunds_the_rest(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    house.clock.advance(minutes=31)
    await booked(driver, studio(start="2026-06-02 14:00"))
    await house.pay(series["checkout_url"])
    after = await again(driver, series)
    assert statuses(after) == ["confirmed", "expired", "confirmed"]
    await house.run_due()
    assert house.refunds() == [SHARE]
    assert house.types(ids(series)[1])[-2:] == ["charge.succeeded", "charge.refunded"]


@pytest.mark.parametrize("swept", [False, True])
async def test_paid_late_it_confirms_all_if_all_is_free(
    house: House, driver: SeriesDriver, swept: bool
) -> None:
    series = await held(driver)
    house.clock.advance(minutes=31)
    if swept:
        await house.run_due()
    await house.pay(series["checkout_url"])
    await house.run_due()
    assert statuses(await again(driver, series)) == ["confirmed"] * 3
    assert house.refunds() == []


async def test_one_that_was_cancelled_leaves_the_checkout_to_the_others(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    # The first: it is by its id that the checkout is found.
    done(await driver.cancel(ids(series)[0]))
    await house.run_due()
    assert checkout_status(house, series) is PaymentStatus.OPEN
    after = await again(driver, series)
    assert after["checkout_url"] == series["checkout_url"]
    assert after["price"]["amount_minor"] == 2 * SHARE
    await house.pay(series["checkout_url"])
    assert statuses(await again(driver, series)) == ["cancelled", "confirmed", "confirmed"]
    await house.run_due()
    assert house.refunds() == [SHARE]


async def test_one_that_was_edited_has_a_checkout_of_its_own(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    first = ids(series)[0]
    hold = done(await driver.edit(first, {"duration_minutes": 60}))
    assert hold["checkout_url"] not in (None, series["checkout_url"])
    await house.run_due()
    assert checkout_status(house, series) is PaymentStatus.OPEN
    await house.pay(series["checkout_url"])
    # The share of the one that was edited was for what it is no longer.
    assert statuses(await again(driver, series)) == ["pending_payment", "confirmed", "confirmed"]
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert statuses(await again(driver, series)) == ["confirmed"] * 3
    assert house.refunds() == [SHARE]


async def test_the_last_to_leave_closes_the_checkout(house: House, driver: SeriesDriver) -> None:
    series = await held(driver)
    for booking_id in ids(series)[::-1]:
        assert checkout_status(house, series) is PaymentStatus.OPEN
        done(await driver.cancel(booking_id))
    assert checkout_status(house, series) is PaymentStatus.CLOSING
    await house.run_due()
    assert checkout_status(house, series) is PaymentStatus.EXPIRED
    # Paid all the same, everything goes back.
    await house.pay(series["checkout_url"])
    await house.run_due()
    assert house.refunds() == [SHARE] * 3
    assert statuses(await again(driver, series)) == ["cancelled"] * 3


async def test_cancelling_the_series_closes_the_checkout(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    after = done(await driver.cancel_series(series["id"]))
    assert (after["status"], after["checkout_url"]) == ("cancelled", None)
    assert checkout_status(house, series) is PaymentStatus.CLOSING


async def test_an_edit_of_all_holds_replaces_the_one_checkout_by_another(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    after = done(await driver.edit_series(series["id"], {"scope": "all", "duration_minutes": 60}))
    assert [o["last_edit"]["result"] for o in after["occurrences"]] == ["changed"] * 3
    assert after["checkout_url"] not in (None, series["checkout_url"])
    assert after["price"]["amount_minor"] == 3 * 5600
    calls = [(c.method, c.payment.amount.amount_minor) for c in house.payments.calls]
    assert calls == [
        ("open_checkout", 3 * SHARE),
        ("close_checkout", 3 * SHARE),
        ("open_checkout", 3 * 5600),
    ]
    await house.pay(after["checkout_url"])
    assert statuses(await again(driver, series)) == ["confirmed"] * 3


async def test_what_an_edit_makes_dearer_waits_for_one_checkout(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    await house.pay(series["checkout_url"])
    edit = {
        "scope": "following",
        "occurrence": at("2026-06-02 14:00"),
        "duration_minutes": 120,
    }
    after = done(await driver.edit_series(series["id"], edit))
    results = [o["last_edit"] and o["last_edit"]["result"] for o in after["occurrences"]]
    assert results == [None, "pending", "pending"]
    assert after["expires_at"] == text("2026-05-22 09:30")
    payment = house.checkout(after["checkout_url"])
    assert payment.amount.amount_minor == 2 * (11200 - SHARE)
    await house.pay(after["checkout_url"])
    lengths = [done(await driver.get(i))["end_at"][11:16] for i in ids(series)]
    assert lengths == ["15:30", "16:00", "16:00"]
    assert (await again(driver, series))["price"]["amount_minor"] == SHARE + 2 * 11200


async def test_a_dearer_edit_that_is_not_paid_is_dropped(
    house: House, driver: SeriesDriver
) -> None:
    series = await held(driver)
    await house.pay(series["checkout_url"])
    edit = {"scope": "all", "duration_minutes": 120}
    after = done(await driver.edit_series(series["id"], edit))
    house.clock.advance(minutes=31)
    await house.run_due()
    assert checkout_status(house, after) is PaymentStatus.EXPIRED
    found = await again(driver, series)
    assert (found["checkout_url"], found["price"]["amount_minor"]) == (None, 3 * SHARE)
    await house.pay(after["checkout_url"])
    await house.run_due()
    assert house.refunds() == [11200 - SHARE] * 3


async def test_dates_tried_again_have_a_checkout_of_their_own(
    house: House, driver: SeriesDriver
) -> None:
    blocker = await booked(driver, studio(start="2026-06-02 14:00"))
    series = await held(driver, on_conflict="skip")
    assert statuses(series) == ["pending_payment", None, "pending_payment"]
    done(await driver.cancel(blocker["id"]))
    house.clock.advance(minutes=5)
    tried = done(await driver.retry_series(series["id"]))
    # Whichever ends first is shown.
    assert tried["checkout_url"] == series["checkout_url"]
    await house.pay(series["checkout_url"])
    after = await again(driver, series)
    assert statuses(after) == ["confirmed", "pending_payment", "confirmed"]
    assert after["expires_at"] == text("2026-05-22 09:35")
    await house.pay(after["checkout_url"])
    assert statuses(await again(driver, series)) == ["confirmed"] * 3


async def test_a_provider_that_refuses_leaves_nothing_held(
    house: House, driver: SeriesDriver
) -> None:
    house.payments.fail_once("open_checkout", PaymentFailed())
    refused(await driver.create_series(weekly(), once="k1"), "payment_failed")
    assert {booking.status.value for booking in house.bookings()} == {"expired"}
    await house.run_due()
    assert refused(await driver.create_series(weekly(), once="k1"), "payment_failed") == {}
    assert len(house.bookings()) == 3


async def test_a_provider_that_is_away_is_asked_again(house: House, driver: SeriesDriver) -> None:
    house.payments.fail_once("open_checkout", ServiceUnavailable())
    refused(await driver.create_series(weekly(), once="k1"), "service_unavailable")
    series = done(await driver.create_series(weekly(), once="k1"))
    assert len(house.bookings()) == 3
    await house.pay(series["checkout_url"])
    assert statuses(await again(driver, series)) == ["confirmed"] * 3


async def test_a_checkout_that_was_forgotten_is_opened_by_the_worker(
    house: House, driver: SeriesDriver
) -> None:
    house.payments.fail_once("open_checkout", ServiceUnavailable())
    refused(await driver.create_series(weekly()), "service_unavailable")
    house.clock.advance(minutes=2)
    await house.run_due()
    (series,) = done(await driver.all_series())["data"]
    assert series["checkout_url"] is not None
    await house.pay(series["checkout_url"])
    assert statuses(await again(driver, series)) == ["confirmed"] * 3
