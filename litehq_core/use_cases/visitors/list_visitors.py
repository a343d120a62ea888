"""List visitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.domain.visitor import VisitorStatus, VisitorsWhen
from litehq_core.domain.wall_clock import instant_text
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import Filters, read_page
from litehq_core.steps.visible import reach, visible

_TO_COME = (VisitorStatus.EXPECTED.value, VisitorStatus.CHECKED_IN.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVisitors:
    """What is wanted; None means not said.

    Attributes:
        when: ``upcoming`` leaves out visits that were called off, unless ``status`` asks for them.
    """

    when: VisitorsWhen | None = None
    status: VisitorStatus | None = None
    location_id: str | None = None
    host_member_id: str | None = None
    booking_id: str | None = None
    paging: Paging = field(default_factory=Paging)


async def list_visitors(
    ports: Ports, actor: Actor, query: ListVisitors, attributes: frozenset[str]
) -> Page:
    """The visitors whose hosts lie within reach, newest first.

    Raises:
        AuthScopeInsufficient: needs ``visitors:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.VISITORS_READ)
    filters = {
        "when": query.when.value if query.when else None,
        "status": query.status.value if query.status else None,
        "location_id": query.location_id,
        "host_member_id": query.host_member_id,
        "booking_id": query.booking_id,
    }
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.VISITOR,
        visible(actor, Noun.VISITOR, attributes),
        paging=query.paging,
        given={name: value for name, value in filters.items() if value is not None},
        # The instant goes with the cursor, so that all pages are of one moment.
        defaults={
            "when": VisitorsWhen.ANY.value,
            "as_of": instant_text(ports.clock().replace(microsecond=0)),
        },
        conditions=lambda resolved: _conditions(resolved) + reach(actor, Noun.VISITOR),
        order=("created_at", "id"),
        descending=True,
    )


def _conditions(filters: Filters) -> tuple[Condition, ...]:
    now = datetime.fromisoformat(filters["as_of"])
    # Whoever called off is looked for by nobody, unless that is what is asked for.
    to_come = () if "status" in filters else (Condition("status", Op.IN, _TO_COME),)
    times = {
        VisitorsWhen.UPCOMING.value: (Condition("ends_at", Op.AT_LEAST, now), *to_come),
        VisitorsWhen.PAST.value: (Condition("ends_at", Op.BELOW, now),),
    }
    return times.get(filters["when"], ()) + tuple(
        Condition(name, Op.EQUAL, value)
        for name, value in filters.items()
        if name not in ("when", "as_of")
    )
