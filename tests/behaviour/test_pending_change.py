"""Dearer by card: the change waits for its payer, and holds its cells meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, span, studio, text, wish

# Page B's sample: "Extended by 30 min — client running over."
EXTENDED = {"end_at": at("2026-05-26 16:00"), "attendees": 6, "notes": "Extended by 30 min"}


async def _extended(house: House, driver: Driver) -> tuple[dict[str, Any], dict[str, Any]]:
    """A paid booking of the Studio, 14:00–15:30, before and after it is to last till 16:00."""
    booking = await paid(house, driver, studio(notes="Mic check", attendees=4))
    return booking, done(await driver.edit(booking["id"], EXTENDED))


async def test_the_booking_is_unchanged(house: House, driver: Driver) -> None:
    """Contract: "200 with the booking unchanged and `pending_change{…}`"."""
    booking, proposed = await _extended(house, driver)
    change = proposed["pending_change"]
    moved_on = {"pending_change", "version", "updated_at"}
    assert {n: v for n, v in proposed.items() if n not in moved_on} == {
        n: v for n, v in booking.items() if n not in moved_on
    }
    assert set(change) == {"start_at", "end_at", "room_id", "price", "checkout_url", "expires_at"}
    assert span(change) == (text("2026-05-26 14:00"), text("2026-05-26 16:00"))
    assert change["room_id"] == "rm_studio"
    assert change["price"]["amount_minor"] == 11200
    assert change["expires_at"] == text("2026-05-22 09:30")
    # "the difference is charged".
    assert house.checkout(change["checkout_url"]).amount.amount_minor == 2800
    assert done(await driver.get(booking["id"])) == proposed


async def test_the_cells_are_held(house: House, driver: Driver) -> None:
    """Contract: "the extra cells held meanwhile"; and the booking's own stay its own."""
    booking, _ = await _extended(house, driver)
    for start, minutes in (("2026-05-26 15:30", 30), ("2026-05-26 14:00", 90)):
        call = driver.create(studio(start, minutes, member=None))
        details = await refusal(house, call, "slot_unavailable")
        assert details["conflicting_booking_id"] == booking["id"]
    await booked(driver, studio("2026-05-26 16:00", member=None))


async def test_paid_it_takes_place(house: House, driver: Driver) -> None:
    """B: "A new charge.succeeded webhook fires with the booking id in metadata"."""
    booking, proposed = await _extended(house, driver)
    await house.pay(proposed["pending_change"]["checkout_url"])
    applied = done(await driver.get(booking["id"]))
    assert span(applied) == (text("2026-05-26 14:00"), text("2026-05-26 16:00"))
    assert applied["price"]["amount_minor"] == 11200
    assert applied["attendees"] == 6
    assert applied["notes"] == "Extended by 30 min"
    assert applied["pending_change"] is None
    assert applied["status"] == "confirmed"
    assert applied["version"] == proposed["version"] + 1
    charge, updated = house.events(booking["id"])[-2:]
    assert (charge.type, updated.type) == ("charge.succeeded", "booking.updated")
    assert charge.object["metadata"] == {"booking_id": booking["id"]}
    assert charge.object["amount_minor"] == 2800
    await house.run_due()
    assert house.refunds() == []


async def test_lapsed_it_is_dropped(house: House, driver: Driver) -> None:
    """Contract: the change has its own `expires_at`; the booking stays as it was."""
    booking, proposed = await _extended(house, driver)
    house.clock.advance(minutes=30)
    await house.run_due()
    dropped = done(await driver.get(booking["id"]))
    assert dropped["pending_change"] is None
    assert span(dropped) == span(booking)
    assert dropped["status"] == "confirmed"
    assert dropped["version"] == proposed["version"] + 1
    assert house.types(booking["id"])[-1] == "booking.updated"
    closed = [payment.checkout_url for payment in house.payments.payments("close_checkout")]
    assert closed == [proposed["pending_change"]["checkout_url"]]
    await booked(driver, studio("2026-05-26 15:30", 30, member=None))
    # Contract: "refunded in full automatically".
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    assert house.refunds() == [2800]
    assert span(done(await driver.get(booking["id"]))) == span(booking)


async def test_lapsed_its_cells_are_free_before_the_sweep(house: House, driver: Driver) -> None:
    """Contract: "free at that instant, whether or not a worker has swept it"."""
    booking, proposed = await _extended(house, driver)
    house.clock.advance(minutes=29, seconds=59)
    extra = studio("2026-05-26 15:30", 30, member=None)
    await refusal(house, driver.create(extra), "slot_unavailable")
    house.clock.advance(seconds=1)
    winner = await booked(driver, extra)
    assert done(await driver.get(booking["id"]))["pending_change"] is None
    # Paid all the same, it is too late.
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    assert house.refunds() == [2800]
    assert span(done(await driver.get(booking["id"]))) == span(booking)
    assert done(await driver.get(winner["id"]))["status"] == "pending_payment"


async def test_a_second_change_supersedes_the_first(house: House, driver: Driver) -> None:
    """Contract: "payment on a superseded checkout is refunded"."""
    booking, first = await _extended(house, driver)
    second = done(await driver.edit(booking["id"], {"end_at": at("2026-05-26 17:00")}))
    assert second["pending_change"]["price"]["amount_minor"] == 16800
    old, new = (found["pending_change"]["checkout_url"] for found in (first, second))
    assert old != new
    await house.pay(old)
    await house.run_due()
    assert house.refunds() == [2800]
    assert done(await driver.get(booking["id"]))["pending_change"] == second["pending_change"]
    await house.pay(new)
    applied = done(await driver.get(booking["id"]))
    assert span(applied) == (text("2026-05-26 14:00"), text("2026-05-26 17:00"))
    assert applied["price"]["amount_minor"] == 16800
    await house.run_due()
    assert house.refunds() == [2800]


