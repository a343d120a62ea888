"""Rooms and locations over HTTP."""

from __future__ import annotations

import httpx
import msgspec

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
