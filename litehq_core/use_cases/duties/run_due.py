"""What falls due by itself: holds that lapse, slots that end, payments to send, tokens, old mail.

Timers are columns, so nothing is lost when a process stops: whoever runs this next finds what
is due. Two runners may find the same; the second one sees that it was done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from litehq_core.domain.api_key import Actor, system_actor
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.ending import decide_complete
from litehq_core.domain.idempotency import RETENTION as KEYS_KEPT
from litehq_core.domain.lots import expiry
from litehq_core.domain.quote import RETENTION as QUOTES_KEPT
from litehq_core.domain.token_allocation import renew
from litehq_core.ports.ports import Ports
from litehq_core.ports.reads import Duty
from litehq_core.steps.apply import apply
from litehq_core.steps.charge_phases import resume_charge
from litehq_core.steps.check_waitlist import check_entry, lapse_due_offer
from litehq_core.steps.expire_lapsed import expire_lapsed
from litehq_core.steps.load_context import lock_booking
from litehq_core.steps.payment_duties import (
    check_open_checkout,
    close_due_checkout,
    open_due_checkout,
    postpone,
    send_due_refund,
)
from litehq_core.steps.payments_of import payments_of
from litehq_core.steps.provider_reports import poll_provider
from litehq_core.steps.welcome_company import put_off_welcome, welcome_company
from litehq_core.steps.write_billing import run_billing

BATCH = 100
# Of rows that nobody needs any more, of each workspace in each round: a short transaction.
PRUNED_AT_ONCE = 500

Failed = Callable[[Duty, str, Exception], None]


async def run_due(ports: Ports, failed: Failed, *, limit: int = BATCH) -> int:
    """Do everything that is due, once; how many things were due.

    Args:
        failed: told of each that could not be done, a refusal or a fault; it stays due, and
            does not keep the others from being done.
        limit: at most so many of each duty.
    """
    count = 0
    for duty, perform in _DUTIES.items():
        for due in await ports.reads.due(duty, ports.clock(), limit):
            count += 1
            try:
                await perform(ports, system_actor(due.workspace_id), due.subject_id)
            except Exception as error:
                failed(duty, due.subject_id, error)
                if duty in _PUT_OFF:
                    put_off = _PUT_OFF[duty]
                    await put_off(ports, system_actor(due.workspace_id), due.subject_id)
    return count


async def _end_booking(ports: Ports, actor: Actor, booking_id: str) -> None:
    """Expire, complete, or drop the change of a booking, whichever is due."""
    async with ports.begin(actor) as tx:
        booking, rooms = await lock_booking(tx, actor, booking_id)
        change = booking.pending_change
        if booking.is_lapsed(tx.now):
            await expire_lapsed(tx, rooms[booking.room.id], booking.slot)
        elif booking.status is BookingStatus.CONFIRMED and booking.claim.end <= tx.now:
            payments = await payments_of(tx, booking)
            await apply(tx, decide_complete(booking, payments, tx.now))
        elif change and change.expires_at <= tx.now:
            await expire_lapsed(tx, rooms[change.room.id], change.slot)


async def _renew_allocation(ports: Ports, actor: Actor, member_id: str) -> None:
    """Begin a month of a member's allocation; months that were missed come one by one."""
    async with ports.begin(actor) as tx:
        allocation = await tx.allocations.get(member_id, lock=True)
        if allocation is None or allocation.next_at > tx.now:
            return
        current = await tx.ledger.lot(allocation.lot_id) if allocation.lot_id else None
        renewal = renew(allocation, current, tx.now, ports.new_id)
        for lot in renewal.lots:
            await tx.ledger.add_lot(lot)
        await tx.ledger.write(renewal.transfers)
        await tx.allocations.put(renewal.allocation)


async def _expire_lot(ports: Ports, actor: Actor, lot_id: str) -> None:
    """Take expired tokens off the books; that nobody can spend them was so before."""
    async with ports.begin(actor) as tx:
        held = await tx.ledger.lot(lot_id)
        if held is not None and held.lot.is_expired(tx.now):
            await tx.ledger.write(expiry(held, new_id=ports.new_id))


async def _prune_mail(ports: Ports, actor: Actor, mail_id: str) -> None:
    async with ports.begin(actor) as tx:
        await tx.mails.remove(mail_id)


async def _prune_keys(ports: Ports, actor: Actor, _workspace_id: str) -> None:
    async with ports.begin(actor) as tx:
        await tx.idempotency.prune(tx.now - KEYS_KEPT, PRUNED_AT_ONCE)


async def _prune_quotes(ports: Ports, actor: Actor, _workspace_id: str) -> None:
    async with ports.begin(actor) as tx:
        await tx.quotes.prune(tx.now - QUOTES_KEPT, PRUNED_AT_ONCE)


# What was superseded is closed before its successor is opened.
_DUTIES: Mapping[Duty, Callable[[Ports, Actor, str], Awaitable[None]]] = {
    Duty.EXPIRE_HOLDS: _end_booking,
    Duty.DROP_CHANGES: _end_booking,
    Duty.COMPLETE_BOOKINGS: _end_booking,
    Duty.CLOSE_CHECKOUTS: close_due_checkout,
    Duty.OPEN_CHECKOUTS: open_due_checkout,
    Duty.CHECK_CHECKOUTS: check_open_checkout,
    Duty.POLL_PROVIDER: poll_provider,
    Duty.SEND_REFUNDS: send_due_refund,
    Duty.RENEW_ALLOCATIONS: _renew_allocation,
    Duty.EXPIRE_LOTS: _expire_lot,
    Duty.PRUNE_MAIL: _prune_mail,
    Duty.PRUNE_KEYS: _prune_keys,
    Duty.PRUNE_QUOTES: _prune_quotes,
    Duty.WELCOME_COMPANIES: welcome_company,
    Duty.CHARGE_INVOICES: resume_charge,
    Duty.BILL_COMPANIES: run_billing,
    Duty.LAPSE_OFFERS: lapse_due_offer,
    # Last: what the others have released is offered already.
    Duty.CHECK_WAITLIST: check_entry,
}
# What failed is tried again later, so that it does not keep the rest waiting.
_PUT_OFF: Mapping[Duty, Callable[[Ports, Actor, str], Awaitable[None]]] = {
    Duty.CLOSE_CHECKOUTS: postpone,
    Duty.OPEN_CHECKOUTS: postpone,
    Duty.CHECK_CHECKOUTS: postpone,
    Duty.SEND_REFUNDS: postpone,
    Duty.WELCOME_COMPANIES: put_off_welcome,
}
