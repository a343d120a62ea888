"""Follow the event log: what was missed, then what happens, without gap or repeat."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.events import Event, EventType
from litehq_core.ports.ports import Ports
from litehq_core.steps.visible import event_scope

POLL_SECONDS = 1.0
PAGE = 200
CALENDAR_TYPES = frozenset(kind for kind in EventType if kind.startswith("booking."))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowEvents:
    """Which events: after a cursor (None: from now on), of some types, about something.

    ``types`` None means every type of a booking.
    """

    after: str | None = None
    types: frozenset[EventType] | None = None
    room_id: str | None = None
    member_id: str | None = None
    company_id: str | None = None

    def wants(self, event: Event, actor: Actor) -> bool:
        """Whether the event is asked for and within the actor's bounds."""
        return (
            event.type in (self.types if self.types is not None else CALENDAR_TYPES)
            and self.room_id in (None, event.room_id, (event.previous or {}).get("room_id"))
            and self.member_id in (None, event.member_id)
            and self.company_id in (None, event.company_id)
            and actor.may(event_scope(event.type))
            and actor.reaches(member_id=event.member_id, company_id=event.company_id)
        )


def cursor_after(event: Event) -> str:
    """The cursor that stands just behind ``event``."""
    return str(event.position)


def position_of(cursor: str) -> int:
    """The position that a cursor stands for.

    Raises:
        ValidationFailed: it is not a cursor of the log.
    """
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise ValidationFailed.of("after", "is not a cursor of the event log")
    return int(cursor)


async def follow_events(
    ports: Ports, actor: Actor, query: FollowEvents
) -> AsyncGenerator[Event, None]:
    """The wanted events, for as long as the caller listens.

    The log's positions are dense, so reading on from the last one seen misses nothing; the feed
    only says when to look.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: ``after`` is not a cursor, or lies beyond the log's end.
    """
    actor.require(Scope.CALENDAR_READ)
    head = await ports.reads.head(actor.workspace_id)
    position = head if query.after is None else position_of(query.after)
    if position > head:
        raise ValidationFailed.of("after", "lies beyond the end of the event log")
    with ports.feed.follow(actor.workspace_id) as signal:
        while True:
            events = await ports.reads.events_after(actor.workspace_id, position, PAGE)
            for event in events:
                position = event.position
                if query.wants(event, actor):
                    yield event
            if len(events) < PAGE:
                await signal.wait(POLL_SECONDS)
