"""Open a draft."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.idempotency import Once
from litehq_core.domain.invoice import Invoice, InvoiceStatus, refused_move
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.write_billing import lock_invoice, open_drafted


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """A wish to make a draft binding."""

    invoice_id: str
    expected_version: int | None = None


async def open_invoice(
    ports: Ports, actor: Actor, command: OpenInvoice, once: Once | None = None
) -> Invoice:
    """The document with its number, set off against open ones of the other kind.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        NotFound: no such invoice.
        VersionConflict, InvalidTransition: stale, or no draft.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> Invoice:
        draft = await lock_invoice(tx, actor, command.invoice_id)
        draft.require_version(command.expected_version)
        # Before a number is taken for it.
        if draft.status is not InvoiceStatus.DRAFT:
            raise refused_move(draft, "be opened")
        return await open_drafted(ports, tx, draft)

    return await run_once(ports, actor, once, command, execute)
