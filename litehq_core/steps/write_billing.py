"""Writing what was decided about invoices: documents, ledger entries, events, the next run."""

from __future__ import annotations

from collections.abc import Callable

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import NotFound
from litehq_core.domain.ids import Prefix
from litehq_core.domain.invoice import Invoice
from litehq_core.domain.invoice_ledger import invoice_entries
from litehq_core.domain.invoicing import (
    Billing,
    Opening,
    Unbilled,
    billed_at,
    decide_draft,
    decide_open,
    draw_up,
)
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction


async def write_billing(tx: Transaction, billing: Billing) -> None:
    """Write all of it; what it means in money follows from the documents alone."""
    for invoice in billing.added:
        await tx.invoices.add(invoice)
        await tx.ledger.write(invoice_entries(None, invoice, tx.new_id))
    for invoice in billing.changed:
        before = await tx.invoices.get(invoice.id)
        await tx.invoices.save(invoice)
        await tx.ledger.write(invoice_entries(before, invoice, tx.new_id))
    for event in billing.events:
        tx.emit(event)


async def draft_invoices(
    tx: Transaction, company_id: str, is_wanted: Callable[[Unbilled], bool]
) -> list[Invoice]:
    """A draft for each currency in which wanted bookings are to be invoiced; the company is locked.

    The drafts are written, by currency.
    """
    found = [each for each in await tx.billing.unbilled(company_id) if is_wanted(each)]
    drafts: list[Invoice] = []
    for currency in sorted({each.booking.price.currency for each in found}):
        own = [each for each in found if each.booking.price.currency == currency]
        draft = draw_up(tx.new_id(Prefix.INVOICE), company_id, own, tx.now)
        if draft is not None:
            await write_billing(tx, decide_draft(draft))
            drafts.append(draft)
    return drafts


async def open_drafted(ports: Ports, tx: Transaction, draft: Invoice) -> Invoice:
    """A draft that is written, opened: with its number, and set off. The company is locked."""
    workspace = await tx.catalogue.workspace()
    others = await tx.invoices.to_set_off(draft.company_id, draft.currency)
    opening = Opening(
        number=await tx.invoices.next_number(),
        due_days=workspace.invoice_due_days,
        others=others,
        is_booked=ports.accounting.keeps_books_of(workspace.id),
    )
    billing = decide_open(draft, opening, tx.now)
    await write_billing(tx, billing)
    return billing.changed[0]


async def plan_next(tx: Transaction, company_id: str) -> None:
    """The company's next run, by what is still to be invoiced; the company is locked."""
    waiting = await tx.billing.unbilled(company_id)
    times = [billed_at(each.booking, tx.now) for each in waiting]
    await tx.billing.plan(company_id, min(times, default=None))


async def lock_invoice(tx: Transaction, actor: Actor, invoice_id: str) -> Invoice:
    """A document within reach, locked, and its company's invoicing before it.

    Raises:
        NotFound: there is none.
    """
    found = await tx.invoices.get(invoice_id)
    if found is None or not actor.reaches(member_id=None, company_id=found.company_id):
        raise NotFound("invoice")
    await tx.billing.lock(found.company_id)
    return await tx.invoices.get(invoice_id, lock=True) or found


async def run_billing(ports: Ports, actor: Actor, company_id: str) -> None:
    """Invoice a company what its past months' bookings owe, if that is due; a document a currency.

    Who comes second finds that it is done: the company's next run lies ahead by then.
    """
    async with ports.begin(actor) as tx:
        due = await tx.billing.lock(company_id)
        if due is None or tx.now < due:
            return
        now = tx.now
        for draft in await draft_invoices(tx, company_id, lambda each: each.is_of_past_month(now)):
            await open_drafted(ports, tx, draft)
        await plan_next(tx, company_id)
