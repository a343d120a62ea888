"""The event log as those outside read it: after a cursor, as far as the key may be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.domain.events import EventType
from litehq_core.use_cases.duties.prune_events import prune_events
from tests.behaviour.drivers.event_log import event_reader
from tests.behaviour.drivers.protocol import Driver, done, refused
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House
from tests.behaviour.keys import FULL, LINA, NORTHWIND, STRANGER
from tests.behaviour.scenario import booked, refusal, studio, wish
from tests.domain.samples import draft

DAY = timedelta(days=1)
AREAS = {
    Scope.CALENDAR_READ: {"booking", "room", "location", "blackout", "rate_card", "waitlist"},
    Scope.MEMBERS_READ: {"member", "door_access"},
    Scope.COMPANIES_READ: {"company"},
    Scope.BILLING_READ: {"charge", "payment", "tokens"},
    Scope.VISITORS_READ: {"visitor"},
    Scope.AUTH_READ: {"api_token", "workspace"},
}


async def read(driver: Driver, *, key: str = FULL, **filters: Any) -> list[dict[str, Any]]:
    """All of the log, by pages of three."""
    page = done(await event_reader(driver).events({"limit": 3, **filters}, key=key))
    events: list[dict[str, Any]] = page["data"]
    while page["next_cursor"] is not None:
        # contract.md, Lists: "the cursor alone suffices".
        query = {"limit": 3, "cursor": page["next_cursor"]}
        page = done(await event_reader(driver).events(query, key=key))
        assert page["data"]
        events += page["data"]
    return events


async def prune(house: House, keep: timedelta) -> None:
    """The operator keeps events no longer than that."""

    def never(workspace_id: str, error: Exception) -> None:
        raise AssertionError(workspace_id) from error

    await prune_events(house.ports, never, retention=keep)


async def test_the_log_is_told_oldest_first_and_whole(house: House, driver: Driver) -> None:
    """Contract: "the event log after a cursor"; the same as the log has it."""
    first = await booked(driver, wish())
    done(await driver.cancel(first["id"]))
    await booked(driver, studio())
    log, found = house.events(), await read(driver)
    assert [event["id"] for event in found] == [event.id for event in log]
    for told, event in zip(found, log, strict=True):
        assert told["type"] == event.type
        assert told["sequence"] == event.sequence
        assert told["subject_id"] == event.subject_id
        assert told["cursor"] == str(event.position)
        assert told["workspace_id"] == WORKSPACE
        assert told["data"] == {"object": event.object, "previous": event.previous}
        assert told["actor"]["id"] == event.actor_id
        assert told["request_id"] == event.request_id
    kinds = {event["actor"]["id"]: event["actor"]["kind"] for event in found}
    assert kinds["tok_full"] == "api_token"


async def test_whoever_polls_misses_nothing_and_is_told_nothing_twice(
    house: House, driver: Driver
) -> None:
    """By the cursor of each answer, the empty ones included."""
    reader, seen, cursor = event_reader(driver), [], "0"
    for start in ("10:00", None, "12:00", None, None, "15:00"):
        if start is not None:
            await booked(driver, wish(start=f"2026-05-26 {start}"))
        page = done(await reader.events({"after": cursor, "limit": 200}))
        assert bool(page["data"]) is (start is not None)
        cursor = page["cursor"]
        seen += [event["id"] for event in page["data"]]
    assert seen == [event.id for event in house.events()]
    # An event's own cursor leads on behind it as well.
    third = house.events()[2]
    page = done(await reader.events({"after": str(third.position), "limit": 2}))
    assert [event["id"] for event in page["data"]] == seen[3:5]
    assert page["cursor"] == page["data"][-1]["cursor"]


async def test_who_waits_for_what_is_rare_comes_back_to_the_end(
    house: House, driver: Driver
) -> None:
    """Else his cursor would grow old while he polls."""
    await booked(driver, wish())
    filters = {"types": ["visitor.created"], "after": "0"}
    page = done(await event_reader(driver).events(filters))
    assert (page["data"], page["next_cursor"]) == ([], None)
    assert page["cursor"] == str(len(house.events()))


async def test_types_and_subjects_narrow_what_is_told(house: House, driver: Driver) -> None:
    first = await booked(driver, wish())
    second = await booked(driver, studio())
    await house.pay(second["checkout_url"])
    told = await read(driver, types=["booking.confirmed", "charge.succeeded"])
    assert [(event["type"], event["subject_id"]) for event in told] == [
        ("booking.confirmed", first["id"]),
        *((event.type, second["id"]) for event in house.events(second["id"])[1:]),
    ]
    told = await read(driver, subject_id=second["id"])
    assert [event["type"] for event in told] == house.types(second["id"])
    assert "charge.succeeded" in house.types(second["id"])
    assert await read(driver, subject_id="bk_never") == []


async def test_a_filter_that_differs_from_the_cursors_is_refused(
    house: House, rest: Driver
) -> None:
    """Contract, Lists: "a differing filter beside it is `422`".

    GraphQL has one argument for both kinds of cursor.
    """
    await booked(rest, wish())
    reader = event_reader(rest)
    page = done(await reader.events({"limit": 1, "after": "0"}))
    for name, value in (("after", "1"), ("types", ["booking.created"]), ("subject_id", "bk_1")):
        query = {"cursor": page["next_cursor"], name: value}
        details = await refusal(house, reader.events(query), "validation_failed")
        assert details["details"][0]["field"] == name
    again = {"limit": 1, "cursor": page["next_cursor"], "after": "0"}
    assert done(await reader.events(again))["data"]


@pytest.mark.parametrize("scope", AREAS)
async def test_events_show_the_areas_that_the_key_may_read(
    house: House, driver: Driver, scope: Scope
) -> None:
    """Contract, Auth."""
    await every_area(house, driver)
    key = await house.key(scopes=frozenset({scope}))
    told = {event["type"].partition(".")[0] for event in await read(driver, key=key)}
    assert told == AREAS[scope] & {event.type.partition(".")[0] for event in house.events()}
    assert told


async def every_area(house: House, driver: Driver) -> None:
    """Something of every area has happened."""
    hold = await booked(driver, studio())
    await house.pay(hold["checkout_url"])
    async with house.ports.begin(system_actor(WORKSPACE)) as tx:
        for kind in (
            EventType.MEMBER_UPDATED,
            EventType.COMPANY_UPDATED,
            EventType.VISITOR_CREATED,
            EventType.API_TOKEN_CREATED,
        ):
            tx.emit(draft("x_1", type=kind))


async def test_a_bound_key_is_told_of_its_own(house: House, driver: Driver) -> None:
    """Contract, Auth: "may be bound to a member or to companies and then sees only theirs"."""
    lina = await booked(driver, wish(member="mem_lina_p"))
    nadia = await booked(driver, wish(start="2026-05-27 14:00"))
    await booked(driver, wish("rm_studio", member=None))
    assert {event["subject_id"] for event in await read(driver, key=LINA)} >= {lina["id"]}
    for key, field, own in (
        (LINA, "member_id", "mem_lina_p"),
        (NORTHWIND, "company_id", "co_northwind"),
    ):
        told = await read(driver, key=key)
        assert [event["id"] for event in told] == [
            event.id for event in house.events() if getattr(event, field) == own
        ]
    assert {event["subject_id"] for event in await read(driver, key=NORTHWIND)} == {nadia["id"]}
    strangers = await read(driver, key=STRANGER)
    assert not {event["id"] for event in strangers} & {event.id for event in house.events()}


async def test_a_key_that_reads_no_area_is_told_nothing(house: House, driver: Driver) -> None:
    feed = await house.key(scopes=frozenset({Scope.CALENDAR_FEED}))
    details = await refusal(house, event_reader(driver).events(key=feed), "auth_scope_insufficient")
    assert details["required_scope"] == "calendar:read"


@pytest.mark.parametrize("after", ["x", "-1", "999", "9" * 19])
async def test_what_is_no_cursor_of_this_log_is_refused(
    house: House, driver: Driver, after: str
) -> None:
    """A cursor beyond the end is of another log: it would tell of nothing for years."""
    await refusal(house, event_reader(driver).events({"after": after}), "validation_failed")


async def test_a_type_that_does_not_exist_is_refused(house: House, driver: Driver) -> None:
    query = {"types": ["booking.created", "booking.moved"]}
    await refusal(house, event_reader(driver).events(query), "validation_failed")


async def test_a_cursor_older_than_retention_has_expired(house: House, driver: Driver) -> None:
    """Contract: "a cursor older than retention is `410 cursor_expired`"; of pages as of events."""
    reader = event_reader(driver)
    await booked(driver, wish())
    house.clock.now += DAY
    await booked(driver, wish(start="2026-05-27 14:00"))
    page = done(await reader.events({"limit": 1, "types": ["booking.created"]}))
    whole = await read(driver)
    old = sum(event["created_at"] < "2026-05-23" for event in whole)
    house.clock.now += 29 * DAY + timedelta(seconds=1)
    await prune(house, 30 * DAY)
    # From the beginning: the oldest that is kept, and no complaint.
    assert [event["id"] for event in await read(driver)] == [e["id"] for e in whole[old:]]
    for query in ({"after": "0"}, {"cursor": page["next_cursor"]}):
        await refusal(house, reader.events(query), "cursor_expired")
    # All behind this one is there.
    query = {"after": whole[old - 1]["cursor"], "types": ["booking.created"]}
    assert len(done(await reader.events(query))["data"]) == 1
    house.clock.now += 9 * DAY
    await prune(house, 30 * DAY)
    # Also where nothing is left at all; whoever had read to the end goes on.
    refused(await reader.events({"after": whole[-2]["cursor"]}), "cursor_expired")
    page = done(await reader.events({"after": whole[-1]["cursor"]}))
    assert (page["data"], page["cursor"]) == ([], whole[-1]["cursor"])
    assert await read(driver) == []
