"""The event log's old end, as a transaction offers it. Its new end is written by ``tx.emit``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from litehq_core.domain.log_retention import LogEntry


class EventLog(Protocol):
    """What is left of the workspace's log, from its beginning."""

    async def oldest(self, limit: int) -> Sequence[LogEntry]:
        """The first entries that are left, in order; at most so many."""

    async def prune(self, through: int) -> None:
        """Take out everything up to a position, and remember for good that it is gone."""
