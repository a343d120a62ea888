"""Print an invoice."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.invoice_page import invoice_page
from litehq_core.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedInvoice:
    """A PDF file and its name."""

    file_name: str
    pdf: bytes


async def print_invoice(ports: Ports, actor: Actor, invoice_id: str) -> PrintedInvoice:
    """The invoice as a PDF file, as it stands now.

    Raises:
        AuthScopeInsufficient: needs ``billing:read``.
        NotFound: no such invoice within reach.
        ServiceUnavailable: nothing that makes PDF files is installed.
    """
    actor.require(Scope.BILLING_READ)
    async with ports.begin(actor) as tx:
        invoice = await tx.invoices.get(invoice_id)
        if invoice is None or not actor.reaches(member_id=None, company_id=invoice.company_id):
            raise NotFound("invoice")
        company = await tx.catalogue.company(invoice.company_id)
        workspace = await tx.catalogue.workspace()
        if company is None:
            raise NotFound("company")
    page = invoice_page(invoice, company, workspace.name)
    return PrintedInvoice(file_name=f"{page.name}.pdf", pdf=await ports.printer.invoice_pdf(page))
