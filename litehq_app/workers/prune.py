"""Pruning: what is old goes out of the event logs, a little at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from litehq_app.workers.supervisor import Duty
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.duties.prune_events import EVENTS_AT_ONCE, Follower, prune_events

log = structlog.get_logger(logger_name="litehq.workers.prune")


def prune(
    ports: Ports,
    retention: timedelta,
    *,
    followers: Sequence[Follower] = (),
    every_seconds: float = 60.0,
) -> Duty:
    """Take out of every log what is older than ``retention`` and was seen by all ``followers``."""

    def note(workspace_id: str, error: Exception) -> None:
        log.error("prune_failed", workspace_id=workspace_id, exc_info=error)

    async def perform() -> bool:
        gone = await prune_events(ports, note, retention=retention, followers=followers)
        if gone:
            log.info("events_pruned", events=gone)
        return gone >= EVENTS_AT_ONCE

    return Duty(name="prune", perform=perform, every_seconds=every_seconds)
