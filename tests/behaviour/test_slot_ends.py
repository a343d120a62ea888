"""What a booking keeps of its room, and for how long: its buffer, and no more than its slot."""

from __future__ import annotations

from dataclasses import replace

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.rate_card import BillingMode
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import SOHO, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, text, wish
from tests.domain import samples

# A quarter of an hour is enough for a call.
BOOTH = samples.room(
    id="rm_booth",
    name="Booth",
    workspace_id=WORKSPACE,
    location=SOHO,
    slot_minutes=15,
    rules=BookingRules(min_minutes=15, edit_window_minutes=0),
)
CARD = samples.rate_card(
    id="rc_booth",
    workspace_id=WORKSPACE,
    room_id="rm_booth",
    tokens_per_hour=None,
    billing_modes=frozenset({BillingMode.CARD}),
)


async def _furnish(house: House, *, buffer_minutes: int = 0) -> None:
    booth = replace(BOOTH, buffer_minutes=buffer_minutes)
    await import_catalogue(house.ports, system_actor(WORKSPACE), [booth, CARD])


async def test_the_buffer_is_kept_until_it_is_over(house: House, driver: Driver) -> None:
    """Contract: "between them lies at least the room's buffer", also once the first has ended."""
    await _furnish(house, buffer_minutes=30)
    first = await paid(house, driver, wish("rm_booth", "2026-05-26 09:00", member=None))
    house.clock.now = at("2026-05-26 10:05")
    await house.run_due()
    early = driver.create(wish("rm_booth", "2026-05-26 10:15", member=None))
    details = await refusal(house, early, "slot_unavailable")
    assert details["conflicting_booking_id"] == first["id"]
    await booked(driver, wish("rm_booth", "2026-05-26 10:30", member=None))
    house.clock.now = at("2026-05-26 10:30")
    await house.run_due()
    assert done(await driver.get(first["id"]))["status"] == "completed"


async def test_a_hold_ends_with_its_slot(house: House, driver: Driver) -> None:
    """Contract: "`expires_at`" of a hold is half an hour off, but nobody pays for what is over."""
    await _furnish(house)
    hold = await booked(driver, wish("rm_booth", "2026-05-22 09:00", 15, member=None))
    assert hold["expires_at"] == text("2026-05-22 09:15")
    payment = house.checkout(hold["checkout_url"])
    assert payment.expires_at == at("2026-05-22 09:15")


async def test_an_edited_hold_ends_with_its_slot(house: House, driver: Driver) -> None:
    """Contract: "An edit of a hold re-prices it": its new slot's end bounds it as well."""
    await _furnish(house)
    hold = await booked(driver, wish("rm_booth", "2026-05-22 09:15", 45, member=None))
    assert hold["expires_at"] == text("2026-05-22 09:30")
    house.clock.advance(minutes=10)
    shorter = done(await driver.edit(hold["id"], {"duration_minutes": 15}))
    assert shorter["expires_at"] == text("2026-05-22 09:30")


async def test_a_change_ends_with_its_slot(house: House, driver: Driver) -> None:
    """Contract: "the extra cells held meanwhile": a change into a slot that is over is none."""
    await _furnish(house)
    dear = replace(BOOTH, id="rm_bureau", name="Bureau")
    price = replace(CARD, id="rc_bureau", room_id="rm_bureau", hourly_minor=9000)
    await import_catalogue(house.ports, system_actor(WORKSPACE), [dear, price])
    booking = await paid(house, driver, wish("rm_booth", "2026-05-22 14:00", 15, member=None))
    house.clock.advance(minutes=10)
    sooner = {"room_id": "rm_bureau", "start": at("2026-05-22 09:15")}
    proposed = done(await driver.edit(booking["id"], sooner))
    assert proposed["pending_change"]["end_at"] == text("2026-05-22 09:30")
    assert proposed["pending_change"]["expires_at"] == text("2026-05-22 09:30")
