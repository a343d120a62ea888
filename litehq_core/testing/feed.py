"""Wake-ups within one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class MemorySignal:
    """One follower's bell. However often it rings before a wait, the wait returns once."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Let the present wait, or else the next one, return at once."""
        self._bell.set()

    async def wait(self, timeout_seconds: float) -> None:
        """Return once the log has grown since the last return, or when the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._bell.wait()
        # Before the return, not after it: a ring while the follower reads is kept for later.
        self._bell.clear()


class MemoryFeed:
    """Who follows which workspace's log in this event loop."""

    def __init__(self) -> None:
        self._followers: dict[str, list[MemorySignal]] = {}

    def wake(self, workspace_id: str) -> None:
        """Ring for every follower of a workspace. Never blocks, never raises."""
        for signal in self._followers.get(workspace_id, ()):
            signal.ring()

    @contextmanager
    def follow(self, workspace_id: str) -> Iterator[MemorySignal]:
        """A bell for as long as the block lasts."""
        signal = MemorySignal()
        followers = self._followers.setdefault(workspace_id, [])
        followers.append(signal)
        try:
            yield signal
        finally:
            followers.remove(signal)
            if not followers:
                del self._followers[workspace_id]

    def followed(self) -> frozenset[str]:
        """The workspaces with at least one follower."""
        return frozenset(self._followers)
