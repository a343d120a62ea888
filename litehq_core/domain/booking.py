"""Bookings and their state machine. Every status change is a row of :data:`TRANSITIONS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.claims import Claim, claims_on
from litehq_core.domain.errors import InvalidTransition, VersionConflict
from litehq_core.domain.events import EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import LotShare
from litehq_core.domain.price import Price
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.room import RoomSummary


class BookingStatus(StrEnum):
    """The states of ``contract.md``, Bookings."""

    PENDING_PAYMENT = "pending_payment"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    EXPIRED = "expired"


class Move(StrEnum):
    """What can happen to a booking's status."""

    CONFIRM = "be confirmed"
    EXPIRE = "expire"
    CANCEL = "be cancelled"
    COMPLETE = "be completed"
    REVIVE = "be revived"


TRANSITIONS: Mapping[tuple[BookingStatus, Move], tuple[BookingStatus, EventType]] = {
    (BookingStatus.PENDING_PAYMENT, Move.CONFIRM): (
        BookingStatus.CONFIRMED,
        EventType.BOOKING_CONFIRMED,
    ),
    (BookingStatus.PENDING_PAYMENT, Move.EXPIRE): (
        BookingStatus.EXPIRED,
        EventType.BOOKING_EXPIRED,
    ),
    (BookingStatus.PENDING_PAYMENT, Move.CANCEL): (
        BookingStatus.CANCELLED,
        EventType.BOOKING_CANCELLED,
    ),
    (BookingStatus.CONFIRMED, Move.CANCEL): (
        BookingStatus.CANCELLED,
        EventType.BOOKING_CANCELLED,
    ),
    (BookingStatus.CONFIRMED, Move.COMPLETE): (
        BookingStatus.COMPLETED,
        EventType.BOOKING_COMPLETED,
    ),
    # Late payment, while the slot is still free and the start ahead.
    (BookingStatus.EXPIRED, Move.REVIVE): (
        BookingStatus.CONFIRMED,
        EventType.BOOKING_CONFIRMED,
    ),
}

