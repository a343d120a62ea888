"""Void an invoice, or throw a draft away."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.invoice import Invoice, InvoiceStatus
from litehq_core.domain.invoicing import decide_void
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.write_billing import lock_invoice, plan_next, write_billing


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidInvoice:
    """A wish that a document had never been."""

    invoice_id: str
    expected_version: int | None = None


async def void_invoice(
    ports: Ports, actor: Actor, command: VoidInvoice, once: Once | None = None
) -> Invoice:
    """The void document, which keeps its number; what it had invoiced is to be invoiced again.

    Voiding twice is once.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        NotFound: no such invoice.
        VersionConflict, InvalidTransition: stale, or something was paid on it, set off, or is
            being charged.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> Invoice:
        invoice = await lock_invoice(tx, actor, command.invoice_id)
        if invoice.status is InvoiceStatus.VOID:
            return invoice
        invoice.require_version(command.expected_version)
        charge = await tx.invoice_charges.under_way(invoice.id)
        billing = decide_void(invoice, tx.now, is_charged=charge is not None)
        await write_billing(tx, billing)
        await plan_next(tx, invoice.company_id)
        return billing.changed[0]

    return await run_once(ports, actor, once, command, execute)
