"""Follow what becomes of a room's free and busy times."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.availability_change import AvailabilityChange, availability_change
from litehq_core.domain.errors import NotFound
from litehq_core.ports.ports import Ports
from litehq_core.steps.follow_log import follow_log


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowAvailability:
    """Of which room; after a cursor of the event log, or from now on."""

    room_id: str
    after: str | None = None


async def follow_availability(
    ports: Ports, actor: Actor, query: FollowAvailability
) -> AsyncGenerator[AvailabilityChange, None]:
    """A change each time that something bears on the room, for as long as the caller listens.

    What happens at once is one change, and whoever listens slowly is told less often. Every
    booking of the room counts, also those that the actor may not see: they occupy the room, and
    no more than that is told of them.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        NotFound: no such room.
        ValidationFailed: ``after`` is not a cursor, or lies beyond the log's end.
        CursorExpired: what comes next has been pruned.
        StreamLagged: the caller listens too slowly.
    """
    actor.require(Scope.CALENDAR_READ)
    of_room = frozenset({"location_id"})
    found = await ports.reads.by_ids(actor.workspace_id, Noun.ROOM, [query.room_id], of_room)
    if query.room_id not in found:
        raise NotFound("room")
    location_id = found[query.room_id]["location_id"]
    # Closed with this generator, or its follower would stay in the feed.
    async with aclosing(follow_log(ports, actor.workspace_id, query.after)) as pages:
        async for events in pages:
            change = availability_change(query.room_id, events, location_id=location_id)
            if change is not None:
                yield change
