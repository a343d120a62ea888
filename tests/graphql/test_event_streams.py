"""Operations over ``graphql-sse``, a connection each."""

from __future__ import annotations

import asyncio

import pytest

from litehq_core.domain.api_key import Scope, system_actor
from litehq_core.use_cases.api_keys.revoke_api_token import RevokeApiToken, revoke_api_token
from litehq_graphql import event_stream
from tests.graphql.house import House
from tests.graphql.stream_client import streaming

FOLLOW = """
subscription Follow($after: String) {
  bookingEvents(after: $after) { cursor type sequence booking { id room { name } } }
}
"""
VIEWER = "{ viewer { keyId } }"


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("POST", "/graphql", "text/event-stream"),
        ("GET", "/graphql", "text/event-stream"),
        ("POST", "/graphql", "text/event-stream, application/json;q=0.9"),
        ("POST", "/graphql/stream", "*/*"),
        ("GET", "/graphql/stream", ""),
    ],
)
async def test_events_come_as_they_happen(
    house: House, method: str, path: str, accept: str
) -> None:
    """By ``Accept`` on the one endpoint, or at an address that always streams."""
    async with streaming(
        house.app, house.secret, FOLLOW, method=method, path=path, accept=accept
    ) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["cache-control"] == "no-store"
        assert "content-length" not in stream.headers
        await house.until_followed()
        booking = await house.book()
        events = [(await stream.next())["bookingEvents"] for _ in range(2)]
    assert [event["type"] for event in events] == ["BOOKING_CREATED", "BOOKING_CONFIRMED"]
    assert events[1]["booking"] == {"id": booking["id"], "room": {"name": "Atrium"}}
    await house.until_followed(yes=False)


async def test_after_a_cursor_what_was_missed_comes_first(house: House) -> None:
    """Then what happens; without gap or repeat."""
    await house.book()
    await house.book("2026-05-25T11:00:00Z")
    async with streaming(house.app, house.secret, FOLLOW, after="1") as stream:
        events = [await stream.next() for _ in range(3)]
        await house.book("2026-05-25T13:00:00Z")
        events += [await stream.next() for _ in range(2)]
    assert [event["bookingEvents"]["cursor"] for event in events] == ["2", "3", "4", "5", "6"]


async def test_a_query_or_mutation_is_one_result(house: House) -> None:
    """Then the stream is complete, and ends."""
    mutation = 'mutation { revokeApiToken(input: {id: "tok_none"}) { __typename } }'
    for query, data in (
        (VIEWER, {"viewer": {"keyId": "tok_soho"}}),
        (mutation, {"revokeApiToken": {"__typename": "Refusal"}}),
    ):
        async with streaming(house.app, house.secret, query) as stream:
            assert await stream.next() == data
            assert await stream.event() == ("complete", None)
            with pytest.raises(EOFError):
                await stream.event()


@pytest.mark.parametrize(
    ("method", "query", "code"),
    [
        ("POST", "{ nope }", "validation_failed"),
        ("POST", "{", "malformed_request"),
        ("POST", "query A { __typename } query B { __typename }", "validation_failed"),
        ("POST", 'subscription { bookingEvents(after: "x") { id } }', "validation_failed"),
        (
            "GET",
            'mutation { revokeApiToken(input: {id: "tok_soho"}) { __typename } }',
            "method_not_allowed",
        ),
    ],
)
async def test_what_is_wrong_with_the_operation_is_told_in_the_stream(
    house: House, method: str, query: str, code: str
) -> None:
    """The protocol's rule: a browser's ``EventSource`` shows nothing of another answer."""
    async with streaming(house.app, house.secret, query, method=method) as stream:
        assert stream.status == 200
        error = await stream.end()
    assert (error["code"], error["request_id"]) == (code, "req_test")
    assert (await house.ask(VIEWER))["data"]["viewer"]


async def test_without_a_good_key_there_is_no_stream(house: House) -> None:
    """401, in one piece."""
    async with streaming(house.app, "sk_live_wrong", FOLLOW) as answer:
        assert answer.status == 401
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


async def test_a_revoked_key_ends_the_stream_within_five_seconds(house: House) -> None:
    """An error, then the end, though nothing happens meanwhile."""
    secret = await house.key(Scope.CALENDAR_READ)
    async with streaming(house.app, secret, FOLLOW) as stream:
        await house.until_followed()
        command = RevokeApiToken(token_id=f"tok_{secret[8:]}")
        await revoke_api_token(house.ports, system_actor("ws_soho"), command)
        assert (await stream.end())["code"] == "auth_invalid"
        await house.until_followed(yes=False)


async def test_a_revoked_key_hears_of_no_further_event(house: House) -> None:
    """The key is asked about before an event, not only now and then."""
    secret = await house.key(Scope.CALENDAR_READ)
    async with streaming(house.app, secret, FOLLOW) as stream:
        await house.until_followed()
        # Longer than an answer about the key counts, shorter than the watch sleeps.
        await asyncio.sleep(0.6)
        command = RevokeApiToken(token_id=f"tok_{secret[8:]}")
        await revoke_api_token(house.ports, system_actor("ws_soho"), command)
        await house.book()
        assert (await stream.end())["code"] == "auth_invalid"


async def test_a_silent_stream_is_kept_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is written now and again, or proxies would close it."""
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0.05)
    async with streaming(house.app, house.secret, FOLLOW) as stream:
        await house.until_followed()
        await asyncio.sleep(0.3)
        await house.book()
        await stream.next()
        assert stream.pings >= 3


async def test_a_server_that_stops_ends_its_streams(house: House) -> None:
    """Without completing them: the client connects again."""
    async with streaming(house.app, house.secret, FOLLOW) as stream:
        await house.until_followed()
        house.litestar.state.stopping.set()
        with pytest.raises(EOFError):
            await stream.event()
    await house.until_followed(yes=False)
