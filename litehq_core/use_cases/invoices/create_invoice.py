"""Invoice a company now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound, ValidationFailed
from litehq_core.domain.idempotency import Once
from litehq_core.domain.invoice import Invoice
from litehq_core.domain.invoicing import Unbilled
from litehq_core.domain.wall_clock import EARLIEST, LATEST
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import run_once
from litehq_core.steps.write_billing import draft_invoices, open_drafted, plan_next


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInvoice:
    """A wish to invoice a company what was not invoiced yet.

    Attributes:
        until_at: bookings that start before; None: those that have started by now.
        currency: needed where bookings of several are to be invoiced.
        draft: whether it is to be looked at before it is opened.
    """

    company_id: str
    until_at: datetime | None = None
    currency: str | None = None
    draft: bool = False


async def create_invoice(
    ports: Ports, actor: Actor, command: CreateInvoice, once: Once | None = None
) -> Invoice:
    """The new invoice, opened unless it is to be a draft; or a credit note, if what is given back
    is more than what is asked for.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        ValidationFailed: there is nothing to invoice, or in several currencies.
        NotFound: no such company.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require_operator(Scope.BILLING_WRITE)
    until = command.until_at
    if until is not None and not EARLIEST <= until < LATEST:
        raise ValidationFailed.of("until", "must lie between the years 1970 and 9000")

    async def execute(tx: Transaction) -> Invoice:
        if await tx.catalogue.company(command.company_id) is None:
            raise NotFound("company")
        await tx.billing.lock(command.company_id)
        currency = await _currency(tx, command)

        def is_wanted(each: Unbilled) -> bool:
            return each.booking.price.currency == currency and _starts(each, command, tx)

        [draft] = await draft_invoices(tx, command.company_id, is_wanted)
        invoice = draft if command.draft else await open_drafted(ports, tx, draft)
        await plan_next(tx, command.company_id)
        return invoice

    return await run_once(ports, actor, once, command, execute)


async def _currency(tx: Transaction, command: CreateInvoice) -> str:
    """The one currency of what is to be invoiced."""
    found = {
        each.booking.price.currency
        for each in await tx.billing.unbilled(command.company_id)
        if _starts(each, command, tx) and command.currency in (None, each.booking.price.currency)
    }
    if not found:
        raise ValidationFailed.of("company_id", "has nothing that is to be invoiced")
    if len(found) > 1:
        raise ValidationFailed.of("currency", f"must be one of {', '.join(sorted(found))}")
    return found.pop()


def _starts(each: Unbilled, command: CreateInvoice, tx: Transaction) -> bool:
    return each.booking.start_at < (command.until_at or tx.now)
