"""Checkpoints: SQLite's log goes into its file now and then, and not by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litehq_app.workers.supervisor import Duty


def checkpoint(write: Callable[[], Awaitable[None]], *, every_seconds: float = 10.0) -> Duty:
    """Call ``write``, the store's own checkpoint, again and again."""

    async def perform() -> bool:
        await write()
        return False

    return Duty(name="checkpoint", perform=perform, every_seconds=every_seconds)
