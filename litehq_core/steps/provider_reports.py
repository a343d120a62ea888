"""Taking in what the payment provider tells: each event once, in any order, however late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from litehq_core.domain.api_key import Actor
from litehq_core.domain.booking import Booking
from litehq_core.domain.connect import POLL_EVERY, AccountState, after_report
from litehq_core.domain.errors import StripeUnconfigured
from litehq_core.domain.payment import Payment, PaymentKind, PaymentOutcome, PaymentStatus
from litehq_core.domain.provider_report import (
    AccountReport,
    CheckoutReport,
    DisputePhase,
    DisputeReport,
    GivenBackReport,
    ProviderReport,
    RefundFailedReport,
)
from litehq_core.domain.refund_sources import known_refunds
from litehq_core.domain.taking_back import decide_disputed, decide_returned, decide_taken_back
from litehq_core.ports.ports import Ports
from litehq_core.ports.transaction import Transaction
from litehq_core.steps.apply import apply
from litehq_core.steps.load_context import lock_booking, lock_payment
from litehq_core.steps.payments_of import charges_of
from litehq_core.steps.plan_refunds import plan_refunds
from litehq_core.steps.settle import SettlePayment, settle


async def take_report(tx: Transaction, ports: Ports, report: ProviderReport) -> bool:
    """Deal with an event; False if it was dealt with before.

    What is about nothing that we know is noted and left alone.
    """
    if not await tx.provider.hear(report.event_id):
        return False
    match report.told:
        case CheckoutReport() as told:
            await _take_checkout(tx, ports, told)
        case GivenBackReport() as told:
            await _take_given_back(tx, ports, told)
        case RefundFailedReport() as told:
            await _take_failed_refund(tx, ports, told)
        case DisputeReport() as told:
            await _take_dispute(tx, ports, told)
        case AccountReport(state=state):
            await take_account(tx, state)
        case None:
            pass
    return True


async def take_account(tx: Transaction, state: AccountState | None) -> None:
    """Note the state of the workspace's account; None: our access was taken away."""
    account = await tx.provider.account(lock=True)
    if account is None or (state and state.account_id != account.state.account_id):
        return
    changed, event = after_report(account, state, tx.now)
    if event is not None:
        await tx.provider.put_account(changed)
        tx.emit(event)


async def poll_provider(ports: Ports, actor: Actor, account_id: str) -> None:
    """Ask the provider for the events that nobody has delivered, and how the account stands."""
    async with ports.begin(actor) as tx:
        account = await tx.provider.account(lock=True)
        if account is None or account.next_poll_at > tx.now:
            return
        # Before anything can fail, so that one who cannot be asked is not asked all the time.
        await tx.provider.put_account(replace(account, next_poll_at=tx.now + POLL_EVERY))
        asked_at = tx.now
    try:
        state: AccountState | None = await ports.connect.account(account_id)
        reports = await ports.connect.reports(account_id, account.poll_since)
    except StripeUnconfigured:
        state, reports = None, ()
    for report in reports:
        async with ports.begin(actor) as tx:
            await take_report(tx, ports, report)
    async with ports.begin(actor) as tx:
        await take_account(tx, state)
        current = await tx.provider.account(lock=True)
        if current is not None:
            await tx.provider.put_account(replace(current, polled_at=asked_at))


async def _take_checkout(tx: Transaction, ports: Ports, told: CheckoutReport) -> None:
    payment = await tx.payments.get(told.payment_id)
    if payment is None or payment.kind is not PaymentKind.CHECKOUT:
        return
    # Somebody else's checkout that merely names our payment is not a payment of ours.
    if told.amount is not None and told.amount != payment.amount:
        return
    await settle(
        tx,
        ports,
        SettlePayment(payment_id=told.payment_id, outcome=told.outcome, reference=told.reference),
    )


