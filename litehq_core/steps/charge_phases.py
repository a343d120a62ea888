"""Charging a saved card for an invoice: the phases after the intent is written.

The intent commits first; then the provider is called, outside any transaction and under the
charge's id, so that a repetition charges once; then what came of it is written. A process that
dies between any two is followed by the retry of its caller, or by the worker.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.errors import NotFound, PaymentFailed, Refusal, StripeUnconfigured
from litehq_core.domain.invoice_charge import (
    ChargedInvoice,
    ChargeOutcome,
    InvoiceChargeStatus,
    decide_charged,
)
from litehq_core.domain.invoice_ledger import invoice_entries
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.payments import SavedCardCharge
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.once import LaterPhases


async def load_charged(tx: Transaction, charge_id: str) -> ChargedInvoice:
    """A charge and its invoice, which is locked.

    Raises:
        NotFound: there is no such charge.
    """
    charge = await tx.invoice_charges.get(charge_id)
    invoice = await tx.invoices.get(charge.invoice_id, lock=True) if charge else None
    # Read again under the invoice's lock: a twin may have written what came of it.
    charge = await tx.invoice_charges.get(charge_id)
    if charge is None or invoice is None:
        raise NotFound("charge")
    return ChargedInvoice(invoice=invoice, charge=charge)


async def settle_charge(tx: Transaction, charge_id: str, outcome: ChargeOutcome) -> ChargedInvoice:
    """Write what a provider says of a charge; any number of times, in any order."""
    before = await load_charged(tx, charge_id)
    after = decide_charged(before.invoice, before.charge, outcome, tx.now)
    if after.charge != before.charge:
        await tx.invoice_charges.save(after.charge)
        await tx.invoices.save(after.invoice)
        await tx.ledger.write(invoice_entries(before.invoice, after.invoice, tx.new_id))
        for event in after.events:
            tx.emit(event)
    return after


async def ask_provider(
    ports: Ports, charged: ChargedInvoice
) -> tuple[ChargeOutcome, Refusal | None]:
    """What the provider says to a charge, and how a caller is refused if it failed.

    Raises:
        ServiceUnavailable: the provider could not be reached; nobody knows what came of it.
    """
    require_outside("a call to the payment provider")
    charge, number = charged.charge, charged.invoice.number
    wish = SavedCardCharge(
        id=charge.id,
        workspace_id=charge.workspace_id,
        payer_id=charge.company_id,
        amount=charge.amount,
        # By the latter its word comes back to us (``settle_invoice_charge``).
        metadata={"invoice_id": charge.invoice_id, "charge_id": charge.id},
        description=f"Invoice {number}",
    )
    try:
        made = await ports.payments.charge_saved_card(wish)
    except (PaymentFailed, StripeUnconfigured) as refusal:
        failed = InvoiceChargeStatus.FAILED
        return ChargeOutcome(status=failed, failure=refusal.message), refusal
    outcome = ChargeOutcome(
        status=InvoiceChargeStatus(made.status.value),
        reference=made.reference,
        failure=made.failure,
        fee_minor=made.fee.amount_minor if made.fee else 0,
    )
    failed_so = outcome.status is InvoiceChargeStatus.FAILED
    return outcome, PaymentFailed(made.failure) if failed_so else None


def charge_phases(ports: Ports, actor: Actor) -> LaterPhases[ChargedInvoice]:
    """Charge the card, and write what came of it."""
    declined = ChargeOutcome(status=InvoiceChargeStatus.FAILED)

    async def run(
        charged: ChargedInvoice, store: Callable[[Transaction, ChargedInvoice], Awaitable[None]]
    ) -> ChargedInvoice:
        nonlocal declined
        outcome, refusal = await ask_provider(ports, charged)
        if refusal is not None:
            declined = outcome
            raise refusal
        async with ports.begin(actor) as tx:
            after = await settle_charge(tx, charged.charge.id, outcome)
            await store(tx, after)
        return after

    async def give_up(
        charged: ChargedInvoice, store: Callable[[Transaction], Awaitable[None]]
    ) -> None:
        async with ports.begin(actor) as tx:
            await settle_charge(tx, charged.charge.id, declined)
            await store(tx)

    return LaterPhases(subject=_subject, load=load_charged, run=run, give_up=give_up)


def _subject(charged: ChargedInvoice) -> str | None:
    is_pending = charged.charge.status is InvoiceChargeStatus.PENDING
    return charged.charge.id if is_pending else None


async def resume_charge(ports: Ports, actor: Actor, charge_id: str) -> None:
    """Go on with a charge whose process stopped between its intent and its end."""
    async with ports.begin(actor) as tx:
        charged = await load_charged(tx, charge_id)
        if charged.charge.status is not InvoiceChargeStatus.PENDING:
            return
        # To the end of the queue, should this try fail as well.
        await tx.invoice_charges.save(replace(charged.charge, updated_at=tx.now))
    outcome, _ = await ask_provider(ports, charged)
    async with ports.begin(actor) as tx:
        await settle_charge(tx, charge_id, outcome)
