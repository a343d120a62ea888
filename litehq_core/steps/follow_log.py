"""Follow a workspace's event log: what was missed, then what happens, without gap or repeat.

The log itself is the queue between what happens and who reads of it: a reader holds one page, and
the next is read when that one has been dealt with. How far he may fall behind has a bound.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from litehq_core.domain.errors import StreamLagged, ValidationFailed
from litehq_core.domain.events import Event
from litehq_core.ports.ports import Ports

POLL_SECONDS = 1.0
PAGE = 200
# Both must be passed: many events at once are no fault of who reads them, nor is a short pause.
MAX_BEHIND = 1_000
MAX_PAUSE = timedelta(seconds=10)


def cursor_at(position: int) -> str:
    """The cursor that stands just behind a position of the log."""
    return str(position)


def position_of(cursor: str) -> int:
    """The position that a cursor stands for.

    Raises:
        ValidationFailed: it is not a cursor of the log.
    """
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise ValidationFailed.of("after", "is not a cursor of the event log")
    return int(cursor)


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
        StreamLagged: a reader who had caught up with the log has fallen too far behind since.
            Who still catches up may take the time that it takes.
    """
    head = await ports.reads.head(workspace_id)
    position = head if after is None else position_of(after)
    if position > head:
        raise ValidationFailed.of("after", "lies beyond the end of the event log")
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
                position = events[-1].position
                yield events
            if len(events) < PAGE:
                await signal.wait(POLL_SECONDS)
