"""List what an endpoint was sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.errors import NotFound
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.domain.webhook import NOUN
from litehq_core.domain.webhook_delivery import DeliveryStatus
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDeliveries:
    """Which endpoint's, and in which state; None means in any."""

    webhook_id: str
    status: DeliveryStatus | None = None
    paging: Paging = field(default_factory=Paging)


async def list_deliveries(
    ports: Ports, actor: Actor, query: ListDeliveries, attributes: frozenset[str]
) -> Page:
    """Deliveries of an endpoint, newest first.

    Raises:
        AuthScopeInsufficient: needs ``webhooks:read``.
        NotFound: no such endpoint within reach.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.WEBHOOKS_READ)
    within, noun = reach(actor, Noun.WEBHOOK), Noun.WEBHOOK_DELIVERY
    known = await ports.reads.by_ids(
        actor.workspace_id, Noun.WEBHOOK, [query.webhook_id], frozenset({"id"}), within
    )
    if not known:
        raise NotFound(NOUN)
    given = {"webhook_id": query.webhook_id}
    if query.status is not None:
        given["status"] = query.status.value
    return await read_page(
        ports.reads,
        actor.workspace_id,
        noun,
        visible(actor, noun, attributes),
        paging=query.paging,
        given=given,
        defaults={},
        conditions=lambda resolved: (
            tuple(Condition(name, Op.EQUAL, value) for name, value in resolved.items())
            + reach(actor, noun)
        ),
        order=("created_at", "id"),
        descending=True,
        known=frozenset({"webhook_id"}),
    )