async def test_a_cheaper_edit_drops_the_change(house: House, driver: Driver) -> None:
    """Contract: what is cheaper is done at once; the change that waited is superseded."""
    booking, proposed = await _extended(house, driver)
    shorter = done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    assert shorter["pending_change"] is None
    assert span(shorter) == (text("2026-05-26 14:00"), text("2026-05-26 15:00"))
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    assert sorted(house.refunds()) == [2800, 2800]
    assert done(await driver.get(booking["id"]))["price"]["amount_minor"] == 5600
    await booked(driver, studio("2026-05-26 15:00", 60, member=None))


async def test_words_written_meanwhile_survive(house: House, driver: Driver) -> None:
    """Contract: the change is `{start_at, end_at, room_id, price}`: it undoes no later edit."""
    booking = await paid(house, driver, studio(notes="Mic check", attendees=4))
    proposed = done(await driver.edit(booking["id"], {"end_at": at("2026-05-26 16:00")}))
    later = {"notes": "Bring cables", "attendees": 7, "metadata": {"ref": 9}}
    edited = done(await driver.edit(booking["id"], later))
    assert edited["pending_change"] == proposed["pending_change"]
    await house.pay(proposed["pending_change"]["checkout_url"])
    applied = done(await driver.get(booking["id"]))
    assert {name: applied[name] for name in later} == later
    assert applied["end_at"] == text("2026-05-26 16:00")


async def test_words_proposed_survive_an_edit_of_others(house: House, driver: Driver) -> None:
    """Contract: the edit is charged and then happens, all of it; a later one names its own."""
    booking, proposed = await _extended(house, driver)
    done(await driver.edit(booking["id"], {"metadata": {"ref": 9}}))
    await house.pay(proposed["pending_change"]["checkout_url"])
    applied = done(await driver.get(booking["id"]))
    assert applied["end_at"] == text("2026-05-26 16:00")
    assert applied["metadata"] == {"ref": 9}
    assert (applied["attendees"], applied["notes"]) == (6, "Extended by 30 min")


async def test_paid_too_late_into_a_blackout(house: House, driver: Driver) -> None:
    """Contract: lapsed cells are "free at that instant", and what "cannot confirm is refunded"."""
    booking, proposed = await _extended(house, driver)
    house.clock.advance(minutes=31)
    await house.black_out("rm_studio", at("2026-05-26 15:30"), at("2026-05-26 16:00"))
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    assert span(done(await driver.get(booking["id"]))) == span(booking)
    assert house.refunds() == [2800]


async def test_paid_after_the_new_start(house: House, driver: Driver) -> None:
    """Contract: late payment counts only with "`start_at` ahead", else it "is refunded in full"."""
    booking = await paid(house, driver, studio())
    earlier = {"start_at": at("2026-05-22 10:00"), "end_at": at("2026-05-22 12:00")}
    proposed = done(await driver.edit(booking["id"], earlier))
    house.clock.advance(hours=2)
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    assert span(done(await driver.get(booking["id"]))) == span(booking)
    assert house.refunds() == [2800]


async def test_into_another_room(house: House, driver: Driver) -> None:
    """Contract: "the extra cells held meanwhile", in the other room; both are the booking's."""
    booking = await paid(house, driver, wish(member="mem_jonas_k"))
    proposed = done(await driver.edit(booking["id"], {"room_id": "rm_studio"}))
    assert proposed["room"]["id"] == "rm_atrium"
    assert house.checkout(proposed["pending_change"]["checkout_url"]).amount.amount_minor == 1600
    for room_id in ("rm_atrium", "rm_studio"):
        call = driver.create(wish(room_id, member=None))
        details = await refusal(house, call, "slot_unavailable")
        assert details["conflicting_booking_id"] == booking["id"]
    await house.pay(proposed["pending_change"]["checkout_url"])
    assert done(await driver.get(booking["id"]))["room"]["id"] == "rm_studio"
    await booked(driver, wish("rm_atrium", member=None))
    await refusal(house, driver.create(wish("rm_studio", member=None)), "slot_unavailable")


async def test_cancelled_it_frees_everything(house: House, driver: Driver) -> None:
    """Contract: cancelling ends the booking and the change that hung on it."""
    booking, proposed = await _extended(house, driver)
    cancelled = done(await driver.cancel(booking["id"]))
    assert cancelled["pending_change"] is None
    await house.pay(proposed["pending_change"]["checkout_url"])
    await house.run_due()
    assert sorted(house.refunds()) == [2800, 8400]
    assert done(await driver.get(booking["id"]))["status"] == "cancelled"
    await booked(driver, studio(minutes=120, member=None))


@pytest.mark.parametrize("steps", [1, 3])
async def test_what_was_paid_in_steps_comes_back_in_full(
    house: House, driver: Driver, steps: int
) -> None:
    """Contract: each difference is charged once; a full refund is the sum of what was paid."""
    booking = await paid(house, driver, studio(minutes=60))
    for step in range(steps):
        changes = {"duration_minutes": 90 + 30 * step}
        proposed = done(await driver.edit(booking["id"], changes))
        await house.pay(proposed["pending_change"]["checkout_url"])
    done(await driver.cancel(booking["id"], {"refund_policy": "full"}))
    await house.run_due()
    assert house.refunds() == [5600 + 2800 * steps]
