"""List the blackouts of a room, or those of a location."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import NotFound
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlackouts:
    """Whose, and which part of the list. Without a cursor exactly one of the two is named."""

    room_id: str | None = None
    location_id: str | None = None
    paging: Paging = field(default_factory=Paging)


async def list_blackouts(
    ports: Ports, actor: Actor, query: ListBlackouts, attributes: frozenset[str]
) -> Page:
    """The place's own blackouts, newest first, over or not.

    Those of a location close its rooms as well, and are listed there alone; what closes a room at
    all, ``list_availability`` tells.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        NotFound: there is no such room or location.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.CALENDAR_READ)
    for noun, place_id in ((Noun.ROOM, query.room_id), (Noun.LOCATION, query.location_id)):
        of_place = frozenset({"id"})
        if place_id is not None and not await ports.reads.by_ids(
            actor.workspace_id, noun, [place_id], of_place
        ):
            raise NotFound(noun.value)
    named = {"room_id": query.room_id, "location_id": query.location_id}
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.BLACKOUT,
        visible(actor, Noun.BLACKOUT, attributes),
        paging=query.paging,
        given={name: value for name, value in named.items() if value is not None},
        defaults={},
        conditions=lambda resolved: tuple(
            Condition(name, Op.EQUAL, value) for name, value in resolved.items()
        ),
        order=("created_at", "id"),
        descending=True,
    )
