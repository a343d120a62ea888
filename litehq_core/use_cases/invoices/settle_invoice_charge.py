"""Take in what the payment provider says of the charge of an invoice."""

from __future__ import annotations

from dataclasses import dataclass

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.invoice_charge import ChargedInvoice, ChargeOutcome
from litehq_core.ports.ports import Ports
from litehq_core.steps.charge_phases import settle_charge


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleInvoiceCharge:
    """A provider's word on a charge of ours (``pay_…``), such as that the payer has acted."""

    charge_id: str
    outcome: ChargeOutcome


async def settle_invoice_charge(
    ports: Ports, actor: Actor, command: SettleInvoiceCharge
) -> ChargedInvoice:
    """The invoice and its charge after the word; any number of times, in any order, once.

    Raises:
        AuthScopeInsufficient: needs ``billing:write`` on a key that is not bound.
        NotFound: no such charge.
    """
    actor.require_operator(Scope.BILLING_WRITE)
    async with ports.begin(actor) as tx:
        return await settle_charge(tx, command.charge_id, command.outcome)
