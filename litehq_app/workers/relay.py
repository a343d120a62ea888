"""Relaying: events that another process wrote reach the followers in this one."""

from __future__ import annotations

from litehq_app.workers.supervisor import Duty
from litehq_core.ports.ports import Ports


def relay(ports: Ports, *, every_seconds: float = 1.0) -> Duty:
    """Ask for the heads of all followed logs in one query, and wake whose log has grown."""
    known: dict[str, int] = {}

    async def perform() -> bool:
        followed = sorted(ports.feed.followed())
        heads = await ports.reads.heads(followed) if followed else {}
        for workspace_id, head in heads.items():
            # A log seen for the first time is woken too: it may have grown since its follower
            # looked.
            if head > known.get(workspace_id, -1):
                ports.feed.wake(workspace_id)
        known.clear()
        known.update(heads)
        return False

    return Duty(name="relay", perform=perform, every_seconds=every_seconds)
