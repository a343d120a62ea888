"""The event log as a stream: what followed a cursor, then what happens, as far as one may be told.

As ``list_events``, and it never ends. The same events, in the same order.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor
from litehq_core.domain.event_words import cursor_at
from litehq_core.domain.events import Event, EventType
from litehq_core.ports.ports import Ports
from litehq_core.steps.follow_log import follow_log, log_position
from litehq_core.steps.visible_events import VisibleEvents, WantedEvents


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvents:
    """What is wanted: after a cursor, or from now on (None); all else as in ``ListEvents``."""

    after: str | None = None
    types: frozenset[EventType] | None = None
    subject_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBatch:
    """What was found at one look into the log.

    Attributes:
        events: those that the reader is told of; there may be none among many.
        cursor: where to go on: all that was asked for up to it has been told.
    """

    events: Sequence[Event]
    cursor: str


async def stream_events(
    ports: Ports, actor: Actor, query: StreamEvents
) -> AsyncGenerator[EventBatch, None]:
    """The log from a cursor on, for as long as the caller listens.

    The first batch comes at once and is empty: whoever has it has not been refused, and knows the
    cursor that the stream begins at.

    Raises:
        AuthScopeInsufficient: there is no area that the key may read.
        ValidationFailed: ``after`` is not a cursor, or lies beyond the log's end.
        CursorExpired: something behind the cursor has been pruned.
        StreamLagged: the caller listens too slowly.
    """
    wanted = WantedEvents(types=query.types, subject_id=query.subject_id)
    visible = VisibleEvents.of(actor, wanted)
    start = cursor_at(await log_position(ports, actor.workspace_id, query.after))
    yield EventBatch(events=(), cursor=start)
    # Closed with this generator, or its follower would stay in the feed.
    async with aclosing(follow_log(ports, actor.workspace_id, start)) as pages:
        async for page in pages:
            told = [event for event in page if event in visible]
            yield EventBatch(events=told, cursor=cursor_at(page[-1].position))
