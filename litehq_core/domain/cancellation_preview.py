"""What a cancellation would give back now: the very sums that cancelling then uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from litehq_core.domain.booking import TRANSITIONS, Booking, Move
from litehq_core.domain.cancellation import CancellationStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What comes back: minor units of the booking's currency, and tokens."""

    amount_minor: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStep:
    """A step of the policy for one booking: ``refund`` comes back until ``until``, inclusive."""

    minutes_before: int
    refund_percent: int
    until: datetime
    refund: Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationPreview:
    """What cancelling a booking at ``at`` with the refund policy ``policy`` would do.

    Attributes:
        version: the booking's; who cancels this version gets just what is told here.
        cancellable: whether a cancellation would change anything. It is refused for a booking
            that has expired or is over, and one that is cancelled stays as it is.
        refund: what would come back; nothing if it is not cancellable.
        step: the step in force, which says how much and until when; None when nothing comes
            back, be it after the last step or because the booking is not cancellable.
        schedule: every step of the frozen policy, farthest from the start first, also those
            that are over, with what it gives of the present price as far as it is paid.
    """

    booking_id: str
    version: int
    at: datetime
    cancellable: bool
    currency: str
    refund: Refund
    step: RefundStep | None
    schedule: tuple[RefundStep, ...]

    @property
    def refund_percent(self) -> int:
        """The percentage that ``refund`` is."""
        return self.step.refund_percent if self.step else 0


def is_cancellable(booking: Booking, now: datetime) -> bool:
    """Whether the booking can be cancelled at ``now``: until its end, swept or not."""
    return (booking.status, Move.CANCEL) in TRANSITIONS and not booking.is_over(now)


def policy_refund(booking: Booking, now: datetime) -> Refund:
    """What the frozen policy gives back of a booking that is cancelled at ``now``.

    Counted from what the booking costs now, as far as that is paid: what earlier edits
    forfeited does not come back this way.
    """
    start, policy = booking.start_at, booking.policy
    return Refund(
        amount_minor=policy.refund_of(booking.refundable_minor, start_at=start, now=now),
        tokens=policy.refund_of(booking.refundable_tokens, start_at=start, now=now),
    )


def cancellation_preview(booking: Booking, now: datetime) -> CancellationPreview:
    """What a cancellation of ``booking`` at ``now`` would give back. It refuses nothing."""
    cancellable = is_cancellable(booking, now)
    schedule = tuple(_step_of(booking, step, cancellable) for step in booking.policy.steps)
    in_force = next((step for step in schedule if now <= step.until), None)
    return CancellationPreview(
        booking_id=booking.id,
        version=booking.version,
        at=now,
        cancellable=cancellable,
        currency=booking.price.currency,
        refund=policy_refund(booking, now) if cancellable else Refund(),
        step=in_force if cancellable else None,
        schedule=schedule,
    )


def _step_of(booking: Booking, step: CancellationStep, cancellable: bool) -> RefundStep:
    until = booking.start_at - timedelta(minutes=step.minutes_before)
    return RefundStep(
        minutes_before=step.minutes_before,
        refund_percent=step.refund_percent,
        until=until,
        refund=policy_refund(booking, until) if cancellable else Refund(),
    )
