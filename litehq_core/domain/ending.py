"""Deciding how bookings end: cancelled, expired, completed; and the no-show flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import (
    Booking,
    BookingStatus,
    Move,
    amend,
    move,
)
from litehq_core.domain.booking_events import booking_event
from litehq_core.domain.booking_ledger import invoiced_minor
from litehq_core.domain.burning import return_tokens
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.cancellation_preview import policy_refund
from litehq_core.domain.decision import Decision, NewId
from litehq_core.domain.editing import superseded
from litehq_core.domain.errors import (
    AuthScopeInsufficient,
    InvalidTransition,
    ValidationFailed,
)
from litehq_core.domain.events import EventType
from litehq_core.domain.lots import shares_after
from litehq_core.domain.payment import Payment
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.refunding import refund


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBooking:
    """A wish to cancel. PARTIAL needs the amount: minor units for money, tokens for tokens.

    ``notify_attendees``: whether the booker, through whom those who come are known, is written to.
    """

    booking_id: str
    reason: str | None = None
    refund_policy: RefundPolicy = RefundPolicy.POLICY
    refund_amount_minor: int | None = None
    refund_tokens: int | None = None
    notify_attendees: bool = True
    expected_version: int | None = None


def decide_cancel(
    booking: Booking,
    wish: CancelBooking,
    actor: Actor,
    payments: tuple[Payment, ...],
    now: datetime,
    new_id: NewId,
) -> Decision | None:
    """The cancellation and its refund; None if the booking is cancelled already.

    Raises:
        VersionConflict, InvalidTransition: stale, or over, or never confirmed.
        ValidationFailed: a partial refund without its amount, or of more than was paid.
        AuthScopeInsufficient: a bound key asks for more than the policy gives.
    """
    if booking.status is BookingStatus.CANCELLED:
        return None
    booking.require_version(wish.expected_version)
    if booking.is_over(now):
        raise InvalidTransition(status=BookingStatus.COMPLETED, move=Move.CANCEL)
    refund_minor, refund_tokens = _refund_of(booking, wish, actor, now)
    waived_minor = _waived_of(booking, wish, actor, now)
    refunded, refunds = refund(booking, refund_minor, now, new_id)
    transfers = return_tokens(booking, refund_tokens, "booking_cancelled", new_id)
    cancelled, kind = move(
        refunded,
        Move.CANCEL,
        now,
        cancelled_at=now,
        pending_change=None,
        checkout_url=None,
        expires_at=None,
        token_lots=shares_after(booking.token_lots, transfers),
        fee_minor=invoiced_minor(booking) - waived_minor,
    )
    result, event = booking_event(
        kind,
        cancelled,
        booking,
        {
            "cancel": {
                "reason": wish.reason,
                "refund_policy": wish.refund_policy.value,
                "refund_amount_minor": refund_minor,
                "refund_tokens": refund_tokens,
                "waived_minor": waived_minor,
                "notify_attendees": wish.notify_attendees,
            }
        },
    )
    return Decision(
        booking=result,
        claims=(),
        transfers=transfers,
        new_payments=refunds,
        changed_payments=superseded(payments, now),
        events=(event,),
        tells_booker=wish.notify_attendees,
    )


def _refund_of(
    booking: Booking, wish: CancelBooking, actor: Actor, now: datetime
) -> tuple[int, int]:
    """What comes back, in minor units and in tokens."""
    in_tokens = booking.billing_mode is BillingMode.TOKENS
    paid, spent = booking.settled_minor, booking.tokens_spent
    given = policy_refund(booking, now)
    by_policy = (given.amount_minor, given.tokens)
    wanted = {
        RefundPolicy.POLICY: by_policy,
        RefundPolicy.FULL: (paid, spent),
        RefundPolicy.NONE: (0, 0),
    }.get(wish.refund_policy)
    if wanted is None and invoiced_minor(booking):
        wanted = (0, 0)
    elif wanted is None:
        wanted = (
            (0, _part("refund_tokens", wish.refund_tokens, spent))
            if in_tokens
            else (_part("refund_amount_minor", wish.refund_amount_minor, paid), 0)
        )
    better = wanted[0] > by_policy[0] or wanted[1] > by_policy[1]
    if better and actor.is_bound:
        actor.require(Scope.REFUNDS_OVERRIDE)
    return wanted


def _waived_of(booking: Booking, wish: CancelBooking, actor: Actor, now: datetime) -> int:
    """What need not be paid any more, in minor units, of what was to go on an invoice."""
    due = invoiced_minor(booking)
    if not due:
        return 0
    by_policy = booking.policy.refund_of(due, start_at=booking.start_at, now=now)
    wanted = {
        RefundPolicy.POLICY: by_policy,
        RefundPolicy.FULL: due,
        RefundPolicy.NONE: 0,
    }.get(wish.refund_policy)
    if wanted is None:
        wanted = _part("refund_amount_minor", wish.refund_amount_minor, due)
    if wanted > by_policy and actor.is_bound:
        actor.require(Scope.REFUNDS_OVERRIDE)
    return wanted


def _part(field: str, amount: int | None, most: int) -> int:
    if amount is None:
        raise ValidationFailed.of(field, "is needed for a partial refund")
    if not 0 <= amount <= most:
        raise ValidationFailed.of(field, f"must lie within 0–{most}, what is paid or owed")
    return amount


def decide_expire(booking: Booking, payments: tuple[Payment, ...], now: datetime) -> Decision:
    """A hold that was not paid ends, and its slot is free.

    Raises:
        InvalidTransition: it is not a hold.
    """
    expired, kind = move(booking, Move.EXPIRE, now, checkout_url=None, expires_at=None)
    result, event = booking_event(kind, expired, booking)
    return Decision(
        booking=result,
        claims=(),
        changed_payments=superseded(payments, now),
        events=(event,),
    )


def decide_drop_change(booking: Booking, payments: tuple[Payment, ...], now: datetime) -> Decision:
    """A change that was not paid is dropped, and the booking stays as it was."""
    result, event = booking_event(
        EventType.BOOKING_UPDATED, amend(booking, now, pending_change=None), booking
    )
    return Decision(
        booking=result,
        claims=result.claims,
        changed_payments=superseded(payments, now),
        events=(event,),
    )


def decide_complete(booking: Booking, payments: tuple[Payment, ...], now: datetime) -> Decision:
    """The slot is over; its claims are pruned.

    Raises:
        InvalidTransition: it was not confirmed.
    """
    completed, kind = move(booking, Move.COMPLETE, now, pending_change=None)
    result, event = booking_event(kind, completed, booking)
    return Decision(
        booking=result,
        claims=(),
        changed_payments=superseded(payments, now),
        events=(event,),
    )


def decide_no_show(
    booking: Booking, no_show: bool, actor: Actor, expected_version: int | None, now: datetime
) -> Decision:
    """An operator flags (or unflags) that nobody came.

    Raises:
        AuthScopeInsufficient: the key is bound, so it is no operator's.
        VersionConflict: stale.
        InvalidTransition: not confirmed or completed, or not begun yet.
    """
    if actor.is_bound:
        raise AuthScopeInsufficient(f"{Scope.CALENDAR_WRITE} of an operator")
    booking.require_version(expected_version)
    if (
        booking.status not in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
        or now < booking.start_at
    ):
        raise InvalidTransition(status=booking.status, move="be a no-show before its start")
    if booking.no_show is no_show:
        return Decision(booking=booking)
    kind = EventType.BOOKING_NO_SHOW if no_show else EventType.BOOKING_UPDATED
    result, event = booking_event(kind, amend(booking, now, no_show=no_show), booking)
    return Decision(booking=result, events=(event,))
