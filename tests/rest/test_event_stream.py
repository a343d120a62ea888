"""``GET /v1/events/stream``: what happened after a cursor, then what happens."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import EVERY_SCOPE, Scope, system_actor
from litehq_core.domain.events import EventType
from litehq_core.steps.follow_log import MAX_BEHIND, MAX_PAUSE, PAGE
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_core.use_cases.duties.prune_events import prune_events
from litehq_rest import event_stream
from litehq_rest.auth import ALLOWANCE
from tests.domain.samples import draft
from tests.rest.house import KEY, House
from tests.rest.stream_client import Reader, streaming


@pytest.fixture(autouse=True)
async def running(house: House) -> asyncio.Event:
    """The house's server is not about to stop."""
    stopping = house.app.state.stopping = asyncio.Event()
    return stopping


def follow(
    house: House, secret: str = KEY, last_event_id: str | None = None, **query: str
) -> AbstractAsyncContextManager[Reader]:
    """A reader of the house's log."""
    return streaming(house.app, secret, query, last_event_id=last_event_id)


async def emit(house: House, count: int, subject_id: str = "bk_1", **fields: Any) -> None:
    """Something happens, so many times."""
    async with house.ports.begin(system_actor("ws_1")) as tx:
        for _ in range(count):
            tx.emit(draft(subject_id, **fields))


async def listed(house: House, headers: dict[str, str] | None = None, **query: str) -> list[Any]:
    """The events as the list has them."""
    params = {"limit": "200", **query}
    answer = await house.client.get("/v1/events", params=params, headers=headers)
    found: list[Any] = answer.json()["data"]
    return found


async def test_what_happens_is_told_as_it_is_listed(house: House) -> None:
    """`id:` the cursor, `event:` the type, `data:` the JSON of the list."""
    async with follow(house) as reader:
        assert reader.status == 200
        assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert reader.headers["cache-control"] == "no-store"
        assert reader.headers["x-accel-buffering"] == "no"
        assert "content-length" not in reader.headers
        # Where it begins comes first, so that whoever is cut off before anything happens can go on.
        assert await reader.block() is None
        assert (reader.last_id, reader.retry_ms) == ("1", 1000)
        await house.book()
        told = [await reader.next() for _ in range(2)]
    assert [one.type for one in told] == ["booking.created", "booking.confirmed"]
    assert [one.data for one in told] == await listed(house, after="1")
    assert [one.id for one in told] == [one.data["cursor"] for one in told]
    assert house.ports.feed.followed() == frozenset()


async def test_it_goes_on_from_the_last_event_without_gap_or_repeat(house: House) -> None:
    """Contract: "SSE with `Last-Event-ID`"; however often the connection breaks."""
    seen: list[str] = []
    last: str | None = None
    for hour in range(10, 14):
        await house.book(at=f"2026-05-25T{hour}:00:00Z", duration_minutes=60)
        # The header is newer than the address, which a browser never changes.
        async with follow(house, last_event_id=last, after="0") as reader:
            for _ in range(2 if last else 3):
                seen.append((await reader.next()).data["id"])
            last = reader.last_id
    assert seen == [event["id"] for event in await listed(house)]


