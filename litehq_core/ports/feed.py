"""Wake-ups. They only ever say "look now": losing one costs at most the next poll."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Signal(Protocol):
    """One follower's bell."""

    async def wait(self, timeout_seconds: float) -> None:
        """Return once the log has grown since the last return, or when the time is up."""


class Feed(Protocol):
    """Who follows which workspace's log in this process."""

    def wake(self, workspace_id: str) -> None:
        """Ring for every follower of a workspace. Never blocks, never raises."""

    def follow(self, workspace_id: str) -> AbstractContextManager[Signal]:
        """A bell for as long as the block lasts."""

    def followed(self) -> frozenset[str]:
        """The workspaces with at least one follower."""
