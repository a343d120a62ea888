"""Python callers can say what no façade lets through: times without an offset, or on a wall."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from litehq_core import MintApiToken, Scope, mint_api_token, system_actor
from litehq_core.domain.errors import ValidationFailed
from tests.behaviour.drivers.protocol import Outcome, done
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, span, text, wish, wrong_fields

NAIVE = datetime.fromisoformat("2026-05-26 14:00")
LATER = NAIVE + timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")
Call = Callable[[PythonDriver, str], Awaitable[Outcome]]


def _naive(**fields: Any) -> dict[str, Any]:
    return {**wish(), **fields}


NAMELESS: dict[str, tuple[Call, set[str]]] = {
    "create": (
        lambda driver, _: driver.create(_naive(start_at=NAIVE, end_at=LATER)),
        {"start_at", "end_at"},
    ),
    "create-mixed": (lambda driver, _: driver.create(_naive(end_at=LATER)), {"end_at"}),
    "quote": (lambda driver, _: driver.quote(_naive(start_at=NAIVE)), {"start_at"}),
    "move-start": (lambda driver, made: driver.edit(made, {"start_at": NAIVE}), {"start_at"}),
    "move-end": (lambda driver, made: driver.edit(made, {"end_at": LATER}), {"end_at"}),
    "shift": (lambda driver, made: driver.edit(made, {"start": NAIVE}), {"start"}),
    "list-from": (lambda driver, _: driver.bookings({"from": NAIVE}), {"from"}),
    "list-to": (lambda driver, _: driver.bookings({"to": NAIVE}), {"to"}),
    "free-from": (lambda driver, _: driver.availability({"from": NAIVE}), {"from"}),
    "free-to": (lambda driver, _: driver.availability({"to": NAIVE}), {"to"}),
}


@pytest.mark.parametrize(("call", "fields"), NAMELESS.values(), ids=NAMELESS)
async def test_a_time_without_an_offset_is_refused(
    house: House, call: Call, fields: set[str]
) -> None:
    """Nobody knows when it is: a refusal with the field, never a TypeError."""
    driver = PythonDriver(house.ports)
    made = (await booked(driver, wish(start="2026-05-27 14:00")))["id"]
    assert await wrong_fields(house, call(driver, made)) == fields


async def test_a_key_expires_at_an_instant(house: House) -> None:
    command = MintApiToken(name="CI", scopes=frozenset({Scope.CALENDAR_READ}), expires_at=NAIVE)
    with pytest.raises(ValidationFailed, match="expires_at"):
        await mint_api_token(house.ports, system_actor(WORKSPACE), command)


async def test_a_time_in_another_zone_is_the_same_instant(house: House) -> None:
    """15:00 in London is 14:00 in UTC, booked, moved and listed alike."""
    driver = PythonDriver(house.ports)
    start = at("2026-05-26 14:00").astimezone(LONDON)
    made = await booked(driver, wish(start=start))
    assert span(made) == (text("2026-05-26 14:00"), text("2026-05-26 15:00"))
    moved = done(await driver.edit(made["id"], {"start": start + timedelta(hours=2)}))
    assert span(moved) == (text("2026-05-26 16:00"), text("2026-05-26 17:00"))
    assert house.booking(made["id"]).start_at.tzinfo is UTC
    window = {"from": start, "to": start + timedelta(hours=3)}
    assert [found["id"] for found in done(await driver.bookings(window))["data"]] == [made["id"]]
