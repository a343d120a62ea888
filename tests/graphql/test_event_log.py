"""``events``, and what becomes of cursors that are older than the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litehq_core.use_cases.duties.prune_events import prune_events
from tests.graphql.house import House
from tests.graphql.stream_client import streaming

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $types: [EventType!]) {
  events(first: $first, after: $after, last: $last, before: $before, types: $types) {
    cursor
    edges { cursor node { id cursor type actor { id kind } subject { type id } object previous } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def page(house: House, **variables: Any) -> Any:
    """A part of the log."""
    answer = await house.ask(PAGE, **variables)
    assert "errors" not in answer, answer
    return answer["data"]["events"]


def told(found: Any) -> list[str]:
    """The log's own cursors of a page."""
    return [edge["node"]["cursor"] for edge in found["edges"]]


async def test_either_cursor_goes_on_behind_an_event(house: House) -> None:
    """Of the connection, which carries the filters, or of the log, which subscriptions tell."""
    for hour in (10, 12, 14):
        await house.book(f"2026-05-25T{hour}:00:00Z")
    confirmed = await page(house, first=2, types=["BOOKING_CONFIRMED"])
    assert told(confirmed) == ["3", "5"]
    assert confirmed["cursor"] == "5"
    end = confirmed["pageInfo"]["endCursor"]
    assert told(await page(house, after=end)) == ["7"]
    assert told(await page(house, after="5", types=["BOOKING_CREATED"])) == ["6"]
    assert told(await page(house, after="5")) == ["6", "7"]
    nothing = await page(house, after="7")
    assert (nothing["edges"], nothing["cursor"]) == ([], "7")


async def test_the_log_is_read_backwards_too(house: House) -> None:
    """Relay's other direction; `before` takes the cursors of the connection."""
    for hour in (10, 12, 14):
        await house.book(f"2026-05-25T{hour}:00:00Z")
    newest = await page(house, last=2)
    assert told(newest) == ["6", "7"]
    older = await page(house, last=2, before=newest["pageInfo"]["startCursor"])
    assert told(older) == ["4", "5"]
    assert older["pageInfo"]["hasPreviousPage"]


async def test_an_event_shows_who_and_what(house: House) -> None:
    booking = await house.book()
    [edge] = (await page(house, types=["BOOKING_CONFIRMED"]))["edges"]
    node = edge["node"]
    assert node["actor"] == {"id": "tok_soho", "kind": "API_TOKEN"}
    assert node["subject"] == {"type": "booking", "id": booking["id"]}
    assert node["object"]["status"] == "confirmed"
    assert node["previous"] == {"status": "pending_payment"}


async def test_a_cursor_older_than_the_log_has_expired(house: House) -> None:
    """Alike in lists and in subscriptions."""
    await house.book()
    house.clock.advance(days=31)

    def never(workspace_id: str, error: Exception) -> None:
        raise AssertionError(workspace_id) from error

    await prune_events(house.ports, never, retention=timedelta(days=30))
    follow = "subscription ($after: String) { bookingEvents(after: $after) { cursor } }"
    changes = (
        "subscription ($after: String) "
        '{ availabilityChanged(roomId: "rm_atrium", after: $after) { cursor } }'
    )
    for query in (follow, changes):
        async with streaming(house.app, house.secret, query, after="1") as stream:
            assert (await stream.end())["code"] == "cursor_expired"
    answer = await house.ask(PAGE, after="1")
    assert answer["errors"][0]["extensions"]["code"] == "cursor_expired"
    assert (await page(house, after="3"))["edges"] == []
