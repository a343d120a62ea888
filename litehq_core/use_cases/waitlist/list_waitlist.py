"""List the entries of the waitlist."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.domain.waitlist import WaitlistStatus
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWaitlist:
    """What is wanted; None means not said."""

    status: WaitlistStatus | None = None
    location_id: str | None = None
    room_id: str | None = None
    member_id: str | None = None
    company_id: str | None = None
    paging: Paging = field(default_factory=Paging)


async def list_waitlist(
    ports: Ports, actor: Actor, query: ListWaitlist, attributes: frozenset[str]
) -> Page:
    """The entries within reach, newest first.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.CALENDAR_READ)
    filters = {
        "status": query.status.value if query.status else None,
        "location_id": query.location_id,
        "room_id": query.room_id,
        "member_id": query.member_id,
        "company_id": query.company_id,
    }
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.WAITLIST_ENTRY,
        visible(actor, Noun.WAITLIST_ENTRY, attributes),
        paging=query.paging,
        given={name: value for name, value in filters.items() if value is not None},
        defaults={},
        conditions=lambda resolved: (
            tuple(Condition(name, Op.EQUAL, value) for name, value in resolved.items())
            + reach(actor, Noun.WAITLIST_ENTRY)
        ),
        order=("created_at", "id"),
        descending=True,
    )
