"""Deciding what a provider's word about a checkout does.

``contract.md``, States: payment that lands after expiry confirms while the slot is free and the
start ahead; what cannot confirm is refunded in full, and an event says so. So is a payment on a
checkout that was superseded, and one for a cancelled booking.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from litehq_core.domain.booking import (
    Booking,
    BookingStatus,
    Move,
    PendingChange,
    amend,
    move,
)
from litehq_core.domain.booking_events import booking_event, payment_event
from litehq_core.domain.burning import return_tokens
from litehq_core.domain.claims import seats_for
from litehq_core.domain.decision import BookingContext, Decision, NewId
from litehq_core.domain.ending import decide_drop_change, decide_expire
from litehq_core.domain.events import EventDraft, EventType
from litehq_core.domain.ids import Prefix
from litehq_core.domain.lots import shares_after
from litehq_core.domain.payment import Payment, PaymentOutcome, PaymentStatus
from litehq_core.domain.refunding import refund


def decide_settle(
    context: BookingContext,
    booking: Booking,
    payment: Payment,
    outcome: PaymentOutcome,
    reference: str | None,
) -> Decision | None:
    """What the outcome of ``payment`` does; None if it was dealt with before.

    ``context`` is that of the room which the booking, or its pending change, wants.
    """
    if payment.status is PaymentStatus.SUCCEEDED:
        return None
    if outcome is PaymentOutcome.PAID:
        # Even for a checkout that we hold for closed: the money is there, so it is dealt with.
        return _paid(context, booking, payment, reference)
    if payment.status is PaymentStatus.EXPIRED:
        return None
    if outcome is PaymentOutcome.EXPIRED:
        return _expired(booking, payment, context.now)
    result, event = payment_event(EventType.PAYMENT_FAILED, booking, payment)
    return Decision(booking=result, events=(event,))


def _expired(booking: Booking, payment: Payment, now: datetime) -> Decision:
    """The provider closed the checkout: what hung on it ends."""
    gone = replace(payment, status=PaymentStatus.EXPIRED, updated_at=now)
    if booking.payment_id == payment.id and booking.status is BookingStatus.PENDING_PAYMENT:
        return replace(decide_expire(booking, (), now), changed_payments=(gone,))
    change = booking.pending_change
    if change is not None and change.payment_id == payment.id:
        return replace(decide_drop_change(booking, (), now), changed_payments=(gone,))
    return Decision(booking=booking, changed_payments=(gone,))


def _paid(
    context: BookingContext,
    booking: Booking,
    payment: Payment,
    reference: str | None,
) -> Decision:
    now = context.now
    settled = replace(
        payment,
        status=PaymentStatus.SUCCEEDED,
        reference=reference or payment.reference,
        updated_at=now,
    )
    paid = replace(booking, paid_minor=booking.paid_minor + payment.amount.amount_minor)
    paid, charged = payment_event(EventType.CHARGE_SUCCEEDED, paid, settled)
    change = booking.pending_change
    if change is not None and change.payment_id == payment.id and _can_change(context, booking):
        return _apply_change(context, booking, change, paid, settled, charged)
    if booking.payment_id == payment.id and _can_confirm(context, booking, now):
        step = Move.REVIVE if booking.status is BookingStatus.EXPIRED else Move.CONFIRM
        confirmed, kind = move(paid, step, now, checkout_url=None, expires_at=None)
        result, event = booking_event(kind, confirmed, booking)
        return Decision(
            booking=result,
            claims=result.claims,
            changed_payments=(settled,),
            events=(charged, event),
        )
    return _give_back(context, booking, paid, settled, charged)


def _can_confirm(context: BookingContext, booking: Booking, now: datetime) -> bool:
    if booking.status is BookingStatus.PENDING_PAYMENT and not booking.is_lapsed(now):
        return True
    if booking.status not in (BookingStatus.PENDING_PAYMENT, BookingStatus.EXPIRED):
        return False
    free = (
        context.calendar.conflict(
            booking.slot,
            ignoring=booking.id,
            buffer_minutes=booking.buffer_minutes,
            seats=seats_for(booking.attendees),
        )
        is None
    )
    return free and booking.start_at > now


def _can_change(context: BookingContext, booking: Booking) -> bool:
    """Whether the pending change may still take place; ``context`` is that of its room."""
    change, now = booking.pending_change, context.now
    if change is None or now < change.expires_at:
        return change is not None
    return change.slot.start > now and not context.calendar.conflict(
        change.slot,
        ignoring=booking.id,
        buffer_minutes=change.buffer_minutes,
        seats=seats_for(change.attendees),
    )


def _apply_change(
    context: BookingContext,
    booking: Booking,
    change: PendingChange,
    paid: Booking,
    payment: Payment,
    charged: EventDraft,
) -> Decision:
    """The paid change takes place; the old leg is reversed if the billing mode is new."""
    now = context.now
    # Paid by card from now on, so whatever was paid in tokens goes back.
    tokens = return_tokens(
        booking, booking.refundable_tokens, "billing_mode_changed", context.new_id
    )
    changed = amend(
        paid,
        now,
        room=change.room,
        start_at=change.slot.start,
        end_at=change.slot.end,
        buffer_minutes=change.buffer_minutes,
        price=change.price,
        billing_mode=change.billing_mode,
        attendees=change.attendees,
        notes=change.notes,
        metadata=change.metadata,
        pending_change=None,
        token_lots=shares_after(booking.token_lots, tokens),
    )
    result, event = booking_event(EventType.BOOKING_UPDATED, changed, booking)
    return Decision(
        booking=result,
        claims=result.claims,
        transfers=tokens,
        changed_payments=(payment,),
        events=(charged, event),
    )


def _give_back(
    context: BookingContext,
    booking: Booking,
    paid: Booking,
    payment: Payment,
    charged: EventDraft,
) -> Decision:
    """Money for which there is nothing to have any more goes back in full."""
    paid, refunds = refund(paid, payment.amount.amount_minor, context.now, context.new_id)
    change = booking.pending_change
    # A lapsed hold or change that cannot be had ends here, rather than at the next sweep.
    if booking.payment_id == payment.id and booking.status is BookingStatus.PENDING_PAYMENT:
        ended = decide_expire(paid, (), context.now)
    elif change is not None and change.payment_id == payment.id:
        ended = decide_drop_change(paid, (), context.now)
    else:
        ended = Decision(booking=paid)
    return replace(
        ended,
        changed_payments=(payment,),
        new_payments=refunds,
        events=(charged, *ended.events),
    )


def decide_paid_again(
    booking: Booking, payment: Payment, reference: str, now: datetime, new_id: NewId
) -> Decision:
    """A second charge for what ``payment`` has paid: counted, told of, and given back in full."""
    twin = replace(
        payment,
        id=new_id(Prefix.PAYMENT),
        status=PaymentStatus.SUCCEEDED,
        reference=reference,
        checkout_url=None,
        expires_at=None,
        created_at=now,
        updated_at=now,
    )
    paid = replace(booking, paid_minor=booking.paid_minor + twin.amount.amount_minor)
    paid, charged = payment_event(EventType.CHARGE_SUCCEEDED, paid, twin)
    result, refunds = refund(paid, twin.amount.amount_minor, now, new_id)
    return Decision(booking=result, new_payments=(twin, *refunds), events=(charged,))


def decide_refunded(booking: Booking, payment: Payment, reference: str, now: datetime) -> Decision:
    """The provider has given the money back; it was counted when that was decided."""
    settled = replace(payment, status=PaymentStatus.SUCCEEDED, reference=reference, updated_at=now)
    result, event = payment_event(EventType.CHARGE_REFUNDED, booking, settled)
    return Decision(booking=result, changed_payments=(settled,), events=(event,))
