"""List things of one noun, newest first: rooms, rate cards, members, companies and so on."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor
from litehq_core.domain.attributes import Noun
from litehq_core.domain.forms import PageForm
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import READ_SCOPE, reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRecords:
    """Which noun, and which part of the list. An id narrows what has such a one, None does not."""

    noun: Noun
    location_id: str | None = None
    room_id: str | None = None
    company_id: str | None = None
    paging: Paging = field(default_factory=Paging)

    @property
    def named(self) -> dict[str, str]:
        """The ids that narrow it, by attribute."""
        ids = {
            "location_id": self.location_id,
            "room_id": self.room_id,
            "company_id": self.company_id,
        }
        return {name: value for name, value in ids.items() if value is not None}


async def list_records(
    ports: Ports,
    actor: Actor,
    query: ListRecords,
    attributes: frozenset[str],
    form: PageForm | None = None,
) -> Page:
    """The noun's rows, newest first.

    Args:
        form: how they are wanted as JSON, if the store can say it so.

    Raises:
        AuthScopeInsufficient: needs the noun's read scope.
        ValidationFailed: the cursor is not of this list.
    """
    noun = query.noun
    actor.require(READ_SCOPE[noun])
    return await read_page(
        ports.reads,
        actor.workspace_id,
        noun,
        visible(actor, noun, attributes),
        paging=query.paging,
        given=query.named,
        defaults={},
        conditions=lambda resolved: (
            tuple(Condition(name, Op.EQUAL, value) for name, value in resolved.items())
            + reach(actor, noun)
        ),
        order=("created_at", "id"),
        descending=True,
        form=form,
    )
