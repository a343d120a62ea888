"""What a change that waits for its payment must not do: overfill, outlive, cross currencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.rate_card import BillingMode
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import SOHO, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import (
    booked,
    paid,
    reasons,
    refusal,
    span,
    studio,
    text,
    wish,
    wrong_fields,
)
from tests.domain import samples

_HERE = {"workspace_id": WORKSPACE}
PARIS = samples.location(id="loc_paris", timezone="Europe/Paris", currency="EUR", **_HERE)
SALON = samples.room(id="rm_salon", name="Salon", location=PARIS, **_HERE)
SALON_CARD = samples.rate_card(
    id="rc_salon", room_id="rm_salon", currency="EUR", hourly_minor=4000, **_HERE
)
# Dear, and for two.
SNUG = samples.room(id="rm_snug", name="Snug", location=SOHO, capacity=2, **_HERE)
SNUG_CARD = samples.rate_card(
    id="rc_snug",
    room_id="rm_snug",
    hourly_minor=9000,
    tokens_per_hour=None,
    billing_modes=frozenset({BillingMode.CARD}),
    **_HERE,
)


async def _furnish(house: House, *things: Any) -> None:
    await import_catalogue(house.ports, system_actor(WORKSPACE), list(things))


@pytest.mark.parametrize("mode", ["card", "invoice", "tokens"])
async def test_into_another_currency(house: House, driver: Driver, mode: str) -> None:
    """Contract: "Money is … with an ISO currency, fixed per location": a difference has one."""
    await _furnish(house, PARIS, SALON, SALON_CARD)
    booking = await booked(driver, wish(billing_mode=mode))
    if booking["checkout_url"]:
        await house.pay(booking["checkout_url"])
    call = driver.edit(booking["id"], {"room_id": "rm_salon"})
    assert await wrong_fields(house, call) == {"room_id"}


async def test_a_wrong_currency_comes_before_a_taken_slot(house: House, driver: Driver) -> None:
    """Contract: "Refusals have one order: `validation_failed` → … → `slot_unavailable`"."""
    await _furnish(house, PARIS, SALON, SALON_CARD)
    booking = await booked(driver, wish())
    await booked(driver, wish("rm_salon"))
    call = driver.edit(booking["id"], {"room_id": "rm_salon"})
    assert await wrong_fields(house, call) == {"room_id"}


async def test_more_than_the_changes_room_seats(house: House, driver: Driver) -> None:
    """Contract: "A move re-runs every rule": words added later must fit the room as well."""
    await _furnish(house, SNUG, SNUG_CARD)
    booking = await paid(house, driver, wish(member="mem_jonas_k", attendees=2))
    proposed = done(await driver.edit(booking["id"], {"room_id": "rm_snug"}))
    assert await reasons(house, driver.edit(booking["id"], {"attendees": 3})) == {"over_capacity"}
    done(await driver.edit(booking["id"], {"attendees": 1}))
    await house.pay(proposed["pending_change"]["checkout_url"])
    moved = done(await driver.get(booking["id"]))
    assert (moved["room"]["id"], moved["attendees"]) == ("rm_snug", 1)


@pytest.mark.parametrize(
    "present",
    [
        {"start_at": at("2026-05-26 14:00"), "end_at": at("2026-05-26 15:30")},
        {"duration_minutes": 90},
        {"room_id": "rm_studio"},
    ],
)
async def test_back_to_where_it_is(house: House, driver: Driver, present: dict[str, Any]) -> None:
    """Contract: "the extra cells held meanwhile", not once the change is taken back."""
    booking = await paid(house, driver, studio())
    proposed = done(await driver.edit(booking["id"], {"duration_minutes": 120}))
    url = proposed["pending_change"]["checkout_url"]
    kept = done(await driver.edit(booking["id"], present))
    assert kept["pending_change"] is None
    assert span(kept) == span(booking)
    await booked(driver, studio("2026-05-26 15:30", 30, member=None))
    await house.run_due()
    closed = house.payments.payments("close_checkout")
    assert [payment.checkout_url for payment in closed] == [url]
    # Contract: "payment on a superseded checkout is refunded".
    await house.pay(url)
    await house.run_due()
    assert house.refunds() == [2800]
    assert span(done(await driver.get(booking["id"]))) == span(booking)


async def test_proposed_again_and_again(house: House, driver: Driver) -> None:
    """Contract: as a hold's, its `expires_at` never passes the first proposal + two holds."""
    booking = await paid(house, driver, studio())
    ends = []
    for minutes in (120, 150, 180):
        proposed = done(await driver.edit(booking["id"], {"duration_minutes": minutes}))
        ends.append(proposed["pending_change"]["expires_at"])
        house.clock.advance(minutes=25)
    times = ("2026-05-22 09:30", "2026-05-22 09:55", "2026-05-22 10:00")
    assert ends == [text(time) for time in times]
    await house.run_due()
    assert done(await driver.get(booking["id"]))["pending_change"] is None
    await booked(driver, studio("2026-05-26 15:30", 30, member=None))


@pytest.mark.parametrize("swept", [True, False])
async def test_a_lapsed_change_is_no_first_proposal(
    house: House, driver: Driver, swept: bool
) -> None:
    """Contract: lapsed is "free at that instant, whether or not a worker has swept it"."""
    booking = await paid(house, driver, studio())
    done(await driver.edit(booking["id"], {"duration_minutes": 120}))
    house.clock.advance(minutes=61)
    if swept:
        await house.run_due()
    proposed = done(await driver.edit(booking["id"], {"duration_minutes": 120}))
    wanted = house.clock.now + timedelta(minutes=30)
    assert proposed["pending_change"]["expires_at"] == text(f"{wanted:%Y-%m-%d %H:%M}")
    await house.pay(proposed["pending_change"]["checkout_url"])
    assert done(await driver.get(booking["id"]))["price"]["amount_minor"] == 11200
    await refusal(
        house, driver.create(studio("2026-05-26 15:30", 30, member=None)), "slot_unavailable"
    )