async def test_what_others_are_told_moves_the_place_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows what is rare comes back to where the log was, and hears that it is alive."""
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.05)
    async with follow(house, types="visitor.*,member.invited", after="0") as reader:
        await emit(house, 4)
        while reader.last_id != "5":
            assert await reader.block() is None
        await emit(house, 1, type=EventType.VISITOR_CREATED)
        assert (await reader.next()).id == "6"
    assert reader.places > 1


async def test_filters_and_bounds_are_those_of_the_list(house: House) -> None:
    """Contract, Auth: "Events show the areas that the key may read"."""
    house_keys: dict[str, dict[str, Any]] = {
        "sk_test_calendar": {"scopes": frozenset({Scope.CALENDAR_READ})},
        "sk_test_lina": {"scopes": EVERY_SCOPE, "member_id": "mem_lina_p"},
        "sk_test_northwind": {"scopes": EVERY_SCOPE, "company_ids": frozenset({"co_northwind"})},
    }
    everybodys = {"member_id": "mem_lina_p", "company_id": "co_northwind"}
    lina = await house.book()
    await house.book(at="2026-05-26T14:00:00Z", resource_id="rm_atrium", booked_by="mem_ana_n")
    await emit(house, 1, type=EventType.ROOM_UPDATED)
    for secret, fields in house_keys.items():
        headers = await house.key(secret, **fields)
        queries: tuple[dict[str, str], ...] = (
            {},
            {"types": "booking.confirmed"},
            {"subject_id": lina["id"]},
        )
        for query in queries:
            wanted = await listed(house, headers, after="0", **query)
            assert wanted or secret == "sk_test_northwind"
            async with follow(house, secret, after="0", **query) as reader:
                assert [(await reader.next()).data for _ in wanted] == wanted
                await emit(house, 1)
                await emit(house, 1, lina["id"], type=EventType.BOOKING_CONFIRMED, **everybodys)
                last = await reader.next()
                new = await listed(house, headers, after=last.id, **query)
                assert (last.data["subject_id"], new) == (lina["id"], []) or not query
            assert last.data in await listed(house, headers, after="0", **query)


@pytest.mark.parametrize(
    ("query", "last_event_id", "status", "code"),
    [
        ({"after": "x"}, None, 422, "validation_failed"),
        ({"after": "99"}, None, 422, "validation_failed"),
        ({"types": "booking.moved"}, None, 422, "validation_failed"),
        ({"limit": "5"}, None, 422, "validation_failed"),
        ({}, "evt_1", 422, "validation_failed"),
        ({}, "99", 422, "validation_failed"),
    ],
)
async def test_what_is_refused_is_refused_in_json(
    house: House, query: dict[str, str], last_event_id: str | None, status: int, code: str
) -> None:
    """Before the first byte of the stream."""
    async with follow(house, last_event_id=last_event_id, **query) as reader:
        assert reader.status == status
        assert reader.headers["content-type"] == "application/json"
        assert (await reader.body())["error"]["code"] == code
    assert house.ports.feed.followed() == frozenset()


async def test_a_key_that_opens_nothing_or_reads_nothing(house: House) -> None:
    await house.key("sk_test_feed", scopes=frozenset({Scope.CALENDAR_FEED}))
    for secret, status in (("sk_test_never", 401), ("sk_test_feed", 403)):
        async with follow(house, secret) as reader:
            assert reader.status == status


async def test_an_empty_last_event_id_is_none(house: House) -> None:
    """What a client sends that has seen nothing yet."""
    async with follow(house, last_event_id="", after="0") as reader:
        assert (await reader.next()).id == "1"


async def test_a_cursor_that_has_expired_is_410(house: House) -> None:
    """Contract: "a cursor older than retention is `410 cursor_expired`"."""
    await emit(house, 3)
    house.clock.advance(days=31)

    def never(workspace_id: str, error: Exception) -> None:
        raise AssertionError(workspace_id) from error

    await prune_events(house.ports, never, retention=timedelta(days=30))
    async with follow(house, last_event_id="1") as reader:
        assert reader.status == 410
        assert (await reader.body())["error"]["code"] == "cursor_expired"
    async with follow(house, last_event_id="4") as reader:
        assert reader.status == 200


async def ended(reader: Reader) -> Any:
    """The last event, which says why there is no more."""
    told = await reader.next()
    assert told.data["error"]["code"] == told.type
    assert told.data["error"]["request_id"] == "req_stream"
    with pytest.raises(EOFError):
        await reader.block()
    return told


async def test_a_revoked_key_ends_the_stream_though_nothing_happens(house: House) -> None:
    """Contract: "Revocation: at once here, within 30 s everywhere"."""
    await house.key("sk_test_short", id="tok_short")
    async with follow(house, "sk_test_short", types="visitor.*") as reader:
        await reader.block()
        await revoke_api_token(
            house.ports, system_actor("ws_1"), RevokeApiToken(token_id="tok_short")
        )
        # The place stays what it was: with another key it goes on from there.
        place = reader.last_id
        assert (await ended(reader)).type == "auth_invalid"
        assert reader.last_id == place


async def test_a_revoked_key_hears_of_no_further_event(house: House) -> None:
    """Asked before each batch, so that what happens right after the revocation is not told."""
    await house.key("sk_test_short", id="tok_short")
    async with follow(house, "sk_test_short") as reader:
        await reader.block()
        await asyncio.sleep(0.6)
        await revoke_api_token(
            house.ports, system_actor("ws_1"), RevokeApiToken(token_id="tok_short")
        )
        await house.book()
        assert (await ended(reader)).type == "auth_invalid"


async def test_who_reads_too_slowly_is_told_and_can_go_on(house: House) -> None:
    """`stream_lagged` as an event; with the last id all that is left is told, and nothing twice."""
    async with follow(house) as reader:
        await reader.block()
        reader.reading.clear()
        await emit(house, 1)
        await asyncio.sleep(0.1)
        house.clock.advance(seconds=(MAX_PAUSE + timedelta(seconds=1)).total_seconds())
        await emit(house, MAX_BEHIND + PAGE)
        reader.reading.set()
        seen = []
        while (told := await reader.next()).type != "stream_lagged":
            seen.append(told.id)
        assert told.data["error"]["cursor"] == seen[-1] == reader.last_id
    async with follow(house, last_event_id=reader.last_id) as again:
        rest = MAX_BEHIND + PAGE + 1 - len(seen)
        seen += [(await again.next()).id for _ in range(rest)]
    assert seen == [str(n) for n in range(2, 2 + len(seen))]


async def test_it_ends_when_the_server_stops(house: House, running: asyncio.Event) -> None:
    """In the middle of everything, a reader who takes nothing included."""
    async with follow(house) as reader, follow(house) as slow:
        await reader.block()
        slow.reading.clear()
        running.set()
        with pytest.raises(EOFError):
            await reader.block()
    assert house.ports.feed.followed() == frozenset()


async def test_a_fault_of_ours_is_told_as_one(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And logged; the client learns nothing of it."""

    def fail(_: object, __: object) -> Any:
        raise ZeroDivisionError("the secret reason")

    async with follow(house) as reader:
        await reader.block()
        monkeypatch.setattr(event_stream, "event_json", fail)
        await emit(house, 1)
        told = await ended(reader)
    assert told.type == "internal_error"
    assert "secret" not in json.dumps(told.data)
    assert "a stream of events failed" in caplog.text


async def test_a_stream_draws_on_the_rate_limit_once(house: House) -> None:
    """However much it tells."""
    async with follow(house) as first:
        await emit(house, 50)
        for _ in range(50):
            await first.next()
    async with follow(house) as second:
        assert second.status == 200
    left = [reader.state[ALLOWANCE].remaining for reader in (first, second)]
    assert left[0] - left[1] == 1
