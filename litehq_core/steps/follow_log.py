"""Follow a workspace's event log: what was missed, then what happens, without gap or repeat.

The log itself is the queue between what happens and who reads of it: a reader holds one page, and
the next is read when that one has been dealt with. How far he may fall behind has a bound.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from litehq_core.domain.errors import CursorExpired, StreamLagged, ValidationFailed
from litehq_core.domain.event_words import cursor_at, position_of
from litehq_core.domain.events import Event
from litehq_core.ports.ports import Ports

POLL_SECONDS = 1.0
PAGE = 200
# Both must be passed: many events at once are no fault of who reads them, nor is a short pause.
MAX_BEHIND = 1_000
MAX_PAUSE = timedelta(seconds=10)


async def log_position(ports: Ports, workspace_id: str, after: str | None) -> int:
    """Where a reader begins: behind a cursor; None is the log's end, what happens from now on.

    Raises:
        ValidationFailed: ``after`` is not a cursor, or lies beyond the log's end.
        CursorExpired: what follows the cursor has been pruned.
    """
    head = await ports.reads.head(workspace_id)
    position = head if after is None else position_of(after)
    if position > head:
        raise ValidationFailed.of("after", "lies beyond the end of the event log")
    await require_kept(ports, workspace_id, position)
    return position


async def require_kept(ports: Ports, workspace_id: str, position: int) -> None:
    """See to it that all behind a position is still there. Ask it *after* the log was read.

    What is pruned meanwhile would be missing from what was read, and the answer seem whole.

    Raises:
        CursorExpired: some of it has been pruned.
    """
    if position < await ports.reads.floor(workspace_id):
        raise CursorExpired


async def follow_log(
    ports: Ports, workspace_id: str, after: str | None
) -> AsyncGenerator[Sequence[Event], None]:
    """The log page by page, for as long as the caller listens. Pages are never empty.

    The log's positions are dense, so reading on from the last one seen misses nothing; the feed
    only says when to look.

    Args:
        after: a cursor; None begins with what happens from now on.

    Raises:
        ValidationFailed: ``after`` is not a cursor, or lies beyond the log's end.
        CursorExpired: what comes next has been pruned.
        StreamLagged: a reader who had caught up with the log has fallen too far behind since.
            Who still catches up may take the time that it takes.
    """
    position = await log_position(ports, workspace_id, after)
    caught_up_at = None
    with ports.feed.follow(workspace_id) as signal:
        while True:
            events = await ports.reads.events_after(workspace_id, position, PAGE)
            if len(events) < PAGE:
                caught_up_at = ports.clock()
            elif caught_up_at is not None and ports.clock() - caught_up_at > MAX_PAUSE:
                head = await ports.reads.head(workspace_id)
                if head - position > MAX_BEHIND:
                    raise StreamLagged(cursor=cursor_at(position))
            if events:
                if events[0].position != position + 1:
                    # Positions are dense: what is missing was pruned while this reader slept.
                    raise CursorExpired
                position = events[-1].position
                yield events
            if len(events) < PAGE:
                await signal.wait(POLL_SECONDS)
