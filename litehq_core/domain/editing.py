"""Deciding an edit of a booking.

``contract.md``, Edit: a move re-runs every rule and keeps the id; dearer is charged first and
happens once paid; cheaper is refunded as the frozen policy says; a new billing mode reverses the
old leg once the new one has succeeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from litehq_core.domain.booking import (
    Booking,
    BookingStatus,
    Move,
    PendingChange,
    amend,
    move,
)
from litehq_core.domain.booking_events import booking_event
from litehq_core.domain.booking_rules import BookingRules
from litehq_core.domain.burning import return_tokens, spend_tokens
from litehq_core.domain.claims import seats_for
from litehq_core.domain.creating import new_checkout
from litehq_core.domain.decision import (
    BookingContext,
    Decision,
    Terms,
    agree_terms,
    conflicting_id,
    judge_slot,
    refuse,
)
from litehq_core.domain.delta import Delta, delta
from litehq_core.domain.errors import (
    BookingRuleViolated,
    EditWindowClosed,
    InvalidTransition,
    Refusal,
    SlotUnavailable,
    ValidationFailed,
)
from litehq_core.domain.evaluation import edit_closes_at, over_capacity
from litehq_core.domain.events import EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.ledger import Transfer
from litehq_core.domain.lots import shares_after
from litehq_core.domain.payment import Payment, PaymentKind, PaymentPurpose, PaymentStatus
from litehq_core.domain.pricing import refused_mode
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.refunding import refund
from litehq_core.domain.room import Room
from litehq_core.domain.wall_clock import utc_instant


class Unset(Enum):
    """Stands for a field that an edit does not name; None is a value of its own."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class EditBooking:
    """A wish to change a booking; what is UNSET stays.

    ``start_at`` alone keeps the end, ``shift_to`` moves the start and keeps the length (dialect
    A's ``start``), ``duration_minutes`` keeps the start.
    """

    booking_id: str
    start_at: datetime | Unset = UNSET
    end_at: datetime | Unset = UNSET
    shift_to: datetime | Unset = UNSET
    duration_minutes: int | Unset = UNSET
    room_id: str | Unset = UNSET
    attendees: int | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    billing_mode: BillingMode | Unset = UNSET
    expected_version: int | None = None

    @property
    def moves(self) -> bool:
        """Whether the edit says when, where or how it is paid, be it as before."""
        named = (self.start_at, self.end_at, self.shift_to, self.duration_minutes, self.room_id)
        return any(value is not UNSET for value in (*named, self.billing_mode))

    @property
    def changes_nothing(self) -> bool:
        """Whether no field is named at all."""
        named = (f.name for f in fields(self) if f.name not in ("booking_id", "expected_version"))
        return all(getattr(self, name) is UNSET for name in named)

    def slot_of(self, booking: Booking) -> Interval:
        """The slot after the edit.

        Raises:
            ValidationFailed: a time without an offset, two fields contradict each other, or the
                end is not after the start.
        """
        start, end = booking.start_at, booking.end_at
        if self.shift_to is not UNSET:
            moved = utc_instant("start", self.shift_to)
            start, end = moved, moved + (end - start)
        if self.start_at is not UNSET:
            start = utc_instant("start_at", self.start_at)
            end = booking.end_at if self.shift_to is UNSET else end
        if self.duration_minutes is not UNSET:
            end = start + timedelta(minutes=self.duration_minutes)
        if self.end_at is not UNSET:
            wanted = utc_instant("end_at", self.end_at)
            if self.duration_minutes is not UNSET and end != wanted:
                raise ValidationFailed.of("duration_minutes", "contradicts end_at")
            end = wanted
        if end <= start:
            raise ValidationFailed.of("end_at", "must be after the start")
        return Interval(start, end)


