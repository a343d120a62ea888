"""What can be read about invoices."""

from __future__ import annotations

from typing import Annotated

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.invoices.list_invoices import ListInvoices, list_invoices
from litehq_core.use_cases.records.get_records import get_record
from litehq_graphql.arguments import After, Before, First, Id, Last, id_or_none
from litehq_graphql.context import Info
from litehq_graphql.execution.projection import projection
from litehq_graphql.fields import resolved
from litehq_graphql.handlers import NullIfUnknown
from litehq_graphql.paging import paging_of
from litehq_graphql.types.connection import Connection
from litehq_graphql.types.enums import InvoiceStatus
from litehq_graphql.types.invoice import Invoice


@strawberry.type(description="What can be read about invoices.")
class InvoiceQueries:
    """A part of the root of queries."""

    @resolved(
        "An invoice or credit note; null if there is none within reach.",
        extensions=(NullIfUnknown(),),
    )
    async def invoice(self, info: Info, id: Id) -> Invoice | None:
        """Needs ``billing:read``."""
        context, bare_id = info.context, normalise_id(Prefix.INVOICE, id)
        record = await get_record(
            context.ports, context.actor, Noun.INVOICE, bare_id, projection(info)
        )
        return Invoice.of(record, context.related, joined=True)

    @resolved("Invoices and credit notes, newest first.")
    async def invoices(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        company_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this company.")
        ] = None,
        status: Annotated[
            InvoiceStatus | None, strawberry.argument(description="Only in this state.")
        ] = None,
    ) -> Connection[Invoice] | None:
        """Needs ``billing:read``."""
        context = info.context
        query = ListInvoices(
            company_id=id_or_none(Prefix.COMPANY, company_id),
            status=status,
            paging=paging_of(first, after, last, before),
        )
        page = await list_invoices(context.ports, context.actor, query, projection(info))
        return Connection.over(page, Invoice, context.related)
