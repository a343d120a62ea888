"""How much of the event log may go: what is old, and what nobody still has to be told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DEFAULT_RETENTION = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A place in the log, and when what stands there happened."""

    position: int
    occurred_at: datetime


def prunable_through(
    oldest: Sequence[LogEntry], before: datetime, passed: int | None
) -> int | None:
    """The last position that may go, and everything below it; None if nothing may.

    The log goes from its beginning and stays without gaps: an event that is young, or still
    wanted, keeps all that lies behind it.

    Args:
        oldest: the beginning of the log, in order.
        before: what happened before this instant is old.
        passed: the position up to which everybody has been told who must be; None if there is
            nobody.
    """
    last = None
    for entry in oldest:
        if entry.occurred_at >= before or (passed is not None and entry.position > passed):
            break
        last = entry.position
    return last