def decide_edit(
    context: BookingContext,
    booking: Booking,
    wish: EditBooking,
    *,
    rooms: Mapping[str, Room],
    payments: tuple[Payment, ...],
) -> Decision:
    """What an edit does. ``context`` is that of the room after the edit.

    Args:
        rooms: those of the booking and of its pending change, by id.
        payments: the booking's payments.

    Raises:
        InvalidTransition, EditWindowClosed, VersionConflict: the booking cannot be edited now.
        SlotMisaligned, BookingRuleViolated, SlotUnavailable, InsufficientTokens,
        ValidationFailed: the new slot or mode is refused.
    """
    now = context.now
    booking.require_version(wish.expected_version)
    rules = rooms[booking.room.id].rules.rules_for(context.booker.tier)
    _require_editable(booking, now, rules)
    slot = wish.slot_of(booking)
    attendees = booking.attendees if wish.attendees is UNSET else wish.attendees
    moved = slot != booking.slot or context.calendar.room.id != booking.room.id
    mode = None if wish.billing_mode is UNSET else wish.billing_mode
    same_terms = not moved and mode in (None, booking.billing_mode)
    terms = _frozen_terms(booking) if same_terms else _new_terms(context, booking, slot, mode)
    if terms.price.currency != booking.price.currency and booking.status is BookingStatus.CONFIRMED:
        raise ValidationFailed.of("room_id", "is at a location with another currency")
    if moved:
        judgement = judge_slot(context, slot, attendees=attendees, ignoring=booking.id)
        refuse(judgement, context)
    elif attendees != booking.attendees:
        # An unmoved booking is not judged anew for times that have come closer meanwhile.
        _require_seats(context, booking, attendees)
    buffer = context.calendar.room.buffer_minutes if moved else booking.buffer_minutes
    after = replace(
        booking,
        room=context.calendar.room.summary if moved else booking.room,
        start_at=slot.start,
        end_at=slot.end,
        buffer_minutes=buffer,
        attendees=attendees,
        notes=booking.notes if wish.notes is UNSET else wish.notes,
        metadata=booking.metadata if wish.metadata is UNSET else wish.metadata,
        billing_mode=terms.billing_mode,
        price=terms.price,
    )
    if same_terms:
        if wish.moves:
            # Back to where it is: what was proposed before is withdrawn.
            return _without_change(after, booking, now, payments)
        change = _with_words(booking.pending_change, wish)
        if change and attendees != booking.attendees:
            _require_capacity(attendees, rooms[change.room.id].capacity)
        return _amended(replace(after, pending_change=change), booking, now)
    if booking.status is BookingStatus.PENDING_PAYMENT:
        return _edit_hold(context, booking, after, terms, payments)
    return _edit_confirmed(context, booking, after, terms, payments)


def could_edit(
    context: BookingContext,
    booking: Booking,
    wish: EditBooking,
    slot: Interval,
    *,
    rooms: Mapping[str, Room],
    payments: tuple[Payment, ...],
) -> bool:
    """Whether the edit would be granted if it moved the booking to ``slot`` in another place."""
    room_id = context.calendar.room.id
    if (slot, room_id) == (booking.slot, booking.room.id):
        return False
    moved = replace(
        wish,
        start_at=slot.start,
        end_at=slot.end,
        shift_to=UNSET,
        duration_minutes=UNSET,
        room_id=room_id,
    )
    try:
        decide_edit(context, booking, moved, rooms=rooms, payments=payments)
    except Refusal:
        return False
    return True


def _require_seats(context: BookingContext, booking: Booking, attendees: int | None) -> None:
    """Refuse a party that the room cannot seat, at all or beside the others of a shared room."""
    calendar = context.calendar
    _require_capacity(attendees, calendar.room.capacity)
    if not calendar.room.shared or seats_for(attendees) <= seats_for(booking.attendees):
        return
    conflict = calendar.conflict(
        booking.slot,
        ignoring=booking.id,
        buffer_minutes=booking.buffer_minutes,
        seats=seats_for(attendees),
    )
    if conflict:
        raise SlotUnavailable(conflicting_booking_id=conflicting_id(conflict))


def _require_capacity(attendees: int | None, capacity: int) -> None:
    violations = tuple(over_capacity(attendees, capacity))
    if violations:
        raise BookingRuleViolated(violations)


def _without_change(
    after: Booking, booking: Booking, now: datetime, payments: tuple[Payment, ...]
) -> Decision:
    """The edit without the change that waited, whose cells are free again."""
    decision = _amended(replace(after, pending_change=None), booking, now)
    if booking.pending_change is None:
        return decision
    return replace(decision, changed_payments=superseded(payments, now))


def _amended(after: Booking, booking: Booking, now: datetime) -> Decision:
    """The edit as one update; none if everything is as it was."""
    if after == booking:
        return Decision(booking=booking)
    result, event = booking_event(EventType.BOOKING_UPDATED, amend(after, now), booking)
    claims = None if result.claims == booking.claims else result.claims
    return Decision(booking=result, claims=claims, events=(event,))


def _with_words(change: PendingChange | None, wish: EditBooking) -> PendingChange | None:
    """A waiting change with the words of a later edit, so that it does not undo them."""
    if change is None:
        return None
    return replace(
        change,
        attendees=change.attendees if wish.attendees is UNSET else wish.attendees,
        notes=change.notes if wish.notes is UNSET else wish.notes,
        metadata=change.metadata if wish.metadata is UNSET else wish.metadata,
    )


def _require_editable(booking: Booking, now: datetime, rules: BookingRules) -> None:
    if booking.is_lapsed(now):
        raise InvalidTransition(status=BookingStatus.EXPIRED, move="be edited")
    if booking.status not in (BookingStatus.PENDING_PAYMENT, BookingStatus.CONFIRMED):
        raise InvalidTransition(status=booking.status, move="be edited")
    if now > edit_closes_at(booking.start_at, rules):
        raise EditWindowClosed(edit_window_minutes=rules.edit_window_minutes)


def _frozen_terms(booking: Booking) -> Terms:
    return Terms(billing_mode=booking.billing_mode, price=booking.price, policy=booking.policy)


