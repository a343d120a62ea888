"""Charge a company's saved card for an invoice."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.errors import NotFound
from litehq_core.domain.idempotency import Once
from litehq_core.domain.ids import Prefix
from litehq_core.domain.invoice_charge import ChargedInvoice, begin_charge
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.charge_phases import charge_phases
from litehq_core.steps.once import run_once


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeInvoice:
    """A wish to have an invoice paid at once."""

    invoice_id: str
    expected_version: int | None = None


async def charge_invoice(
    ports: Ports, actor: Actor, command: ChargeInvoice, once: Once | None = None
) -> ChargedInvoice:
    """The invoice and its charge: succeeded, or waiting for the payer to act.

    While a charge is under way there is no second one: whoever asks again goes on with it.

    Raises:
        AuthScopeInsufficient: needs ``billing:write``.
        NotFound: no such invoice within reach.
        VersionConflict, InvalidTransition: stale, or nothing of it can be charged.
        PaymentFailed: there is no saved card, or it was declined; the invoice stays open.
        StripeUnconfigured, ServiceUnavailable: as the provider says.
        Replayed, IdempotencyConflict, IdempotencyInProgress: with ``once``.
    """
    actor.require(Scope.BILLING_WRITE)

    async def execute(tx: Transaction) -> ChargedInvoice:
        invoice = await tx.invoices.get(command.invoice_id, lock=True)
        if invoice is None or not actor.reaches(member_id=None, company_id=invoice.company_id):
            raise NotFound("invoice")
        charge = await tx.invoice_charges.under_way(invoice.id)
        if charge is None:
            invoice.require_version(command.expected_version)
            charge = begin_charge(invoice, tx.new_id(Prefix.PAYMENT), tx.now)
            await tx.invoice_charges.add(charge)
        return ChargedInvoice(invoice=invoice, charge=charge)

    return await run_once(ports, actor, once, command, execute, charge_phases(ports, actor))
