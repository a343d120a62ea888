"""The booking that the first ``curl`` makes."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from litehq_app.demo.catalogue import LINA
from litehq_app.demo.seed import demo_actor
from litehq_core.domain.wall_clock import instant_text
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.availability.list_availability import (
    ListAvailability,
    list_availability,
)

ROOM_ID = "rm_atrium"
MINUTES = 90
# Tomorrow will nearly always do; looking farther takes longer.
_LOOK_AHEAD_DAYS = (1, 14, 80)


async def open_start(ports: Ports) -> datetime:
    """A start at which Lina can book the Atrium: 14:00 UTC of the next day that has it free."""
    now = ports.clock()
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    for days in _LOOK_AHEAD_DAYS:
        _, (room,) = await list_availability(
            ports,
            demo_actor(),
            ListAvailability(
                room_id=ROOM_ID,
                from_at=tomorrow,
                to_at=tomorrow + timedelta(days=days),
                duration_minutes=MINUTES,
                member_id=LINA,
            ),
        )
        found = next((start for start in room.starts or () if start.time() == time(14)), None)
        if found is not None:
            return found
    return tomorrow + timedelta(hours=14)


def curl(base_url: str, secret: str, start: datetime) -> str:
    """A command that books the Atrium with Lina's tokens."""
    body = {
        "resource_id": ROOM_ID,
        "start": instant_text(start),
        "duration_minutes": MINUTES,
        "booked_by": LINA,
    }
    return (
        f"curl -s {base_url}/v1/bookings \\\n"
        f"  -H 'Authorization: Bearer {secret}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body)}'"
    )