def _new_terms(
    context: BookingContext, booking: Booking, slot: Interval, mode: BillingMode | None
) -> Terms:
    """The terms after a move: paid as before, unless another mode is asked for or needed."""
    as_before = booking.billing_mode
    if mode is None and refused_mode(context.card_for(slot), context.payer, as_before) is None:
        mode = as_before
    return agree_terms(context, slot, mode)


def superseded(payments: tuple[Payment, ...], now: datetime) -> tuple[Payment, ...]:
    """The booking's open checkouts, to be closed: whoever pays one later is refunded."""
    return tuple(
        replace(payment, status=PaymentStatus.CLOSING, updated_at=now)
        for payment in payments
        if payment.is_unsettled and payment.kind is PaymentKind.CHECKOUT
    )


def _edit_hold(
    context: BookingContext,
    booking: Booking,
    after: Booking,
    terms: Terms,
    payments: tuple[Payment, ...],
) -> Decision:
    """A hold is re-priced: its old checkout is closed and a new one opened, or it is confirmed."""
    now = context.now
    expires_at = min(now + context.hold, booking.created_at + 2 * context.hold, after.end_at)
    payment = (
        new_checkout(context, booking.id, terms.due, PaymentPurpose.BOOKING, expires_at)
        if terms.due.amount_minor
        else None
    )
    transfers = spend_tokens(context, terms.price, booking.id)
    after = replace(
        after,
        payment_id=payment.id if payment else None,
        checkout_url=None,
        expires_at=expires_at if payment else None,
        token_lots=shares_after(booking.token_lots, transfers),
    )
    result, event = booking_event(EventType.BOOKING_UPDATED, amend(after, now), booking)
    events = [event]
    if payment is None:
        confirmed, kind = move(result, Move.CONFIRM, now)
        result, event = booking_event(kind, confirmed, result)
        events.append(event)
    return Decision(
        booking=result,
        claims=result.claims,
        transfers=transfers,
        new_payments=(payment,) if payment else (),
        changed_payments=superseded(payments, now),
        events=tuple(events),
    )


def _edit_confirmed(
    context: BookingContext,
    booking: Booking,
    after: Booking,
    terms: Terms,
    payments: tuple[Payment, ...],
) -> Decision:
    """A confirmed booking: dearer by card waits for its payment, everything else is done now."""
    now = context.now
    change = delta(booking, terms.billing_mode, terms.price, now)
    if change.charge_minor:
        return _propose_change(context, booking, after, terms, change.charge_minor, payments)
    transfers = _token_legs(context, booking, terms, change)
    result, refunds = refund(after, change.refund_minor, now, context.new_id)
    result = amend(
        result,
        now,
        pending_change=None,
        token_lots=shares_after(booking.token_lots, transfers),
    )
    result, event = booking_event(EventType.BOOKING_UPDATED, result, booking)
    return Decision(
        booking=result,
        claims=result.claims,
        transfers=transfers,
        new_payments=refunds,
        changed_payments=superseded(payments, now),
        events=(event,),
    )


def _propose_change(
    context: BookingContext,
    booking: Booking,
    after: Booking,
    terms: Terms,
    due_minor: int,
    payments: tuple[Payment, ...],
) -> Decision:
    """The booking unchanged, with the change beside it and the change's cells held."""
    now = context.now
    # Proposing again and again must not hold cells for ever: two holds, as for a booking.
    before = booking.pending_change
    proposed_at = before.proposed_at if before and now < before.expires_at else now
    expires_at = min(now + context.hold, proposed_at + 2 * context.hold, after.end_at)
    due = replace(terms.due, amount_minor=due_minor)
    payment = new_checkout(context, booking.id, due, PaymentPurpose.CHANGE, expires_at)
    change = PendingChange(
        room=after.room,
        slot=after.slot,
        buffer_minutes=after.buffer_minutes,
        price=terms.price,
        billing_mode=terms.billing_mode,
        due_minor=due_minor,
        attendees=after.attendees,
        notes=after.notes,
        metadata=after.metadata,
        payment_id=payment.id,
        checkout_url=None,
        proposed_at=proposed_at,
        expires_at=expires_at,
    )
    result = amend(booking, now, pending_change=change)
    result, event = booking_event(EventType.BOOKING_UPDATED, result, booking)
    return Decision(
        booking=result,
        claims=result.claims,
        new_payments=(payment,),
        changed_payments=superseded(payments, now),
        events=(event,),
    )


def _token_legs(
    context: BookingContext, booking: Booking, terms: Terms, change: Delta
) -> tuple[Transfer, ...]:
    """The token transfers of an edit that needs no payer."""
    shorter = terms.billing_mode is booking.billing_mode
    return spend_tokens(
        context, replace(terms.price, tokens=change.charge_tokens), booking.id
    ) + return_tokens(
        booking,
        change.refund_tokens,
        "booking_shortened" if shorter else "billing_mode_changed",
        context.new_id,
    )
