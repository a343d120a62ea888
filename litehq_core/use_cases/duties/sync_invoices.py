"""Telling the operator's accounting system of invoices.

Each document is leased, told outside any transaction, and settled, as mails are
(``send_mail``). It is told at least once; its id and state are the key by which it counts once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.company import Company
from litehq_core.domain.invoice import Invoice
from litehq_core.ports.accounting import AccountingDeferred, AccountingRejected
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Duty

BATCH = 50

SyncFailed = Callable[[Invoice, Exception], None]


async def sync_invoices(ports: Ports, failed: SyncFailed, *, limit: int = BATCH) -> int:
    """Tell of every document that is due, once; how many were tried.

    Args:
        failed: told of each that could not be told, and why; the others are told all the same.
        limit: at most so many.
    """
    tried = 0
    for due in await ports.reads.due(Duty.SYNC_INVOICES, ports.clock(), limit):
        actor = system_actor(due.workspace_id)
        leased = await _lease(ports, actor, due.subject_id)
        if leased is None:
            continue
        tried += 1
        invoice, company = leased
        try:
            reference = await ports.accounting.put(invoice, company)
        except Exception as error:
            failed(invoice, error)
            await _settle_failure(ports, actor, invoice, error)
        else:
            await _settle(ports, actor, invoice, reference)
    return tried


async def _lease(ports: Ports, actor: Actor, invoice_id: str) -> tuple[Invoice, Company] | None:
    """A document that is ours to tell for now; None if another process has it."""
    async with ports.begin(actor) as tx:
        invoice = await tx.invoices.get(invoice_id, lock=True)
        begun = invoice.sync.begun(tx.now) if invoice else None
        company = await tx.catalogue.company(invoice.company_id) if invoice else None
        if invoice is None or begun is None or company is None:
            return None
        # No version and no event: to whoever reads the document nothing has happened.
        leased = replace(invoice, sync=begun)
        await tx.invoices.save(leased)
        return leased, company


async def _settle(ports: Ports, actor: Actor, tried: Invoice, reference: str | None) -> None:
    async with ports.begin(actor) as tx:
        current = await tx.invoices.get(tried.id, lock=True)
        if current is not None:
            sync = current.sync.done(tried.sync, reference)
            await tx.invoices.save(replace(current, sync=sync))


async def _settle_failure(ports: Ports, actor: Actor, tried: Invoice, error: Exception) -> None:
    async with ports.begin(actor) as tx:
        current = await tx.invoices.get(tried.id, lock=True)
        if current is not None:
            sync = current.sync.missed(
                tried.sync, _told(error), tx.now, permanent=isinstance(error, AccountingRejected)
            )
            await tx.invoices.save(replace(current, sync=sync))


def _told(error: Exception) -> str:
    """What is kept of a failure. Only of those that are meant to be read do we keep the words."""
    if isinstance(error, (AccountingDeferred, AccountingRejected)):
        return str(error)
    return f"the accounting system failed: {type(error).__name__}"
