"""Changes that are paid for at the last moment, or after it; and all that a paid one brings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.ledger import TOKEN, Transfer
from litehq_core.domain.payment import PaymentOutcome, PaymentStatus
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, span, studio, text, wish

SOON = "2026-05-22 14:00"


async def _proposed(house: House, driver: Driver, changes: dict[str, Any]) -> dict[str, Any]:
    """A paid booking of the Studio, 14:00–15:30 today, with a change that waits."""
    booking = await paid(house, driver, studio(SOON))
    return done(await driver.edit(booking["id"], changes))


async def test_a_lapsed_change_whose_cells_are_free_takes_place(
    house: House, driver: Driver
) -> None:
    """Contract: late payment counts while the slot is "still free"; its own cells are no bar."""
    proposed = await _proposed(house, driver, {"end_at": at("2026-05-22 16:00")})
    house.clock.advance(minutes=31)
    await house.pay(proposed["pending_change"]["checkout_url"])
    applied = done(await driver.get(proposed["id"]))
    assert span(applied) == (text(SOON), text("2026-05-22 16:00"))
    await house.run_due()
    assert house.refunds() == []


@pytest.mark.parametrize(("seconds", "takes_place"), [(-1, True), (0, False), (1, False)])
async def test_at_its_very_end_a_change_is_out_of_time(
    house: House, driver: Driver, seconds: int, takes_place: bool
) -> None:
    """Contract: "free at that instant": from then on a blackout stands in its way."""
    proposed = await _proposed(house, driver, {"end_at": at("2026-05-22 16:00")})
    await house.black_out("rm_studio", at("2026-05-22 15:30"), at("2026-05-22 16:00"))
    house.clock.advance(minutes=30, seconds=seconds)
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    applied = done(await driver.get(proposed["id"]))
    assert (span(applied) != span(proposed)) is takes_place
    assert house.refunds() == ([] if takes_place else [2800])


@pytest.mark.parametrize(("seconds", "takes_place"), [(-1, True), (0, False)])
async def test_a_lapsed_change_must_begin_later(
    house: House, driver: Driver, seconds: int, takes_place: bool
) -> None:
    """Contract: "slot still free and `start_at` ahead", here the start that it would have."""
    changes = {"start_at": at("2026-05-22 10:00"), "end_at": at("2026-05-22 12:00")}
    proposed = await _proposed(house, driver, changes)
    house.clock.now = at("2026-05-22 10:00") + timedelta(seconds=seconds)
    await house.pay(proposed["pending_change"]["checkout_url"])
    applied = done(await driver.get(proposed["id"]))
    assert (span(applied) != span(proposed)) is takes_place


async def test_all_of_a_paid_change_takes_place(house: House, driver: Driver) -> None:
    """Contract: the edit is charged, "and then happens": room, times, gap, words and all."""
    booking = await paid(house, driver, wish(minutes=60, member="mem_lina_p", billing_mode="card"))
    changes = {
        "room_id": "rm_quiet",
        "start_at": at("2026-05-27 10:15"),
        "end_at": at("2026-05-27 12:15"),
        "attendees": 2,
        "notes": "Quiet, please",
        "metadata": {"ref": "A-7"},
    }
    proposed = done(await driver.edit(booking["id"], changes))
    assert proposed["pending_change"]["room_id"] == "rm_quiet"
    house.clock.advance(minutes=7)
    await house.pay(proposed["pending_change"]["checkout_url"])
    applied = done(await driver.get(booking["id"]))
    assert span(applied) == (text("2026-05-27 10:15"), text("2026-05-27 12:15"))
    assert (applied["room"]["id"], applied["price"]["amount_minor"]) == ("rm_quiet", 8000)
    assert (applied["attendees"], applied["notes"]) == (2, "Quiet, please")
    assert applied["metadata"] == {"ref": "A-7"}
    assert applied["updated_at"] == text("2026-05-22 09:07")
    # The gap that the new room asks for is the booking's from now on.
    stored = house.booking(booking["id"])
    assert (stored.buffer_minutes, stored.policy) == (15, stored.policy)
    assert stored.claim.end == at("2026-05-27 12:30")


async def test_what_a_reversed_leg_is_called(house: House, driver: Driver) -> None:
    """A: "Double-entry; every row balances", and each row names its cause."""
    booking = await booked(driver, wish(member="mem_lina_p", billing_mode="tokens"))
    proposed = done(await driver.edit(booking["id"], {"billing_mode": "card"}))
    await house.pay(proposed["pending_change"]["checkout_url"])
    shorter = await booked(
        driver, wish(start="2026-05-27 10:00", member="mem_lina_p", billing_mode="tokens")
    )
    done(await driver.edit(shorter["id"], {"end_at": at("2026-05-27 10:30")}))
    done(await driver.cancel(shorter["id"], {"refund_policy": "full"}))
    causes = [t.cause for t in _transfers(house) if t.kind.value == "direct" and t.booking_id]
    assert causes == ["billing_mode_changed", "booking_shortened", "booking_cancelled"]


def _transfers(house: House) -> list[Transfer]:
    """Those of tokens; money has entries of its own."""
    entries = house.tables.transfers.committed().values()
    return [entry.transfer for entry in entries if entry.transfer.debit.unit == TOKEN]


@pytest.mark.parametrize("superseded", [False, True])
async def test_the_provider_closes_the_checkout_of_a_change(
    house: House, driver: Driver, superseded: bool
) -> None:
    """Contract: what hung on a checkout ends with it; a superseded one has nothing left."""
    proposed = await _proposed(house, driver, {"end_at": at("2026-05-22 16:00")})
    url = proposed["pending_change"]["checkout_url"]
    if superseded:
        proposed = done(await driver.edit(proposed["id"], {"end_at": at("2026-05-22 16:30")}))
    await house.settle(url, PaymentOutcome.EXPIRED)
    found = done(await driver.get(proposed["id"]))
    assert span(found) == span(proposed)
    assert found["pending_change"] == (proposed["pending_change"] if superseded else None)
    assert house.checkout(url).status is PaymentStatus.EXPIRED


async def test_a_dropped_change_is_told_as_an_update(house: House, driver: Driver) -> None:
    """Contract: events carry ``previous``: what was proposed, and is no more."""
    proposed = await _proposed(house, driver, {"end_at": at("2026-05-22 16:00")})
    house.clock.advance(minutes=30)
    await house.run_due()
    event = house.events(proposed["id"])[-1]
    assert event.type == "booking.updated"
    assert event.previous is not None
    assert set(event.previous) == {"pending_change"}
    assert event.object["updated_at"] == text("2026-05-22 09:30")
