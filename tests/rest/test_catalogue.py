"""Rooms and locations over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import msgspec

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.room import Room
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from litehq_rest import schemas
from tests.rest.house import House


async def test_a_room_shows_all_of_itself(client: httpx.AsyncClient) -> None:
    """Page B: "`room_id` — … Get this from /v1/rooms"."""
    answer = await client.get("/v1/rooms/rm_loft")
    assert answer.status_code == 200
    room = answer.json()
    msgspec.convert(room, schemas.Room)
    assert (room["object"], room["name"], room["resource_id"]) == ("room", "Loft", "rm_loft")
    assert (room["slot_minutes"], room["buffer_minutes"], room["capacity"]) == (30, 30, 8)
    assert (room["location_id"], room["timezone"]) == ("loc_soho", "Europe/London")
    assert room["rules"]["allowed_tiers"] == ["resident"]
    assert room["opening_hours"] is None
    assert (room["parts"], room["shared"]) == ([], False)


async def test_combined_and_shared_rooms_say_so(house: House) -> None:
    """`parts` are ids of rooms; a shared room has `capacity` seats."""
    loft = await _room(house, "rm_loft")
    hall = replace(loft, id="rm_hall", parts=frozenset({"rm_studio", "rm_atrium"}))
    desks = replace(loft, id="rm_desks", shared=True, capacity=12)
    await import_catalogue(house.ports, system_actor(loft.workspace_id), [hall, desks])
    rooms = {room["id"]: room for room in (await house.client.get("/v1/rooms")).json()["data"]}
    for room in rooms.values():
        msgspec.convert(room, schemas.Room)
    assert rooms["rm_hall"]["parts"] == ["rm_atrium", "rm_studio"]
    assert (rooms["rm_desks"]["shared"], rooms["rm_desks"]["capacity"]) == (True, 12)


async def _room(house: House, room_id: str) -> Room:
    async with house.ports.begin(system_actor("ws_1")) as tx:
        return (await tx.rooms.lock([room_id]))[room_id]


async def test_a_changed_room_is_answered_with_its_new_tag(client: httpx.AsyncClient) -> None:
    """`ETag`/`If-Match`; answers carry the resource."""
    path = "/v1/rooms/rm_atrium"
    tag = (await client.get(path)).headers["etag"]
    answer = await client.patch(
        path,
        json={"capacity": 5, "rules": {"tiers": {"flex": {"max_minutes": 60}}}},
        headers={"If-Match": tag, "Idempotency-Key": "k-1"},
    )
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    msgspec.convert(answer.json(), schemas.Room)
    assert (await client.get(path)).json() == answer.json()
    stale = await client.patch(path, json={"capacity": 6}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["error"]["current_version"]) == (412, 2)


async def test_a_change_of_a_room_is_read_strictly(client: httpx.AsyncClient) -> None:
    """Unknown body fields are `422`; nothing is coerced; each wrong field has its dotted path."""
    body = {
        "capacity": "5",
        "active": 1,
        "name": None,
        "seats": 5,
        "opening_hours": {"weekly": []},
    }
    answer = await client.patch("/v1/rooms/rm_atrium", json=body)
    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["error"]["details"]}
    assert fields == {"capacity", "active", "name", "seats", "opening_hours.weekly"}
    rules = {
        "lead": 1,
        "lead_minutes": 1.5,
        "allowed_tiers": ["x", 1],
        "quotas": [{"measure": "hours"}],
        "tiers": {"flex": {"horizon_days": "7"}},
    }
    answer = await client.patch("/v1/rooms/rm_atrium", json={"rules": rules})
    assert {error["field"] for error in answer.json()["error"]["details"]} == {
        *("rules.lead", "rules.lead_minutes", "rules.allowed_tiers[1]"),
        *("rules.quotas[0].measure", "rules.quotas[0].limit", "rules.tiers.flex.horizon_days"),
    }
    shapeless: list[dict[str, Any]] = [{"rules": []}, {"rules": None}, {"opening_hours": "always"}]
    for wrong in shapeless:
        answer = await client.patch("/v1/rooms/rm_atrium", json=wrong)
        assert [e["field"] for e in answer.json()["error"]["details"]] == list(wrong)
    assert (await client.get("/v1/rooms/rm_atrium")).json()["version"] == 1


async def test_rooms_are_listed_by_page(client: httpx.AsyncClient) -> None:
    """Lists are `{data, next_cursor}`."""
    first = (await client.get("/v1/rooms", params={"limit": 2})).json()
    second = (await client.get("/v1/rooms", params={"cursor": first["next_cursor"]})).json()
    for page in (first, second):
        msgspec.convert(page, schemas.RoomPage)
    found = {room["id"] for room in first["data"] + second["data"]}
    assert (found, second["next_cursor"]) == ({"rm_atrium", "rm_studio", "rm_loft"}, None)


async def test_rooms_of_a_location(client: httpx.AsyncClient) -> None:
    """A filter by an unknown id gives an empty page."""
    here = (await client.get("/v1/rooms", params={"location_id": "loc_soho"})).json()
    assert len(here["data"]) == 3
    for other in ("loc_far", "loc_never", "?"):
        answer = await client.get("/v1/rooms", params={"location_id": other})
        assert answer.json() == {"data": [], "next_cursor": None}


async def test_a_location_shows_all_of_itself(client: httpx.AsyncClient) -> None:
    """contract.md, Words: an IANA time zone, a currency and opening hours."""
    one = (await client.get("/v1/locations/loc_soho")).json()
    msgspec.convert(one, schemas.Location)
    assert (one["object"], one["currency"], one["timezone"]) == ("location", "GBP", "Europe/London")
    assert one["opening_hours"]["weekly"] == [[["07:00", "22:00"]]] * 7
    page = (await client.get("/v1/locations")).json()
    msgspec.convert(page, schemas.LocationPage)
    assert page == {"data": [one], "next_cursor": None}


async def test_a_strangers_room_or_location_is_not_found(house: House) -> None:
    """What belongs to another workspace answers exactly like an id never used."""
    for path in ("rooms/rm_far", "rooms/rm_never", "rooms/loc_soho", "locations/loc_far"):
        answer = await house.client.get(f"/v1/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
