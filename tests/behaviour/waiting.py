"""Phrases of the scenarios about the waitlist: who waits for what, and what becomes of it."""

from __future__ import annotations

from typing import Any

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.keys import FULL
from tests.behaviour.scenario import GUEST, booked, wish


def line(
    member: str | None = "mem_lina_p",
    start: str = "2026-05-26 14:00",
    end: str = "2026-05-26 15:00",
    **more: Any,
) -> dict[str, Any]:
    """A wish to wait for an hour of the Atrium; a guest's if there is no member."""
    return {
        "room_id": "rm_atrium",
        "from": at(start),
        "to": at(end),
        "duration_minutes": 60,
        "booked_by": {"member_id": member} if member else GUEST,
        **more,
    }


async def waiting(driver: Driver, wanted: dict[str, Any], *, key: str = FULL) -> dict[str, Any]:
    """An entry that waits, because what it waits for is taken."""
    entry = done(await driver.join(wanted, key=key))
    assert entry["status"] == "waiting", entry
    return entry


async def entry(driver: Driver, known: dict[str, Any]) -> dict[str, Any]:
    """An entry as it is now."""
    return done(await driver.entry(known["id"]))


async def status(driver: Driver, known: dict[str, Any]) -> str:
    """The status of an entry."""
    found: str = (await entry(driver, known))["status"]
    return found


async def queue(driver: Driver, *members: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Nadia's booking of the Atrium, and who waits for that very hour, first come first."""
    taken = await booked(driver, wish())
    return taken, [await waiting(driver, line(member)) for member in members]


def told(house: House, known: dict[str, Any]) -> list[str]:
    """The types of an entry's events, in order."""
    return house.types(known["id"])