OCCUPYING = frozenset({BookingStatus.PENDING_PAYMENT, BookingStatus.CONFIRMED})
# What counts towards quotas.
COUNTED = OCCUPYING | {BookingStatus.COMPLETED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who books without being a member."""

    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """An edit that waits for its payment; its cells are held until ``expires_at``.

    ``due_minor`` is what the payer still owes for it, in minor units; ``proposed_at`` is when the
    first of the changes was proposed that this one took the place of.
    """

    room: RoomSummary
    slot: Interval
    buffer_minutes: int
    price: Price
    billing_mode: BillingMode
    due_minor: int
    attendees: int | None
    notes: str | None
    metadata: Mapping[str, Any]
    payment_id: str
    checkout_url: str | None
    proposed_at: datetime
    expires_at: datetime

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What it claims while it waits."""
        return claims_on(self.room, claimed(self.slot, self.buffer_minutes), self.attendees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A reservation of a room. Price, policy and buffer are frozen when they are agreed.

    Attributes:
        buffer_minutes: the gap that must follow, as the room asked for at the time.
        paid_minor, refunded_minor: money received and given back so far.
        series_id: the series that it is an occurrence of.
        fee_minor: what a cancelled booking on invoice still owes.
        token_lots: what it has burnt of the member's lots, in that order, and not given back.
        sequence: how many events the booking has had; ``version`` counts its moves.
    """

    id: str
    workspace_id: str
    room: RoomSummary
    status: BookingStatus
    version: int = 1
    sequence: int = 0
    start_at: datetime
    end_at: datetime
    buffer_minutes: int
    member_id: str | None
    guest: Guest | None
    company_id: str | None
    attendees: int | None
    notes: str | None
    metadata: Mapping[str, Any]
    billing_mode: BillingMode
    price: Price
    policy: CancellationPolicy
    payment_id: str | None = None
    checkout_url: str | None = None
    expires_at: datetime | None = None
    pending_change: PendingChange | None = None
    no_show: bool = False
    paid_minor: int = 0
    refunded_minor: int = 0
    series_id: str | None = None
    token_lots: tuple[LotShare, ...] = ()
    fee_minor: int = 0
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None = None

    @property
    def slot(self) -> Interval:
        """``[start_at, end_at)``."""
        return Interval(self.start_at, self.end_at)

    @property
    def claim(self) -> Interval:
        """How long it claims its room."""
        return claimed(self.slot, self.buffer_minutes)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Everything it claims while it occupies its room, with the change that waits beside it."""
        change = self.pending_change
        return claims_on(self.room, self.claim, self.attendees) + (change.claims if change else ())

    @property
    def tokens_charged(self) -> int | None:
        """The tokens paid; None unless paid in tokens."""
        return self.price.tokens

    @property
    def tokens_spent(self) -> int:
        """The tokens taken from the wallet and not given back so far."""
        return sum(share.tokens for share in self.token_lots)

    @property
    def settled_minor(self) -> int:
        """What the payer has paid and not got back, in minor units."""
        return self.paid_minor - self.refunded_minor

    @property
    def refundable_minor(self) -> int:
        """What a policy counts from, in minor units: the present price, as far as it is paid."""
        return min(self.settled_minor, self.price.amount_minor)

    @property
    def refundable_tokens(self) -> int:
        """What a policy counts from, in tokens."""
        return min(self.tokens_spent, self.price.tokens or 0)

    def awaited_payments(self, now: datetime | None = None) -> frozenset[str]:
        """The payments without which it, or the change beside it, will not be.

        Args:
            now: leaves out what has lapsed by then.
        """
        change, waited = self.pending_change, set()
        if self.status is BookingStatus.PENDING_PAYMENT and not (now and self.is_lapsed(now)):
            waited.add(self.payment_id)
        if change is not None and not (now and change.expires_at <= now):
            waited.add(change.payment_id)
        return frozenset(payment_id for payment_id in waited if payment_id is not None)

    def checkout_url_of(self, payment_id: str) -> str | None:
        """Where an awaited payment is made, if that is known yet."""
        change = self.pending_change
        if change is not None and change.payment_id == payment_id:
            return change.checkout_url
        return self.checkout_url

    def is_lapsed(self, now: datetime) -> bool:
        """Whether it is a hold whose time has passed: free, swept or not."""
        return (
            self.status is BookingStatus.PENDING_PAYMENT
            and self.expires_at is not None
            and self.expires_at <= now
        )

    def is_over(self, now: datetime) -> bool:
        """Whether it took place and has ended, marked as completed yet or not."""
        return self.status is BookingStatus.CONFIRMED and now >= self.end_at

    def require_version(self, expected: int | None) -> None:
        """Refuse a stale version; None means that the caller does not care.

        Raises:
            VersionConflict: the booking is at another version.
        """
        if expected is not None and expected != self.version:
            raise VersionConflict(current_version=self.version)


def claimed(slot: Interval, buffer_minutes: int) -> Interval:
    """What a booking claims of its room: ``[start, end + buffer)``."""
    return slot.widened(before=timedelta(0), after=timedelta(minutes=buffer_minutes))


def move(booking: Booking, step: Move, now: datetime, **changes: Any) -> tuple[Booking, EventType]:
    """The booking after ``step``, one version on, and the type of its one event.

    The only function that writes ``status``.

    Raises:
        InvalidTransition: the booking's status does not allow the step.
    """
    target = TRANSITIONS.get((booking.status, step))
    if target is None:
        raise InvalidTransition(status=booking.status, move=step)
    status, event = target
    return (
        replace(booking, status=status, version=booking.version + 1, updated_at=now, **changes),
        event,
    )


def amend(booking: Booking, now: datetime, **changes: Any) -> Booking:
    """The booking with other facts changed and its status kept, one version on."""
    return replace(booking, version=booking.version + 1, updated_at=now, **changes)
