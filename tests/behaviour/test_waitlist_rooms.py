"""The waitlist of rooms made of rooms, of shared rooms, and under quotas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.blackouts import CreateBlackout, DeleteBlackout
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.quota import Quota, QuotaMeasure
from litehq_core.domain.room import Room
from litehq_core.use_cases.blackouts.create_blackout import create_blackout
from litehq_core.use_cases.blackouts.delete_blackout import delete_blackout
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import SOHO, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, wish
from tests.behaviour.waiting import entry, line, status, waiting
from tests.domain import samples

LINA, JONAS, CARL = "mem_lina_p", "mem_jonas_k", "mem_carl_c"


async def _add(house: House, room_id: str, **fields: Any) -> None:
    room: Room = samples.room(id=room_id, name=room_id, workspace_id=WORKSPACE, location=SOHO)
    await import_catalogue(house.ports, system_actor(WORKSPACE), [replace(room, **fields)])


async def _add_hall(house: House) -> None:
    """Two free rooms, and the hall that they are when the wall is open."""
    await _add(house, "rm_east")
    await _add(house, "rm_west")
    await _add(house, "rm_hall", capacity=16, parts=frozenset({"rm_east", "rm_west"}))


async def test_a_hall_that_is_released_is_offered_in_parts(house: House, driver: Driver) -> None:
    """The line is one: whoever came first has what he waits for, the whole or a part."""
    await _add_hall(house)
    taken = await booked(driver, wish("rm_hall"))
    east = await waiting(driver, line(LINA, room_id="rm_east"))
    hall = await waiting(driver, line(JONAS, room_id="rm_hall"))
    west = await waiting(driver, line(CARL, room_id="rm_west"))
    done(await driver.cancel(taken["id"]))
    assert [await status(driver, e) for e in (east, hall, west)] == [
        "offered",
        "waiting",
        "offered",
    ]
    await refusal(house, driver.create(wish("rm_hall")), "slot_unavailable")


async def test_a_hall_is_offered_whole_to_whom_comes_first(house: House, driver: Driver) -> None:
    await _add_hall(house)
    taken = await booked(driver, wish("rm_hall"))
    hall = await waiting(driver, line(JONAS, room_id="rm_hall"))
    west = await waiting(driver, line(CARL, room_id="rm_west"))
    done(await driver.cancel(taken["id"]))
    assert (await entry(driver, hall))["offer"]["room_id"] == "rm_hall"
    assert await status(driver, west) == "waiting"
    for room_id in ("rm_east", "rm_west"):
        await refusal(house, driver.create(wish(room_id)), "slot_unavailable")
    booking = done(await driver.accept(hall["id"]))
    assert booking["room"]["id"] == "rm_hall"


async def test_a_part_that_is_released_makes_way_for_the_hall(house: House, driver: Driver) -> None:
    """Only the released room is locked; who waits for the hall is looked at by the next sweep."""
    await _add_hall(house)
    taken = await booked(driver, wish("rm_east"))
    hall = await waiting(driver, line(JONAS, room_id="rm_hall"))
    done(await driver.cancel(taken["id"]))
    assert await status(driver, hall) == "waiting"
    await house.run_due()
    assert await status(driver, hall) == "offered"


async def test_looking_again_comes_to_an_end(house: House, driver: Driver) -> None:
    """What is looked at again and does not fit is put off, not looked at for ever."""
    await _add_hall(house)
    east = await booked(driver, wish("rm_east"))
    await booked(driver, wish("rm_west"))
    # Only the hall seats so many, but any room is looked at.
    anywhere = line(JONAS, room_id=None, location_id="loc_soho", attendees=16)
    hall = await waiting(driver, anywhere)
    done(await driver.cancel(east["id"]))
    await house.run_due()
    assert await status(driver, hall) == "waiting"
    kept = house.tables.waitlist.committed()[WORKSPACE, hall["id"]]
    assert kept.next_check_at > house.clock.now


async def test_seats_of_a_shared_room_are_offered(house: House, driver: Driver) -> None:
    """A shared room is booked seat by seat, and so it is waited for."""
    await _add(house, "rm_desks", capacity=3, shared=True)
    trio = await booked(driver, wish("rm_desks", attendees=3))
    pair = await waiting(driver, line(LINA, room_id="rm_desks", attendees=2))
    also = await waiting(driver, line(JONAS, room_id="rm_desks", attendees=2))
    one = await waiting(driver, line(CARL, room_id="rm_desks"))
    done(await driver.edit(trio["id"], {"attendees": 2}))
    assert [await status(driver, e) for e in (pair, also, one)] == ["waiting", "waiting", "offered"]
    done(await driver.cancel(trio["id"]))
    assert [await status(driver, e) for e in (pair, also)] == ["offered", "waiting"]
    await refusal(house, driver.create(wish("rm_desks")), "slot_unavailable")
    assert done(await driver.accept(pair["id"]))["attendees"] == 2


async def test_who_has_used_up_his_quota_is_passed_over(house: House, driver: Driver) -> None:
    """Only what can be booked is offered; quotas are counted when it is, and again when booked."""
    once = Quota(measure=QuotaMeasure.UPCOMING, limit=1)
    await _add(house, "rm_den", rules=BookingRules(quotas=(once,)))
    taken = await booked(driver, wish("rm_den"))
    first = await waiting(driver, line(LINA, room_id="rm_den"))
    second = await waiting(driver, line(JONAS, room_id="rm_den"))
    await booked(driver, wish("rm_den", "2026-05-27 10:00", member=LINA))
    done(await driver.cancel(taken["id"]))
    assert await status(driver, first) == "waiting"
    assert await status(driver, second) == "offered"


@pytest.mark.parametrize("place", [{"room_id": "rm_atrium"}, {"location_id": "loc_soho"}])
async def test_a_blackout_that_is_lifted_is_a_release(
    house: House, driver: Driver, place: dict[str, str]
) -> None:
    """Issue 3, 8: "on release"; whoever opens a room lets go of it as whoever cancels does."""
    actor = system_actor(WORKSPACE)
    whole_day = CreateBlackout(
        room_id=place.get("room_id"),
        location_id=place.get("location_id"),
        start_at=at("2026-05-26 00:00"),
        end_at=at("2026-05-27 00:00"),
    )
    closed = await create_blackout(house.ports, actor, whole_day)
    first = await waiting(driver, line(LINA))
    second = await waiting(driver, line(JONAS))
    await delete_blackout(house.ports, actor, DeleteBlackout(blackout_id=closed.blackout.id))
    assert [await status(driver, known) for known in (first, second)] == ["offered", "waiting"]
    assert house.types(first["id"]) == ["waitlist.joined", "waitlist.offered"]


async def test_a_blackout_that_is_over_opens_nothing(house: House, driver: Driver) -> None:
    actor = system_actor(WORKSPACE)
    morning = CreateBlackout(
        room_id="rm_atrium", start_at=at("2026-05-22 08:00"), end_at=at("2026-05-22 09:30")
    )
    closed = await create_blackout(house.ports, actor, morning)
    taken = await booked(driver, wish())
    first = await waiting(driver, line(LINA))
    house.clock.advance(hours=1)
    await delete_blackout(house.ports, actor, DeleteBlackout(blackout_id=closed.blackout.id))
    assert await status(driver, first) == "waiting"
    assert taken["status"] == "confirmed"