async def _take_given_back(tx: Transaction, ports: Ports, told: GivenBackReport) -> None:
    """What was given back of a charge by hand: all of it, less what we know of."""
    payment = await _charge(tx, ports, told.reference, told.payment_id)
    if payment is None:
        return
    bookings, everything = await _locked_with_payments(tx, payment)
    excess = told.refunded.amount_minor - known_refunds(told.reference, everything)
    for part in payment.parts:
        booking = bookings[part.booking_id]
        decision = decide_taken_back(
            booking, replace(part, reference=told.reference), excess, tx.now, ports.new_id
        )
        if decision is not None:
            await apply(tx, decision)
            excess -= decision.new_payments[0].amount.amount_minor


async def _take_failed_refund(tx: Transaction, ports: Ports, told: RefundFailedReport) -> None:
    refund = await tx.payments.get(told.payment_id)
    if refund is None or refund.kind is not PaymentKind.REFUND:
        return
    booking, _ = await lock_booking(tx, tx.actor, refund.booking_id)
    payments = await charges_of(tx, booking)
    if not _find(payments, told.reference, PaymentStatus.EXPIRED):
        amount = told.amount.amount_minor
        await apply(
            tx, decide_returned(booking, refund, amount, told.reference, tx.now, ports.new_id)
        )


async def _take_dispute(tx: Transaction, ports: Ports, told: DisputeReport) -> None:
    payment = await _charge(tx, ports, told.reference, None)
    if payment is None:
        return
    bookings, _ = await _locked_with_payments(tx, payment)
    if told.phase is DisputePhase.OPENED:
        for part in payment.parts:
            await apply(tx, decide_disputed(bookings[part.booking_id], part))
        return
    left = told.amount.amount_minor
    for part in payment.parts:
        share = min(left, part.amount.amount_minor)
        left -= share
        await _take_disputed_part(tx, ports, told, part, share)


async def _take_disputed_part(
    tx: Transaction, ports: Ports, told: DisputeReport, charge: Payment, amount_minor: int
) -> None:
    """What a dispute takes from one booking, and gives back to it; whichever is told first."""
    booking, _ = await lock_booking(tx, tx.actor, charge.booking_id)
    payments = await charges_of(tx, booking)
    if not _find(payments, told.dispute_id, PaymentStatus.SUCCEEDED):
        taken = decide_taken_back(
            booking, charge, amount_minor, tx.now, ports.new_id, dispute_id=told.dispute_id
        )
        booking = await apply(tx, taken) if taken else booking
        payments = await charges_of(tx, booking)
    taken_row = _find(payments, told.dispute_id, PaymentStatus.SUCCEEDED)
    returned = _find(payments, told.dispute_id, PaymentStatus.EXPIRED)
    if told.phase is DisputePhase.GIVEN_BACK and taken_row and not returned:
        amount = taken_row.amount.amount_minor
        await apply(
            tx,
            decide_returned(booking, taken_row, amount, told.dispute_id, tx.now, ports.new_id),
        )


async def _charge(
    tx: Transaction, ports: Ports, reference: str, payment_id: str | None
) -> Payment | None:
    """The payment that came by a charge; settled first, if that was not told yet."""
    found = await tx.payments.with_reference(reference)
    if found is not None or payment_id is None:
        return found
    payment = await tx.payments.get(payment_id)
    if payment is None or payment.kind is not PaymentKind.CHECKOUT:
        return None
    await settle(
        tx,
        ports,
        SettlePayment(payment_id=payment_id, outcome=PaymentOutcome.PAID, reference=reference),
    )
    return await tx.payments.with_reference(reference)


async def _locked_with_payments(
    tx: Transaction, payment: Payment
) -> tuple[dict[str, Booking], Sequence[Payment]]:
    """The bookings of a payment, locked, and all that was paid for them and given back."""
    bookings = await lock_payment(tx, payment)
    for booking in bookings.values():
        await plan_refunds(tx, booking)
    everything = [p for booking in bookings.values() for p in await charges_of(tx, booking)]
    return bookings, everything


def _find(payments: Sequence[Payment], reference: str, status: PaymentStatus) -> Payment | None:
    return next(
        (
            p
            for p in payments
            if (p.kind, p.reference, p.status) == (PaymentKind.REFUND, reference, status)
        ),
        None,
    )
