"""The accounting system is told beside the sweeps: one that hangs holds nothing else up."""

from __future__ import annotations

import structlog

from litehq_app.workers.supervisor import Duty
from litehq_core.domain.invoice import Invoice
from litehq_core.ports.accounting import AccountingDeferred, AccountingRejected
from litehq_core.ports.ports import Ports
from litehq_core.use_cases.duties.sync_invoices import BATCH, sync_invoices

log = structlog.get_logger(logger_name="litehq.workers.accounting")


def accounting(ports: Ports, *, every_seconds: float = 5.0) -> Duty:
    """Tell of the invoices that the books do not say yet."""

    def note(tried: Invoice, error: Exception) -> None:
        if isinstance(error, (AccountingDeferred, AccountingRejected)):
            final = isinstance(error, AccountingRejected)
            log.warning("sync_failed", invoice_id=tried.id, final=final, error=str(error))
        else:
            log.error("sync_failed", invoice_id=tried.id, exc_info=error)

    async def perform() -> bool:
        return await sync_invoices(ports, note) >= BATCH

    return Duty(name="accounting", perform=perform, every_seconds=every_seconds)
