"""A preview says of every booking what cancelling it does."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.cancellation_preview import cancellation_preview
from litehq_core.domain.ending import CancelBooking, decide_cancel
from litehq_core.domain.errors import InvalidTransition
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples
from tests.domain.strategies import policies

ACTOR = system_actor("ws_1")
START = samples.slot("2026-06-01 14:00").start


@st.composite
def bookings(draw: st.DrawFn) -> Booking:
    """A booking in any state, paid in full, in part, too much by now, or not at all."""
    mode = draw(st.sampled_from(BillingMode))
    cost = draw(st.integers(0, 10_000))
    paid = draw(st.integers(0, 20_000))
    tokens = draw(st.integers(0, 20)) if mode is BillingMode.TOKENS else None
    return samples.booking(
        status=draw(st.sampled_from(BookingStatus)),
        billing_mode=mode,
        price=samples.price(0 if tokens is not None else cost, tokens),
        policy=draw(policies()),
        paid_minor=paid,
        refunded_minor=draw(st.integers(0, paid)),
        token_lots=samples.burnt(draw(st.integers(0, 30)) if tokens is not None else 0),
        pending_change=draw(st.none() | st.just(samples.pending_change())),
    )


moments = st.integers(-11_000, 100).map(lambda minutes: START + timedelta(minutes=minutes))


@given(bookings(), moments)
def test_cancelling_does_what_the_preview_says(booking: Booking, now: datetime) -> None:
    """contract.md, Cancel: same refund, and cancellable if and only if something would change."""
    told = cancellation_preview(booking, now)
    wish = CancelBooking(booking_id=booking.id)
    try:
        decision = decide_cancel(booking, wish, ACTOR, (), now, lambda prefix: f"{prefix}_1")
    except InvalidTransition:
        decision = None
    assert told.cancellable == (decision is not None)
    after = decision.booking if decision else booking
    assert told.refund.amount_minor == after.refunded_minor - booking.refunded_minor
    assert told.refund.tokens == booking.tokens_spent - after.tokens_spent
    assert 0 <= told.refund.amount_minor <= booking.settled_minor
    assert 0 <= told.refund.tokens <= booking.tokens_spent


@given(bookings(), moments)
def test_the_step_in_force_is_one_of_the_schedule(booking: Booking, now: datetime) -> None:
    """Its amount holds until its very instant, and the next step's from then on."""
    told = cancellation_preview(booking, now)
    assert [entry.until for entry in told.schedule] == sorted(e.until for e in told.schedule)
    ahead = [entry for entry in told.schedule if now <= entry.until]
    if not told.cancellable or not ahead:
        assert (told.step, told.refund_percent) == (None, 0)
        return
    assert told.step == ahead[0]
    assert (told.refund, told.refund_percent) == (ahead[0].refund, ahead[0].refund_percent)
    assert cancellation_preview(booking, ahead[0].until).refund == told.refund
