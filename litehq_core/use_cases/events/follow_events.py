"""Follow the event log: what was missed, then what happens, without gap or repeat."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.event_words import cursor_at
from litehq_core.domain.events import Event, EventType
from litehq_core.ports.ports import Ports
from litehq_core.steps.follow_log import follow_log
from litehq_core.steps.visible import event_scope

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
    return cursor_at(event.position)


async def follow_events(
    ports: Ports, actor: Actor, query: FollowEvents
) -> AsyncGenerator[Event, None]:
    """The wanted events, for as long as the caller listens.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: ``after`` is not a cursor, or lies beyond the log's end.
        CursorExpired: what comes next has been pruned.
        StreamLagged: the caller listens too slowly.
    """
    actor.require(Scope.CALENDAR_READ)
    # Closed with this generator, or its follower would stay in the feed.
    async with aclosing(follow_log(ports, actor.workspace_id, query.after)) as pages:
        async for events in pages:
            for event in events:
                if query.wants(event, actor):
                    yield event
