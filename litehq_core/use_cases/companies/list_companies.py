"""List the companies of a workspace."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.ids import NO_ID
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCompanies:
    """What is wanted; None means not said.

    ``host_id`` is a workspace, page A's "host": the key's own, or there is nothing to list.
    """

    host_id: str | None = None
    paging: Paging = field(default_factory=Paging)


async def list_companies(
    ports: Ports, actor: Actor, query: ListCompanies, attributes: frozenset[str]
) -> Page:
    """The companies within reach, newest first.

    Raises:
        AuthScopeInsufficient: needs ``companies:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.COMPANIES_READ)
    # A page of one's own workspace says nothing about it; of another there is no page at all.
    elsewhere = query.host_id not in (None, actor.workspace_id)
    nobody = (Condition("id", Op.EQUAL, NO_ID),) if elsewhere else ()
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.COMPANY,
        visible(actor, Noun.COMPANY, attributes),
        paging=query.paging,
        given={},
        defaults={},
        conditions=lambda _: (*nobody, *reach(actor, Noun.COMPANY)),
        order=("created_at", "id"),
        descending=True,
    )
