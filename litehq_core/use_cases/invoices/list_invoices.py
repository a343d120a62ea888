"""List invoices."""

from __future__ import annotations

from dataclasses import dataclass, field

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.attributes import Noun
from litehq_core.domain.invoice import InvoiceStatus
from litehq_core.domain.query import Condition, Op, Page, Paging
from litehq_core.ports.ports import Ports
from litehq_core.steps.read_page import read_page
from litehq_core.steps.visible import reach, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInvoices:
    """What is wanted; None means not said."""

    company_id: str | None = None
    status: InvoiceStatus | None = None
    paging: Paging = field(default_factory=Paging)


async def list_invoices(
    ports: Ports, actor: Actor, query: ListInvoices, attributes: frozenset[str]
) -> Page:
    """The invoices and credit notes of companies within reach, newest first.

    Raises:
        AuthScopeInsufficient: needs ``billing:read``.
        ValidationFailed: the cursor is not of this list.
    """
    actor.require(Scope.BILLING_READ)
    filters = {
        "company_id": query.company_id,
        "status": query.status.value if query.status else None,
    }
    return await read_page(
        ports.reads,
        actor.workspace_id,
        Noun.INVOICE,
        visible(actor, Noun.INVOICE, attributes),
        paging=query.paging,
        given={name: value for name, value in filters.items() if value is not None},
        defaults={},
        conditions=lambda resolved: (
            tuple(Condition(name, Op.EQUAL, value) for name, value in resolved.items())
            + reach(actor, Noun.INVOICE)
        ),
        order=("created_at", "id"),
        descending=True,
    )
