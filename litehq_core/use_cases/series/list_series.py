"""List series, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.domain.series_view import SERIES_RECORD
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.read_series import complete_series, stored_attributes
from litehq_core.steps.visible import reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSeries:
    """What is wanted; None means not said."""

    room_id: str | None = None
    member_id: str | None = None
    company_id: str | None = None
    paging: Paging = field(default_factory=Paging)


async def list_series(
    ports: Ports, actor: Actor, query: ListSeries, attributes: frozenset[str] = SERIES_RECORD
) -> Page:
    """Series, newest first, with what became of them.

    Raises:
        AuthScopeInsufficient: needs ``calendar:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.CALENDAR_READ)
    filters = {
        "room_id": query.room_id,
        "member_id": query.member_id,
        "company_id": query.company_id,
    }
    wanted = visible(actor, Noun.SERIES, attributes)
    page = await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.SERIES,
        stored_attributes(wanted),
        paging=query.paging,
        given={name: value for name, value in filters.items() if value is not None},
        defaults={},
        conditions=lambda resolved: (
            tuple(Condition(name, Op.EQUAL, value) for name, value in resolved.items())
            + reach(actor, Noun.SERIES)
        ),
        order=("created_at", "id"),
        descending=True,
    )
    records = await complete_series(ports.reads, actor, page.records, wanted)
    return replace(page, records=records)
