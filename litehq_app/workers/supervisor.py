"""Runs the duties of a process for as long as it serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

STOP_SECONDS = 0.8
# Below the five seconds within which a lapsed hold is swept (contract.md, States).
MOST_BACKOFF_SECONDS = 4.0

log = structlog.get_logger(logger_name="litehq.workers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something done again and again.

    Attributes:
        perform: one round; True if more is waiting, so that the next round follows at once.
        every_seconds: the pause between two rounds.
        end: ends what rounds have left under way; called after the last of them.
    """

    name: str
    perform: Callable[[], Awaitable[bool]]
    every_seconds: float
    end: Callable[[], Awaitable[None]] | None = None


@asynccontextmanager
async def supervised(duties: Sequence[Duty]) -> AsyncIterator[None]:
    """Perform the duties while the block lasts, and end them within a second after it.

    A round that is under way may finish; one that takes too long is cancelled, which rolls its
    transaction back.
    """
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_repeat(duty, stop), name=duty.name) for duty in duties]
    try:
        yield
    finally:
        stop.set()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for duty in duties:
            if duty.end is not None:
                await duty.end()


async def _repeat(duty: Duty, stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            more = await duty.perform()
        except Exception:
            failures += 1
            pause = min(duty.every_seconds * 2**failures, MOST_BACKOFF_SECONDS)
            pause = max(pause, duty.every_seconds)
            log.exception("duty_failed", duty=duty.name, failures=failures, retry_in=pause)
        else:
            if failures:
                log.info("duty_recovered", duty=duty.name, failures=failures)
            failures = 0
            pause = 0.0 if more else duty.every_seconds
        try:
            async with asyncio.timeout(pause):
                await stop.wait()
        except TimeoutError:
            continue
