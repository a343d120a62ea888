"""Combined rooms: booking the parent blocks its parts and the reverse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import SOHO, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, wish
from tests.domain import samples

HALL = samples.room(
    id="rm_hall",
    name="Hall",
    workspace_id=WORKSPACE,
    location=SOHO,
    parts=frozenset({"rm_atrium", "rm_annex"}),
)
LOBBY = replace(HALL, id="rm_lobby", name="Lobby", parts=frozenset({"rm_annex", "rm_quiet"}))
CARDS = tuple(
    samples.rate_card(id=f"rc_{room.id[3:]}", workspace_id=WORKSPACE, room_id=room.id)
    for room in (HALL, LOBBY)
)


@pytest.fixture
async def house(house: House) -> House:
    """The house, with a hall and a lobby that have the annex in common."""
    await import_catalogue(house.ports, system_actor(WORKSPACE), [HALL, LOBBY, *CARDS])
    return house


async def _busy(driver: Driver, room_id: str) -> list[tuple[str, str]]:
    query = {
        "room_id": room_id,
        "from": at("2026-05-26 13:00"),
        "to": at("2026-05-26 17:00"),
    }
    (room,) = done(await driver.availability(query))["data"]
    return [(block["start_at"][11:16], block["kind"]) for block in room["busy"]]


@pytest.mark.parametrize(
    ("first", "second", "blocks"),
    [
        ("rm_hall", "rm_atrium", True),
        ("rm_atrium", "rm_hall", True),
        ("rm_annex", "rm_lobby", True),
        # Two parents that share a part.
        ("rm_hall", "rm_lobby", True),
        ("rm_atrium", "rm_annex", False),
        ("rm_atrium", "rm_lobby", False),
    ],
)
async def test_who_blocks_whom(
    house: House, driver: Driver, first: str, second: str, *, blocks: bool
) -> None:
    """The refusal names the real booking, whichever room it is in."""
    taken = await booked(driver, wish(first))
    assert await _busy(driver, second) == ([("14:00", "booking")] if blocks else [])
    call = driver.create(wish(second))
    if blocks:
        details = await refusal(house, call, "slot_unavailable")
        assert details["conflicting_booking_id"] == taken["id"]
    else:
        done(await call)


async def test_a_blackout_of_a_part_blocks_the_parent(house: House, driver: Driver) -> None:
    """And the reverse."""
    await house.black_out("rm_annex", at("2026-05-26 14:00"), at("2026-05-26 15:00"))
    for room_id in ("rm_hall", "rm_lobby"):
        assert await _busy(driver, room_id) == [("14:00", "blackout")]
        details = await refusal(house, driver.create(wish(room_id)), "slot_unavailable")
        assert details["conflicting_booking_id"] is None
    await booked(driver, wish("rm_atrium"))
    await house.black_out("rm_hall", at("2026-05-26 15:00"), at("2026-05-26 16:00"))
    late = wish("rm_atrium", "2026-05-26 15:00")
    assert (await _busy(driver, "rm_atrium"))[-1] == ("15:00", "blackout")
    await refusal(house, driver.create(late), "slot_unavailable")


async def test_a_booking_moves_into_its_parent_and_back(house: House, driver: Driver) -> None:
    """It does not stand in its own way; whoever is in the other part does."""
    moving = await booked(driver, wish("rm_atrium"))
    for room_id in ("rm_hall", "rm_atrium", "rm_hall", "rm_annex", "rm_lobby", "rm_annex"):
        moved = done(await driver.edit(moving["id"], {"room_id": room_id}))
        assert moved["room"]["id"] == room_id
    other = await booked(driver, wish("rm_atrium", member="mem_noor_n"))
    call = driver.edit(moving["id"], {"room_id": "rm_hall"})
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] == other["id"]
    done(await driver.cancel(other["id"]))
    done(await driver.edit(moving["id"], {"room_id": "rm_hall"}))


async def test_a_change_that_waits_holds_every_part(house: House, driver: Driver) -> None:
    """Contract: "the extra cells held meanwhile": those of the parent's parts."""
    paid_for = await paid(
        house, driver, wish("rm_atrium", member="mem_jonas_k", billing_mode="card")
    )
    change: dict[str, Any] = {"room_id": "rm_hall", "duration_minutes": 120}
    changed = done(await driver.edit(paid_for["id"], change))
    assert changed["pending_change"]["room_id"] == "rm_hall"
    call = driver.create(wish("rm_annex", "2026-05-26 15:00"))
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] == paid_for["id"]
    house.clock.advance(minutes=30)
    await booked(driver, wish("rm_annex", "2026-05-26 15:00"))
    assert done(await driver.get(paid_for["id"]))["pending_change"] is None


async def test_a_lapsed_hold_of_the_parent_gives_its_parts_back(
    house: House, driver: Driver
) -> None:
    """Contract: "A hold whose `expires_at` has passed is free at that instant"."""
    hold = await booked(driver, wish("rm_hall", member=None))
    await refusal(house, driver.create(wish("rm_annex")), "slot_unavailable")
    house.clock.advance(minutes=30)
    await booked(driver, wish("rm_annex"))
    await booked(driver, wish("rm_atrium"))
    assert done(await driver.get(hold["id"]))["status"] == "expired"


async def test_a_late_payment_finds_a_part_taken(house: House, driver: Driver) -> None:
    """Contract: late payment confirms only with the slot still free; else it is refunded."""
    hold = await booked(driver, wish("rm_hall", member=None))
    house.clock.advance(minutes=30)
    await booked(driver, wish("rm_annex"))
    await house.pay(hold["checkout_url"])
    await house.run_due()
    assert done(await driver.get(hold["id"]))["status"] == "expired"
    assert house.refunds() == [4000]
