"""The first page, or the last, of what belongs to each of several things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.query import Condition, Op, Page, PageQuery, Paging, seal_of
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import AskedPage
from litehq_core.steps.visible import READ_SCOPE, reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRecordsOfEach:
    """What is listed, and of which things.

    Attributes:
        by: the attribute of ``noun`` that holds the id of what it belongs to.
        ids: those things.
        paging: without a cursor, which would be of one of the lists alone.
    """

    noun: Noun
    by: str
    ids: Sequence[str]
    paging: Paging = field(default_factory=Paging)

    def __post_init__(self) -> None:
        if self.paging.cursor is not None:
            raise ValidationFailed.of("cursor", "is of one list, and cannot be given for several")


async def list_records_of_each(
    ports: Ports, actor: Actor, query: ListRecordsOfEach, attributes: frozenset[str]
) -> dict[str, Page]:
    """A page for each id, as ``list_records`` gives it for one, in one statement.

    Raises:
        AuthScopeInsufficient: needs the noun's read scope.
    """
    noun, paging = query.noun, query.paging
    actor.require(READ_SCOPE[noun])
    order = ("created_at", "id")
    shared = PageQuery(
        noun=noun,
        where=reach(actor, noun),
        order=order,
        descending=not paging.backward,
        after=None,
        limit=paging.limit + 1,
    )
    wanted = visible(actor, noun, attributes) | frozenset(order)
    found = await ports.reads.lists.page_each(
        actor.workspace_id, shared, query.by, query.ids, wanted
    )
    pages = {}
    for owner_id in query.ids:
        # As the list of this one alone is asked for, so that its cursors go on with that.
        where = (Condition(query.by, Op.EQUAL, owner_id), *shared.where)
        own = replace(shared, where=where)
        seal = partial(seal_of, actor.workspace_id, own)
        asked = AskedPage(paging, {query.by: owner_id}, own, seal)
        pages[owner_id] = asked.of(found[owner_id])
    return pages
