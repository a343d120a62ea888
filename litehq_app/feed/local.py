"""Wake-ups within one process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Rings within this time are one: a busy workspace must not make its followers read for each row.
GATHER_SECONDS = 0.01


class LocalSignal:
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
        # Cleared before the follower reads: what is written while it reads rings anew.
        self._bell.clear()


class LocalFeed:
    """Implements ``ports.feed.Feed`` for the followers in one event loop.

    Other processes are not heard; their followers find what they wrote at the next poll.
    """

    def __init__(self, *, gather_seconds: float = GATHER_SECONDS) -> None:
        self._gather_seconds = gather_seconds
        self._followers: dict[str, set[LocalSignal]] = {}
        self._rung: set[str] = set()

    def wake(self, workspace_id: str) -> None:
        """Ring for every follower of a workspace, a moment later. Never blocks, never raises."""
        if workspace_id not in self._followers or workspace_id in self._rung:
            return
        self._rung.add(workspace_id)
        loop = asyncio.get_running_loop()
        loop.call_later(self._gather_seconds, self._ring, workspace_id)

    def _ring(self, workspace_id: str) -> None:
        self._rung.discard(workspace_id)
        for signal in self._followers.get(workspace_id, ()):
            signal.ring()

    @contextmanager
    def follow(self, workspace_id: str) -> Iterator[LocalSignal]:
        """A bell for as long as the block lasts."""
        signal = LocalSignal()
        self._followers.setdefault(workspace_id, set()).add(signal)
        try:
            yield signal
        finally:
            followers = self._followers[workspace_id]
            followers.discard(signal)
            if not followers:
                del self._followers[workspace_id]

    def followed(self) -> frozenset[str]:
        """The workspaces with at least one follower."""
        return frozenset(self._followers)
