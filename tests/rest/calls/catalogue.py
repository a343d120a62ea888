"""Rooms and locations."""

from __future__ import annotations

from collections.abc import Mapping

from tests.rest.calls.example import Example, named

CALLS: Mapping[str, Example] = {
    "rooms.list": Example(query={"location_id": "loc_soho"}),
    "rooms.get": Example(given=named(room_id="rm_atrium")),
    "rooms.update": Example(given=named(room_id="rm_atrium"), body={"capacity": 10}),
    "locations.list": Example(),
    "locations.get": Example(given=named(location_id="loc_soho")),
}
