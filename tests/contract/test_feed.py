"""The feed: wake-ups are coalesced, never lost, and stop with their block."""

from __future__ import annotations

import asyncio

import pytest

from litehq_app.feed.local import LocalFeed
from litehq_core.ports.feed import Feed, Signal
from litehq_core.testing import MemoryFeed

SHORT = 0.1


@pytest.fixture(params=[MemoryFeed, LocalFeed])
def feed(request: pytest.FixtureRequest) -> Feed:
    """Each feed that works within one process."""
    made: Feed = request.param()
    return made


async def _is_quiet(signal: Signal) -> bool:
    """Whether nothing ends a short wait before its time."""
    loop = asyncio.get_running_loop()
    before = loop.time()
    await signal.wait(SHORT)
    return loop.time() - before >= SHORT * 0.9


async def _settled(feed: Feed, workspace_id: str) -> None:
    """Ring, and let a feed that gathers rings for some milliseconds pass them on."""
    feed.wake(workspace_id)
    await asyncio.sleep(0.05)


async def test_a_wake_before_the_wait_is_not_lost(feed: Feed) -> None:
    with feed.follow("ws_a") as signal:
        await _settled(feed, "ws_a")
        assert not await _is_quiet(signal)
        assert await _is_quiet(signal)


async def test_a_wake_during_the_wait_ends_it(feed: Feed) -> None:
    with feed.follow("ws_a") as signal:
        waiting = asyncio.create_task(signal.wait(20))
        await asyncio.sleep(0)
        feed.wake("ws_a")
        await asyncio.wait_for(waiting, 2)


async def test_many_wakes_are_one(feed: Feed) -> None:
    with feed.follow("ws_a") as signal:
        for _ in range(50):
            feed.wake("ws_a")
        await _settled(feed, "ws_a")
        assert not await _is_quiet(signal)
        assert await _is_quiet(signal)


async def test_a_wait_is_over_when_its_time_is_up(feed: Feed) -> None:
    with feed.follow("ws_a") as signal:
        assert await _is_quiet(signal)
        await asyncio.wait_for(signal.wait(0), 2)
        # Time that was up takes nothing from the next wake.
        await _settled(feed, "ws_a")
        assert not await _is_quiet(signal)


async def test_every_follower_of_the_workspace_is_rung_and_no_other(feed: Feed) -> None:
    with feed.follow("ws_a") as one, feed.follow("ws_a") as two, feed.follow("ws_b") as three:
        await _settled(feed, "ws_a")
        assert not await _is_quiet(one)
        assert not await _is_quiet(two)
        assert await _is_quiet(three)


async def test_followed_are_the_workspaces_with_a_follower(feed: Feed) -> None:
    assert feed.followed() == frozenset()
    with feed.follow("ws_a"):
        with feed.follow("ws_a"), feed.follow("ws_b"):
            assert feed.followed() == {"ws_a", "ws_b"}
        assert feed.followed() == {"ws_a"}
    assert feed.followed() == frozenset()
    # Nobody is there to hear it: still no error.
    await _settled(feed, "ws_a")


async def test_a_follower_that_fails_leaves_nothing_behind(feed: Feed) -> None:
    try:
        with feed.follow("ws_a"):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert feed.followed() == frozenset()
