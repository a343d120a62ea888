"""What operators make: locations, rooms, blackouts and rate cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.rest.calls.example import Example, Ids, named
from tests.rest.house import House

HOURS: Mapping[str, Any] = {"weekly": [[["07:00", "22:00"]]] * 7, "exceptions": {"2026-12-25": []}}
LOCATION: Mapping[str, Any] = {
    "name": "Mitte",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "opening_hours": HOURS,
}
ROOM: Mapping[str, Any] = {
    "location_id": "loc_soho",
    "name": "Library",
    "capacity": 6,
    "slot_minutes": 30,
    "buffer_minutes": 15,
    "rules": {"min_minutes": 60},
}
BLACKOUT: Mapping[str, Any] = {
    "start_at": "2026-05-25T12:00:00Z",
    "end_at": "2026-05-25T16:00:00Z",
    "reason": "Deep clean",
}
CARD: Mapping[str, Any] = {
    "room_id": "rm_studio",
    "effective_from": "2026-06-01",
    "hourly_minor": 6000,
    "billing_modes": ["card"],
    "cancellation": {
        "name": "standard",
        "steps": [{"minutes_before": 1440, "refund_percent": 100}],
    },
    "rules": {"tax": {"name": "VAT", "basis_points": 2000, "inclusive": True}},
}


async def room_closed(house: House) -> Ids:
    """The Atrium is closed for an afternoon."""
    answer = await house.client.post("/v1/rooms/rm_atrium/blackouts", json=BLACKOUT)
    assert answer.status_code == 201, answer.text
    return {"room_id": "rm_atrium", "blackout_id": answer.json()["id"]}


async def location_closed(house: House) -> Ids:
    """All of Soho is closed for an afternoon."""
    answer = await house.client.post("/v1/locations/loc_soho/blackouts", json=BLACKOUT)
    assert answer.status_code == 201, answer.text
    return {"location_id": "loc_soho", "blackout_id": answer.json()["id"]}


async def room_was_closed(house: House) -> Ids:
    """The same, for a list."""
    return {"room_id": (await room_closed(house))["room_id"]}


async def location_was_closed(house: House) -> Ids:
    """The same, for a list."""
    return {"location_id": (await location_closed(house))["location_id"]}


CALLS: Mapping[str, Example] = {
    "locations.create": Example(body=LOCATION, other={**LOCATION, "name": "Kreuzberg"}),
    "locations.update": Example(given=named(location_id="loc_soho"), body={"opening_hours": HOURS}),
    "rooms.create": Example(body=ROOM, other={**ROOM, "name": "Parlour"}),
    "rooms.blackouts.list": Example(given=room_was_closed),
    "rooms.blackouts.create": Example(given=named(room_id="rm_atrium"), body=BLACKOUT),
    "rooms.blackouts.delete": Example(given=room_closed),
    "locations.blackouts.list": Example(given=location_was_closed),
    "locations.blackouts.create": Example(given=named(location_id="loc_soho"), body=BLACKOUT),
    "locations.blackouts.delete": Example(given=location_closed),
    "rate_cards.list": Example(query={"room_id": "rm_atrium"}),
    "rate_cards.create": Example(body=CARD, other={**CARD, "hourly_minor": 7000}),
    "rate_cards.get": Example(given=named(rate_card_id="rc_atrium")),
}
