"""Who reads too slowly is told so, and where to go on; nothing is dropped in silence."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.errors import StreamLagged
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.steps.follow_log import MAX_BEHIND, MAX_PAUSE, PAGE, follow_log
from tests.graphql.house import House
from tests.graphql.stream_client import streaming

FOLLOW = "subscription Follow($after: String) { bookingEvents(after: $after) { cursor type } }"
TOO_MANY = MAX_BEHIND + PAGE
TOO_LONG = (MAX_PAUSE + timedelta(seconds=1)).total_seconds()


async def crowd(house: House, count: int) -> None:
    """Many events that no booking is about."""
    actor = system_actor(house.workspace_id)
    async with house.ports.begin(actor) as tx:
        for number in range(count):
            tx.emit(
                EventDraft(
                    type=EventType.API_TOKEN_CREATED,
                    subject_id=f"tok_{number}",
                    sequence=1,
                    object={},
                )
            )


async def test_a_slow_reader_is_told_and_can_go_on(house: House) -> None:
    """``stream_lagged`` with the cursor; with it, all that is left is told, and nothing twice."""
    async with streaming(house.app, house.secret, FOLLOW, after="0") as stream:
        await house.book()
        await stream.next()
        stream.reading.clear()
        await house.book("2026-05-25T12:00:00Z")
        await asyncio.sleep(0.1)
        house.clock.advance(seconds=TOO_LONG)
        await crowd(house, TOO_MANY)
        await house.book("2026-05-25T15:00:00Z")
        stream.reading.set()
        cursors = []
        while True:
            _, response = await stream.event()
            if "errors" in response:
                break
            cursors.append(response["data"]["bookingEvents"]["cursor"])
        [error] = response["errors"]
        assert await stream.event() == ("complete", None)
    # The tokens that the house gave its member are the first event.
    assert cursors == ["3", "4", "5"]
    assert error["extensions"]["code"] == "stream_lagged"
    assert error["extensions"]["cursor"] == "5"
    async with streaming(
        house.app, house.secret, FOLLOW, after=error["extensions"]["cursor"]
    ) as stream:
        events = [(await stream.next())["bookingEvents"] for _ in range(2)]
    assert [event["cursor"] for event in events] == [str(5 + TOO_MANY + n) for n in (1, 2)]


@pytest.mark.parametrize(
    ("seconds", "events", "lags"),
    [(TOO_LONG, TOO_MANY, True), (0, TOO_MANY, False), (TOO_LONG, MAX_BEHIND, False)],
)
async def test_neither_many_events_nor_a_pause_alone_is_too_slow(
    house: House, seconds: float, events: int, lags: bool
) -> None:
    """Only both together."""
    pages = follow_log(house.ports, house.workspace_id, None)
    first = asyncio.create_task(anext(pages))
    await house.until_followed()
    await crowd(house, 1)
    assert len(await first) == 1
    house.clock.advance(seconds=seconds)
    await crowd(house, events)
    if lags:
        with pytest.raises(StreamLagged) as lagged:
            await anext(pages)
        assert lagged.value.cursor == "2"
    else:
        read = 0
        while read < events:
            read += len(await anext(pages))
        assert read == events
    await pages.aclose()


async def test_who_catches_up_may_take_his_time(house: House) -> None:
    """However much he missed, and however slowly he reads: he asked for it."""
    await crowd(house, 3 * PAGE + TOO_MANY)
    pages = follow_log(house.ports, house.workspace_id, "0")
    for page in range(3):
        assert (await anext(pages))[0].position == page * PAGE + 1
        house.clock.advance(seconds=TOO_LONG)
    await pages.aclose()
