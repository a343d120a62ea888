"""Issue a credit note for an invoice."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.invoice import Invoice
from litehq_core.domain.invoicing import decide_credit, decide_draft
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.write_billing import lock_invoice, open_drafted, write_billing


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditInvoice:
    """A wish to give a company something of an invoice.

    Attributes:
        amount_minor: how much, with tax; None: all that is due still, or if it is paid, all of it.
        reason: what the company reads.
    """

    invoice_id: str
    amount_minor: int | None = None
    reason: str | None = None
    expected_version: int | None = None


async def credit_invoice(
    ports: Ports, actor: Actor, command: CreditInvoice, once: Once | None = None
) -> Invoice:
    """The credit note, opened, and set off against the invoice first.

    What the bookings of the invoice owe stays as it was, so that nothing of it is invoiced again.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        NotFound: no such invoice.
        ValidationFailed: an amount below 1, or above what is not credited yet; a reason too long.
        VersionConflict, InvalidTransition: stale; or a draft, a void one, a credit note.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> Invoice:
        invoice = await lock_invoice(tx, actor, command.invoice_id)
        invoice.require_version(command.expected_version)
        note = decide_credit(
            invoice,
            tx.new_id(Prefix.INVOICE),
            command.amount_minor,
            command.reason,
            tx.now,
            given_minor=await tx.invoices.given_for(invoice.id),
        )
        await write_billing(tx, decide_draft(note))
        return await open_drafted(ports, tx, note)

    return await run_once(ports, actor, once, command, execute)
