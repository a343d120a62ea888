"""Deciding what happens when money goes another way than we sent it.

An operator gives some of it back by hand at the provider; the payer's bank takes it back in a
dispute, or returns it; a refund of ours cannot be delivered. None of these asks us, so none is
refused: the booking stays what it is, and its money is counted as it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_events import payment_event
from litehq_core.domain.decision import Decision, NewId
from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus, Source


def decide_taken_back(
    booking: Booking,
    charge: Payment,
    amount_minor: int,
    now: datetime,
    new_id: NewId,
    *,
    dispute_id: str | None = None,
) -> Decision | None:
    """Money of ``charge`` is with the payer again, and nobody here has sent it.

    Args:
        amount_minor: at most what the booking has left of what was paid is counted.
        dispute_id: the payer's bank took it; None: the operator gave it back by hand.
    """
    amount_minor = min(amount_minor, booking.settled_minor)
    if amount_minor <= 0:
        return None
    taken = _refund(charge, amount_minor, PaymentStatus.SUCCEEDED, now, new_id, dispute_id)
    after = replace(booking, refunded_minor=booking.refunded_minor + amount_minor)
    result, event = payment_event(EventType.CHARGE_REFUNDED, after, taken)
    return Decision(booking=result, new_payments=(taken,), events=(event,))


def decide_returned(
    booking: Booking,
    refund: Payment,
    amount_minor: int,
    reference: str,
    now: datetime,
    new_id: NewId,
) -> Decision:
    """Money of ``refund`` that was with the payer is with us again: as if it had stayed.

    A refund that could not be delivered (``refund.failed``), or a dispute that was won
    (``charge.succeeded``: the money counts as paid).
    """
    amount_minor = min(amount_minor, booking.refunded_minor)
    won = any(source.disputed for source in refund.sources)
    back = replace(
        _refund(refund, amount_minor, PaymentStatus.EXPIRED, now, new_id, reference),
        sources=_first(refund.sources, amount_minor),
    )
    after = replace(booking, refunded_minor=booking.refunded_minor - amount_minor)
    kind = EventType.CHARGE_SUCCEEDED if won else EventType.REFUND_FAILED
    result, event = payment_event(kind, after, back)
    return Decision(booking=result, new_payments=(back,), events=(event,))


def decide_disputed(booking: Booking, charge: Payment) -> Decision:
    """A payer disputes ``charge``: an event, and nothing is moved until the bank moves it."""
    result, event = payment_event(EventType.CHARGE_DISPUTED, booking, charge)
    return Decision(booking=result, events=(event,))


def _refund(
    origin: Payment,
    amount_minor: int,
    status: PaymentStatus,
    now: datetime,
    new_id: NewId,
    reference: str | None,
) -> Payment:
    source = Source(
        reference=origin.reference or origin.id,
        amount_minor=amount_minor,
        disputed=reference is not None,
    )
    return Payment(
        id=new_id(Prefix.PAYMENT),
        workspace_id=origin.workspace_id,
        booking_id=origin.booking_id,
        kind=PaymentKind.REFUND,
        purpose=origin.purpose,
        status=status,
        amount=replace(origin.amount, amount_minor=amount_minor),
        reference=reference or origin.reference,
        sources=(source,),
        created_at=now,
        updated_at=now,
    )


def _first(sources: tuple[Source, ...], amount_minor: int) -> tuple[Source, ...]:
    """As much of the sources as makes up the amount."""
    taken: list[Source] = []
    for source in sources:
        part = min(source.amount_minor, amount_minor)
        amount_minor -= part
        if part:
            taken.append(replace(source, amount_minor=part))
    return tuple(taken)
