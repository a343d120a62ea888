"""Blackouts over the API: what they refuse, what they leave, who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.events import EventType
from litehq_core.domain.wall_clock import instant_text
from tests.behaviour import keys
from tests.behaviour.drivers.catalogue import CatalogueDriver
from tests.behaviour.drivers.protocol import done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, studio, wish, wrong_fields

ATRIUM = {"room_id": "rm_atrium"}
SOHO = {"location_id": "loc_soho"}
NOON: dict[str, Any] = {
    "start_at": at("2026-05-26 12:00"),
    "end_at": at("2026-05-26 15:00"),
    "reason": "Paint",
}


@pytest.mark.parametrize("place", [ATRIUM, SOHO], ids=["room", "location"])
async def test_nothing_new_is_booked_and_what_was_there_stays(
    house: House, operator: CatalogueDriver, place: dict[str, str]
) -> None:
    """Contract, Refusals: `slot_unavailable` with a null id for a blackout."""
    first = await booked(operator, wish(start="2026-05-26 14:30"))
    second = await booked(operator, wish(start="2026-05-26 12:30"))
    other = await booked(operator, studio("2026-05-26 13:00"))
    await booked(operator, wish(start="2026-05-26 15:30"))
    before = house.bookings()
    made = done(await operator.create_blackout(place, NOON))
    in_way = [second["id"], first["id"]]
    in_way[1:1] = [other["id"]] if place is SOHO else []
    assert made == {
        "room_id": None,
        "location_id": None,
        **place,
        "id": made["id"],
        "version": 1,
        "start_at": "2026-05-26T12:00:00Z",
        "end_at": "2026-05-26T15:00:00Z",
        "reason": "Paint",
        "created_at": instant_text(house.clock.now),
        "conflicting_booking_ids": in_way,
        "conflicting_count": len(in_way),
    }
    assert house.bookings() == before
    details = await refusal(
        house, operator.create(wish(start="2026-05-26 13:30")), "slot_unavailable"
    )
    assert details["conflicting_booking_id"] is None
    window = {"from": at("2026-05-26 11:00"), "to": at("2026-05-26 16:00"), **ATRIUM}
    (shown,) = done(await operator.availability(window))["data"]
    closed = [busy for busy in shown["busy"] if busy["kind"] == "blackout"]
    assert [(busy["start_at"][11:16], busy["reason"]) for busy in closed] == [
        ("12:00", "Paint"),
        ("13:30", "Paint"),
    ]
    [event] = house.events(made["id"])
    assert (event.type, event.room_id) == (EventType.BLACKOUT_CREATED, place.get("room_id"))


async def test_a_room_is_open_again_before_its_time(
    house: House, operator: CatalogueDriver
) -> None:
    made = done(await operator.create_blackout(ATRIUM, NOON))
    await refusal(house, operator.create(wish(start="2026-05-26 13:00")), "slot_unavailable")
    gone = done(await operator.delete_blackout(ATRIUM, made["id"]))
    assert gone == {name: value for name, value in made.items() if "conflicting" not in name}
    await booked(operator, wish(start="2026-05-26 13:00"))
    types = [(event.type.value, event.sequence) for event in house.events(made["id"])]
    assert types == [("blackout.created", 1), ("blackout.deleted", 2)]
    await refusal(house, operator.delete_blackout(ATRIUM, made["id"]), "not_found")


async def test_lists_show_the_places_own_newest_first_and_page_by_page(
    house: House, operator: CatalogueDriver
) -> None:
    """Contract, Lists: no row twice or skipped; the cursor carries whose they are."""
    ids: dict[str, list[str]] = {"rm_atrium": [], "loc_soho": []}
    for _ in range(3):
        for place in (ATRIUM, SOHO):
            made = done(await operator.create_blackout(place, NOON))
            [place_id] = place.values()
            ids[place_id].insert(0, made["id"])
            house.clock.advance(minutes=1)
    for place in (ATRIUM, SOHO):
        [place_id] = place.values()
        found, filters = [], {"limit": 2}
        while True:
            page = done(await operator.blackouts(place, filters))
            found += [row["id"] for row in page["data"]]
            if page["next_cursor"] is None:
                break
            filters = {"limit": 2, "cursor": page["next_cursor"]}
        assert found == ids[place_id]
        for row in page["data"]:
            assert {name: row[name] for name in place} == place
    if operator.name == "graphql":
        return  # There the list alone is null, and the room is not.
    mixed = done(await operator.blackouts(ATRIUM, {"limit": 1}))["next_cursor"]
    wrong = operator.blackouts({"room_id": "rm_annex"}, {"cursor": mixed})
    assert await wrong_fields(house, wrong) == {"room_id"}


@pytest.mark.parametrize("place_id", ["never", "cellar"])
async def test_places_elsewhere_are_never_there(
    house: House, operator: CatalogueDriver, place_id: str
) -> None:
    for place in ({"room_id": f"rm_{place_id}"}, {"location_id": f"loc_{place_id}"}):
        await refusal(house, operator.create_blackout(place, NOON), "not_found")
        await refusal(house, operator.blackouts(place), "not_found")
    made = done(await operator.create_blackout(ATRIUM, NOON))
    stranger = operator.delete_blackout(ATRIUM, made["id"], key=keys.STRANGER)
    await refusal(house, stranger, "not_found")


async def test_a_blackout_is_deleted_where_it_is(house: House, operator: CatalogueDriver) -> None:
    """The path names a place; GraphQL has the id alone."""
    if operator.name == "graphql":
        return
    made = done(await operator.create_blackout(SOHO, NOON))
    for place in (ATRIUM, {"location_id": "loc_other"}):
        await refusal(house, operator.delete_blackout(place, made["id"]), "not_found")


@pytest.mark.parametrize("key", [keys.LINA, keys.READ_ONLY])
async def test_only_operators_close_rooms_and_everybody_sees(
    house: House, operator: CatalogueDriver, key: str
) -> None:
    made = done(await operator.create_blackout(ATRIUM, NOON))
    for call in (
        operator.create_blackout(ATRIUM, NOON, key=key),
        operator.delete_blackout(ATRIUM, made["id"], key=key),
    ):
        await refusal(house, call, "auth_scope_insufficient")
    (row,) = done(await operator.blackouts(ATRIUM, key=key))["data"]
    assert row["id"] == made["id"]


async def test_times_that_make_no_sense(house: House, operator: CatalogueDriver) -> None:
    for fields in (
        {"end_at": NOON["start_at"]},
        {"start_at": at("2026-05-20 09:00"), "end_at": house.clock.now},
    ):
        call = operator.create_blackout(ATRIUM, {**NOON, **fields})
        assert await wrong_fields(house, call) == {"end_at"}
    long = operator.create_blackout(ATRIUM, {**NOON, "reason": "x" * 4_001})
    assert await wrong_fields(house, long) == {"reason"}


async def test_the_same_key_closes_and_opens_once(house: House, operator: CatalogueDriver) -> None:
    first = await operator.create_blackout(ATRIUM, NOON, once="k-1")
    with house.unchanged():
        again = await operator.create_blackout(ATRIUM, NOON, once="k-1")
    assert (done(again), again.replayed) == (done(first), True)
    other = operator.create_blackout({"room_id": "rm_annex"}, NOON, once="k-1")
    await refusal(house, other, "idempotency_conflict")
    blackout_id = done(first)["id"]
    gone = await operator.delete_blackout(ATRIUM, blackout_id, once="k-2")
    again = await operator.delete_blackout(ATRIUM, blackout_id, once="k-2")
    assert (done(again), again.replayed) == (done(gone), True)


async def test_whose_time_has_come_is_not_in_the_way(
    house: House, operator: CatalogueDriver
) -> None:
    """A hold that has lapsed is free at that instant."""
    await booked(operator, studio("2026-05-26 13:00"))
    house.clock.now += timedelta(minutes=31)
    made = done(await operator.create_blackout({"room_id": "rm_studio"}, NOON))
    assert (made["conflicting_booking_ids"], made["conflicting_count"]) == ([], 0)
