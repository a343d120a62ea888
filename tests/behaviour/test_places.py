"""Locations and rooms that are made and changed by an operator, whoever he calls through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.catalogue import CatalogueDriver
from tests.behaviour.drivers.protocol import done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, reasons, refusal, studio, wish, wrong_fields

HOURS: dict[str, Any] = {"weekly": [[["09:00", "18:00"]]] * 7, "exceptions": {"2026-12-25": []}}
MITTE = {
    "name": "Mitte",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "opening_hours": HOURS,
}
SPREE = {"location_id": "loc_soho", "name": "Spree", "capacity": 6}


async def test_a_new_house_with_a_room_that_is_booked(
    house: House, operator: CatalogueDriver
) -> None:
    """Contract: no private endpoints; from nothing to a booking, each change an event."""
    location = done(await operator.create_location(MITTE))
    assert location == {"id": location["id"], "version": 1, **MITTE}
    assert location["id"].startswith("loc_")
    rules = {"min_minutes": 60, "tiers": {"flex": {"horizon_days": 7}}}
    wanted = {**SPREE, "location_id": location["id"], "buffer_minutes": 15, "rules": rules}
    room = done(await operator.create_room(wanted))
    assert room["id"].startswith("rm_")
    assert {name: room[name] for name in wanted if name != "rules"} == {
        name: value for name, value in wanted.items() if name != "rules"
    }
    assert (room["timezone"], room["opening_hours"], room["active"]) == (
        *("Europe/Berlin", None, True),
    )
    assert (room["rules"]["min_minutes"], room["rules"]["max_minutes"]) == (60, 720)
    assert room["rules"]["tiers"]["flex"]["horizon_days"] == 7
    types = [(event.type.value, event.room_id) for event in house.events()]
    assert types == [("location.created", None), ("room.created", room["id"])]
    # Ten in Berlin is eight in UTC; the house opens at nine.
    early = operator.create(wish(room["id"], "2026-05-26 06:30"))
    assert await reasons(house, early) == {"outside_opening_hours"}
    booking = await booked(operator, wish(room["id"], "2026-05-26 08:00"))
    # A room without a rate card is free.
    assert (booking["timezone"], booking["status"]) == ("Europe/Berlin", "confirmed")
    assert booking["price"]["currency"] == "EUR"


async def test_combined_and_shared_rooms(house: House, operator: CatalogueDriver) -> None:
    """Contract, decision 4: booking a whole occupies its parts."""
    hall = done(await operator.create_room({**SPREE, "parts": ["rm_annex", "rm_atrium"]}))
    assert hall["parts"] == ["rm_annex", "rm_atrium"]
    await booked(operator, wish(hall["id"]))
    details = await refusal(house, operator.create(wish("rm_annex")), "slot_unavailable")
    assert details["conflicting_booking_id"] is not None
    desks = done(await operator.create_room({**SPREE, "shared": True, "capacity": 2}))
    for _ in range(2):
        await booked(operator, wish(desks["id"]))
    await refusal(house, operator.create(wish(desks["id"])), "slot_unavailable")


BAD_ROOMS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "several": (
        {"name": "", "capacity": 0, "slot_minutes": 50, "rules": {"lead_minutes": -1}},
        {"name", "capacity", "slot_minutes", "rules.lead_minutes"},
    ),
    "parts": ({"parts": ["rm_never"]}, {"parts"}),
    "a stranger's part": ({"parts": ["rm_cellar"]}, {"parts"}),
    "shared parts": ({"parts": ["rm_annex"], "shared": True}, {"shared"}),
    "no such rule": (
        {"rules": {"custom": [{"name": "unheard_of", "options": {}}]}},
        {"booking_rules"},
    ),
}


@pytest.mark.parametrize(("fields", "wrong"), BAD_ROOMS.values(), ids=BAD_ROOMS)
async def test_rooms_that_make_no_sense(
    house: House, operator: CatalogueDriver, fields: dict[str, Any], wrong: set[str]
) -> None:
    assert await wrong_fields(house, operator.create_room({**SPREE, **fields})) == wrong


async def test_locations_that_make_no_sense(house: House, operator: CatalogueDriver) -> None:
    bad = {**MITTE, "name": "", "timezone": "Mars/Olympus", "currency": "eur"}
    assert await wrong_fields(house, operator.create_location(bad)) == {
        *("name", "timezone", "currency"),
    }
    assert await wrong_fields(house, operator.change_location("loc_soho", {})) == {"body"}


async def test_the_same_key_makes_one_of_each(house: House, operator: CatalogueDriver) -> None:
    """Contract, Idempotency: "on every POST, PATCH and mutation"."""
    for create, wanted in ((operator.create_location, MITTE), (operator.create_room, SPREE)):
        first = await create(wanted, once="k-1")
        with house.unchanged():
            again = await create(wanted, once="k-1")
        assert (done(again), again.replayed) == (done(first), True)
        other = create({**wanted, "name": "Another"}, once="k-1")
        await refusal(house, other, "idempotency_conflict")


@pytest.mark.parametrize("key", [keys.LINA, keys.NORTHWIND, keys.MEMBERS_ONLY])
async def test_only_operators_change_the_house(
    house: House, operator: CatalogueDriver, key: str
) -> None:
    """Contract: `calendar:write`; a key that is bound sees what is its own, and no more."""
    for call in (
        operator.create_location(MITTE, key=key),
        operator.create_room(SPREE, key=key),
        operator.change_location("loc_soho", {"name": "Mine"}, key=key),
    ):
        details = await refusal(house, call, "auth_scope_insufficient")
        assert details["required_scope"].startswith("calendar:write")


async def test_places_elsewhere_are_never_there(house: House, operator: CatalogueDriver) -> None:
    """Contract: what belongs to another workspace answers exactly like an id never used."""
    for place in ("loc_never", "loc_cellar"):
        room = operator.create_room({**SPREE, "location_id": place})
        await refusal(house, room, "not_found")
        await refusal(house, operator.change_location(place, {"name": "x"}), "not_found")


async def test_other_hours_hold_from_now_on(house: House, operator: CatalogueDriver) -> None:
    """Changing hours keeps bookings and claims; new ones keep to the new."""
    kept = await paid(house, operator, studio("2026-05-26 18:00"))
    claims = dict(house.tables.claims.committed())
    changes = {"name": "Soho II", "opening_hours": HOURS}
    location = done(await operator.change_location("loc_soho", changes, version=1))
    assert (location["version"], location["name"]) == (2, "Soho II")
    assert location["opening_hours"] == HOURS
    assert dict(house.tables.claims.committed()) == claims
    assert done(await operator.get(kept["id"])) == kept
    event = house.events("loc_soho")[-1]
    assert (event.type.value, event.sequence) == ("location.updated", 2)
    assert set(event.previous or {}) == {"name", "opening_hours"}
    late = operator.create(wish(start="2026-05-27 18:00"))
    assert await reasons(house, late) == {"outside_opening_hours"}
    with house.unchanged():
        done(await operator.change_location("loc_soho", changes))
    stale = operator.change_location("loc_soho", {"name": "x"}, version=1)
    await refusal(house, stale, "version_conflict")


async def test_the_clock_is_fixed_while_bookings_lie_ahead(
    house: House, operator: CatalogueDriver
) -> None:
    """They were agreed on by the clock on the wall, and keep their instants."""
    hold = await booked(operator, studio("2026-05-26 14:00"))
    move = {"timezone": "Europe/Berlin"}
    assert await wrong_fields(house, operator.change_location("loc_soho", move)) == {"timezone"}
    # The name of the zone that it has is no change of it.
    done(await operator.change_location("loc_soho", {"timezone": "Europe/London", "name": "S"}))
    done(await operator.cancel(hold["id"]))
    assert done(await operator.change_location("loc_soho", move))["timezone"] == "Europe/Berlin"
    # What was open from seven in London opens an hour earlier in UTC.
    booking = await booked(operator, wish(start="2026-05-26 05:00"))
    assert booking["timezone"] == "Europe/Berlin"
    house.clock.now = at("2026-05-26 06:00")
    # That one is over; nothing is ahead any more.
    done(await operator.change_location("loc_soho", {"timezone": "Europe/London"}))
