"""Deciding a new booking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from litehq_core.domain.booking import Booking, BookingStatus, Guest, Move, move
from litehq_core.domain.booking_events import booking_event
from litehq_core.domain.burning import spend_tokens
from litehq_core.domain.decision import (
    BookingContext,
    Decision,
    Terms,
    agree_terms,
    conflicting_id,
    judge_slot,
    refuse,
)
from litehq_core.domain.errors import QuoteExpired, Refusal, Violation
from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import shares_after
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentPurpose, PaymentStatus
from litehq_core.domain.quote import QUOTE_LIFETIME, Quote
from litehq_core.domain.rate_card import BillingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBooking:
    """A wish for a booking, whatever dialect it came in.

    Exactly one of ``member_id`` and ``guest`` is set. ``attendees`` is at least 1 or None.
    """

    room_id: str
    start_at: datetime
    end_at: datetime
    member_id: str | None = None
    guest: Guest | None = None
    attendees: int | None = None
    notes: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    billing_mode: BillingMode | None = None
    quote_id: str | None = None

    @property
    def slot(self) -> Interval:
        """``[start_at, end_at)``."""
        return Interval(self.start_at, self.end_at)

    @property
    def booker(self) -> str:
        """Who books, as text that tells two bookers apart."""
        return self.member_id or (f"guest:{self.guest.email}" if self.guest else "")


def decide_create(
    context: BookingContext,
    wish: CreateBooking,
    quote: Quote | None,
    *,
    series_id: str | None = None,
) -> Decision:
    """A new booking: confirmed at once if nothing is due, else a hold with its payment.

    Args:
        series_id: the series that the booking belongs to.

    Raises:
        SlotMisaligned, BookingRuleViolated, SlotUnavailable: in this order.
        ValidationFailed: the billing mode is not allowed.
        QuoteExpired: the quote is too old or was made for something else.
        InsufficientTokens: the wallet does not cover the token price.
    """
    slot = wish.slot
    # A mode that is not allowed is a wrong field, so it is refused before the slot is looked at.
    terms = _terms_of(quote) if quote else agree_terms(context, slot, wish.billing_mode)
    refuse(judge_slot(context, slot, attendees=wish.attendees), context)
    if quote:
        _require_fitting(quote, wish, context.now)
    room, now = context.calendar.room, context.now
    booking_id = context.new_id(Prefix.BOOKING)
    payment = (
        new_checkout(
            context,
            booking_id,
            terms.due,
            PaymentPurpose.BOOKING,
            # Nobody needs to pay for a slot that is over.
            min(now + context.hold, slot.end),
        )
        if terms.due.amount_minor
        else None
    )
    transfers = spend_tokens(context, terms.price, booking_id)
    booking = Booking(
        id=booking_id,
        workspace_id=context.workspace.id,
        room=room.summary,
        status=BookingStatus.PENDING_PAYMENT,
        start_at=slot.start,
        end_at=slot.end,
        buffer_minutes=room.buffer_minutes,
        member_id=wish.member_id,
        guest=wish.guest,
        company_id=context.company.id if context.company else None,
        attendees=wish.attendees,
        notes=wish.notes,
        metadata=wish.metadata,
        billing_mode=terms.billing_mode,
        price=terms.price,
        policy=terms.policy,
        payment_id=payment.id if payment else None,
        token_lots=shares_after((), transfers),
        expires_at=payment.expires_at if payment else None,
        series_id=series_id,
        created_at=now,
        updated_at=now,
    )
    booking, created = booking_event(EventType.BOOKING_CREATED, booking, None)
    events = [created]
    if payment is None:
        confirmed, kind = move(booking, Move.CONFIRM, now)
        booking, event = booking_event(kind, confirmed, booking)
        events.append(event)
    return Decision(
        booking=booking,
        is_new=True,
        claims=booking.claims,
        transfers=transfers,
        new_payments=(payment,) if payment else (),
        events=tuple(events),
    )


def could_create(context: BookingContext, wish: CreateBooking, slot: Interval) -> bool:
    """Whether the wish would be granted for ``slot`` in the context's room instead."""
    # A quote holds for its own slot alone.
    moved = replace(
        wish,
        room_id=context.calendar.room.id,
        start_at=slot.start,
        end_at=slot.end,
        quote_id=None,
    )
    try:
        decide_create(context, moved, None)
    except Refusal:
        return False
    return True


def new_checkout(
    context: BookingContext,
    booking_id: str,
    due: Money,
    purpose: PaymentPurpose,
    expires_at: datetime,
) -> Payment:
    """The intent to collect ``due`` until ``expires_at``."""
    return Payment(
        id=context.checkout_id or context.new_id(Prefix.PAYMENT),
        workspace_id=context.workspace.id,
        booking_id=booking_id,
        kind=PaymentKind.CHECKOUT,
        purpose=purpose,
        status=PaymentStatus.PENDING,
        amount=due,
        expires_at=expires_at,
        created_at=context.now,
        updated_at=context.now,
    )


def _terms_of(quote: Quote) -> Terms:
    return Terms(billing_mode=quote.billing_mode, price=quote.price, policy=quote.policy)


def _require_fitting(quote: Quote, wish: CreateBooking, now: datetime) -> None:
    """Refuse a quote that is too old, or that was given for something else."""
    same = (quote.room_id, quote.slot, quote.booker) == (wish.room_id, wish.slot, wish.booker)
    wanted_mode = wish.billing_mode or quote.billing_mode
    if now >= quote.expires_at or not same or wanted_mode is not quote.billing_mode:
        raise QuoteExpired


def decide_quote(context: BookingContext, wish: CreateBooking) -> Quote:
    """What the wish would cost now, and everything that stands against it but alternatives.

    Raises:
        ValidationFailed: the billing mode is not allowed.
    """
    judgement = judge_slot(context, wish.slot, attendees=wish.attendees)
    terms = agree_terms(context, wish.slot, wish.billing_mode)
    room = context.calendar.room
    violations = [
        Violation(
            reason="slot_misaligned",
            message=f"{name} is off the room's {room.slot_minutes}-minute grid.",
            limit=room.slot_minutes,
        )
        for name in judgement.misaligned
    ]
    violations += judgement.violations
    if judgement.conflict:
        violations.append(Violation(reason="slot_unavailable", message="The slot is not free."))
    tokens = terms.price.tokens
    if tokens is not None and tokens > context.spendable_tokens:
        violations.append(
            Violation(
                reason="insufficient_tokens",
                message=f"The booking needs {tokens} tokens.",
                limit=context.spendable_tokens,
            )
        )
    return Quote(
        id=context.new_id(Prefix.QUOTE),
        workspace_id=context.workspace.id,
        room_id=room.id,
        slot=wish.slot,
        booker=wish.booker,
        billing_mode=terms.billing_mode,
        price=terms.price,
        policy=terms.policy,
        violations=tuple(violations),
        conflicting_booking_id=conflicting_id(judgement.conflict),
        alternatives=(),
        created_at=context.now,
        expires_at=context.now + QUOTE_LIFETIME,
    )
