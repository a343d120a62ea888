"""Shared rooms: a booking takes a seat for each who comes, for its whole claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import SOHO, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, reasons, refusal, wish, wrong_fields
from tests.domain import samples

DESKS = samples.room(
    id="rm_desks", name="Desks", workspace_id=WORKSPACE, location=SOHO, capacity=3, shared=True
)
CARD = samples.rate_card(id="rc_desks", workspace_id=WORKSPACE, room_id="rm_desks")


@pytest.fixture
async def house(house: House) -> House:
    """The house, with three desks."""
    await import_catalogue(house.ports, system_actor(WORKSPACE), [DESKS, CARD])
    return house


def _desks(start: str = "2026-05-26 14:00", minutes: int = 60, **more: Any) -> dict[str, Any]:
    return wish("rm_desks", start, minutes, **more)


async def _look(driver: Driver, **query: Any) -> dict[str, Any]:
    window = {"from": at("2026-05-26 13:00"), "to": at("2026-05-26 17:00")}
    (room,) = done(await driver.availability({"room_id": "rm_desks", **window, **query}))["data"]
    found: dict[str, Any] = room
    return found


def _blocks(room: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(b["start_at"][11:16], b["end_at"][11:16], b["kind"]) for b in room["busy"]]


async def test_seats_go_one_by_one(house: House, driver: Driver) -> None:
    """Capacity counts seats, and a booking takes one if it does not say how many come."""
    first = await booked(driver, _desks())
    await booked(driver, _desks(attendees=2))
    details = await refusal(house, driver.create(_desks()), "slot_unavailable")
    assert details["conflicting_booking_id"] == first["id"]
    assert details["alternatives"]
    done(await driver.cancel(first["id"]))
    await booked(driver, _desks(attendees=1))
    await refusal(house, driver.create(_desks()), "slot_unavailable")
    await booked(driver, _desks("2026-05-26 15:00", attendees=3))


async def test_more_than_the_room_seats(house: House, driver: Driver) -> None:
    """Contract: capacity is a rule, which is told before the slot."""
    await booked(driver, _desks(attendees=3))
    assert await reasons(house, driver.create(_desks(attendees=4))) == {"over_capacity"}


async def test_a_time_is_free_while_a_seat_is(house: House, driver: Driver) -> None:
    """Contract: `free[]` and `busy[]` partition the window, for as many as would come."""
    await booked(driver, _desks())
    await booked(driver, _desks("2026-05-26 14:30", attendees=2))
    busy = {
        None: [("14:30", "15:00", "booking")],
        1: [("14:30", "15:00", "booking")],
        2: [("14:30", "15:30", "booking")],
        3: [("14:00", "15:30", "booking")],
    }
    for attendees, blocks in busy.items():
        query = {} if attendees is None else {"attendees": attendees}
        room = await _look(driver, duration_minutes=30, **query)
        assert _blocks(room) == blocks
        free = [start[11:16] for start in room["starts"]]
        for start in ("14:00", "14:30", "15:00", "15:30"):
            call = driver.create(_desks(f"2026-05-26 {start}", 30, **query))
            if start in free:
                done(await driver.cancel(done(await call)["id"]))
            else:
                await refusal(house, call, "slot_unavailable")


async def test_holds_and_gaps_make_it_full(house: House, driver: Driver) -> None:
    """A block is a booking's if bookings fill it, a hold's if it takes holds to, else a gap's."""
    roomy = replace(DESKS, id="rm_roomy", buffer_minutes=30)
    card = replace(CARD, id="rc_roomy", room_id="rm_roomy")
    await import_catalogue(house.ports, system_actor(WORKSPACE), [roomy, card])

    async def book(start: str, attendees: int, **more: Any) -> None:
        when = f"2026-05-26 {start}"
        await booked(driver, wish("rm_roomy", when, 60, attendees=attendees, **more))

    await book("14:00", 2)
    await book("14:00", 1, member="mem_lina_p", billing_mode="card")
    query = {"room_id": "rm_roomy", "from": at("2026-05-26 13:00"), "to": at("2026-05-26 17:00")}
    (room,) = done(await driver.availability(query))["data"]
    assert _blocks(room) == [
        ("13:30", "14:00", "buffer"),
        ("14:00", "15:00", "hold"),
        ("15:00", "15:30", "buffer"),
    ]
    house.clock.advance(minutes=30)
    (room,) = done(await driver.availability(query))["data"]
    assert _blocks(room) == []


async def test_a_party_that_grows_needs_seats(house: House, driver: Driver) -> None:
    """An edit of `attendees` claims anew, and is refused where there is no seat."""
    party = await booked(driver, _desks())
    other = await booked(driver, _desks(attendees=1))
    grown = done(await driver.edit(party["id"], {"attendees": 2}))
    assert grown["attendees"] == 2
    details = await refusal(house, driver.edit(party["id"], {"attendees": 3}), "slot_unavailable")
    assert details["conflicting_booking_id"] == other["id"]
    assert await reasons(house, driver.edit(party["id"], {"attendees": 4})) == {"over_capacity"}
    await refusal(house, driver.create(_desks()), "slot_unavailable")
    # Who leaves makes room.
    done(await driver.edit(party["id"], {"attendees": None}))
    await booked(driver, _desks())
    await refusal(house, driver.edit(other["id"], {"attendees": 2}), "slot_unavailable")


async def test_a_party_moves_together(house: House, driver: Driver) -> None:
    """What moves keeps its number of seats, and does not stand in its own way."""
    party = await booked(driver, _desks(attendees=2))
    await booked(driver, _desks("2026-05-26 15:00", attendees=1))
    moved = done(await driver.edit(party["id"], {"start": at("2026-05-26 14:30")}))
    assert moved["attendees"] == 2
    await booked(driver, _desks("2026-05-26 16:00", attendees=2))
    call = driver.edit(party["id"], {"start": at("2026-05-26 15:30"), "attendees": 3})
    await refusal(house, call, "slot_unavailable")
    done(await driver.edit(party["id"], {"room_id": "rm_atrium"}))
    await booked(driver, _desks("2026-05-26 14:30", attendees=2))
    await refusal(house, driver.edit(party["id"], {"room_id": "rm_desks"}), "slot_unavailable")


async def test_a_change_that_waits_holds_its_seats(house: House, driver: Driver) -> None:
    """Contract: "the extra cells held meanwhile"."""
    party = await paid(
        house, driver, _desks(member="mem_jonas_k", billing_mode="card", attendees=2)
    )
    longer = {"duration_minutes": 120}
    assert done(await driver.edit(party["id"], longer))["pending_change"]
    await booked(driver, _desks("2026-05-26 15:00", attendees=1))
    await refusal(house, driver.create(_desks("2026-05-26 15:00")), "slot_unavailable")
    # More of them later: there is no third seat for the change.
    await refusal(house, driver.edit(party["id"], {"attendees": 3}), "slot_unavailable")
    done(await driver.edit(party["id"], {"attendees": 1}))
    await booked(driver, _desks("2026-05-26 15:00", attendees=1))


@pytest.mark.parametrize("attendees", [0, -1])
async def test_an_impossible_number(house: House, driver: Driver, attendees: int) -> None:
    """A refusal with its field."""
    call = driver.availability({"room_id": "rm_desks", "attendees": attendees})
    assert await wrong_fields(house, call) == {"attendees"}
