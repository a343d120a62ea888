"""One function, three callers: the same state reads the same, and is refused the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.behaviour.drivers.graphql import GraphQLDriver
from tests.behaviour.drivers.protocol import Done, Driver, Outcome, done
from tests.behaviour.drivers.python import PythonDriver
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, furnish, paid, studio, wish


@pytest.fixture
def drivers(house: House, client: httpx.AsyncClient) -> list[Driver]:
    """All three callers of one house."""
    return [PythonDriver(house.ports), RestDriver(client), GraphQLDriver(client)]


async def test_a_booking_reads_the_same(house: House, drivers: list[Driver]) -> None:
    """Contract: "everything REST reads", and in the same words."""
    for maker in drivers:
        extended = await paid(house, maker, studio(notes="x", attendees=3, metadata={"aB": [1]}))
        changes = {"end_at": at("2026-05-26 16:00")}
        proposed = done(await maker.edit(extended["id"], changes))
        assert proposed["pending_change"]
        for reader in drivers:
            assert done(await reader.get(extended["id"])) == proposed
        done(await maker.cancel(extended["id"]))


async def test_lists_read_the_same(house: House, drivers: list[Driver]) -> None:
    """Contract: "everything REST reads"; cursors are the core's own, so they are exchangeable."""
    await furnish(drivers[0])
    first, *others = [done(await driver.bookings({"limit": 2})) for driver in drivers]
    assert first["next_cursor"]
    assert all(page == first for page in others)
    rest = [
        done(await driver.bookings({"limit": 200, "cursor": first["next_cursor"]}))
        for driver in drivers
    ]
    assert len(rest[0]["data"]) == 4
    assert all(page == rest[0] for page in rest)


async def test_availability_reads_the_same(house: House, drivers: list[Driver]) -> None:
    """Contract: "everything REST reads"."""
    await furnish(drivers[0])
    query = {
        "from": at("2026-05-25 00:00"),
        "to": at("2026-05-29 00:00"),
        "duration_minutes": 60,
        "member_id": "mem_lina_p",
    }
    answers = [done(await driver.availability(query)) for driver in drivers]
    assert any(room["starts"] for room in answers[0]["data"])
    assert all(answer == answers[0] for answer in answers)


REFUSALS: dict[str, Callable[[Driver, str], Awaitable[Outcome]]] = {
    "validation_failed": lambda driver, _: driver.create(wish(attendees=0)),
    "not_found": lambda driver, _: driver.create(wish("rm_nowhere")),
    "booking_not_found": lambda driver, _: driver.cancel("bk_nowhere"),
    "booking_rule_violated": lambda driver, _: driver.create(wish("rm_quiet", attendees=3)),
    "slot_unavailable": lambda driver, _: driver.create(wish()),
    "insufficient_tokens": lambda driver, _: driver.create(
        wish("rm_annex", member="mem_jonas_k", billing_mode="tokens")
    ),
    "version_conflict": lambda driver, booking_id: driver.cancel(booking_id, version=1),
    "invalid_transition": lambda driver, booking_id: driver.mark_no_show(booking_id),
    "auth_scope_insufficient": lambda driver, _: driver.create(wish(), key="sk_live_read_only"),
    "auth_invalid": lambda driver, _: driver.create(wish(), key=None),
}


@pytest.mark.parametrize(("code", "call"), REFUSALS.items(), ids=REFUSALS)
async def test_refusals_read_the_same(
    house: House,
    drivers: list[Driver],
    code: str,
    call: Callable[[Driver, str], Awaitable[Outcome]],
) -> None:
    """Contract: "The same codes in GraphQL", with what they carry."""
    booking = await booked(drivers[0], wish())
    told: list[dict[str, Any]] = []
    for driver in drivers:
        outcome = await call(driver, booking["id"])
        assert not isinstance(outcome, Done)
        assert outcome.code == code
        # Reasons of wrong fields are for people, and each façade knows its own types.
        fields = [error["field"] for error in outcome.details.get("details", ())]
        details = {n: v for n, v in outcome.details.items() if n not in ("details", "status")}
        told.append({"fields": fields, **details})
    assert told == [told[0]] * 3
