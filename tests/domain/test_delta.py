"""What changes of a booking cost and give back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.cancellation_preview import policy_refund
from litehq_core.domain.delta import Delta, delta
from litehq_core.domain.price import Price
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples
from tests.domain.samples import utc
from tests.domain.strategies import policies

CARD, TOKENS, INVOICE = BillingMode.CARD, BillingMode.TOKENS, BillingMode.INVOICE
START = samples.slot("2026-06-01 14:00").start
FULL, HALF, NONE = utc("2026-05-30 14:00"), utc("2026-06-01 10:00"), utc("2026-06-01 13:00")
costs = st.integers(0, 10_000)
moments = st.integers(0, 11_000).map(lambda minutes: START - timedelta(minutes=minutes))


def price_in(mode: BillingMode, cost: int) -> Price:
    """A price of ``cost``: minor units, or tokens."""
    return samples.price(0, cost) if mode is TOKENS else samples.price(cost)


def booked(mode: BillingMode, cost: int, policy: CancellationPolicy = samples.POLICY) -> Booking:
    """A confirmed booking that is paid for."""
    return samples.booking(
        billing_mode=mode,
        price=price_in(mode, cost),
        policy=policy,
        paid_minor=cost if mode is CARD else 0,
        token_lots=samples.burnt(cost if mode is TOKENS else 0),
    )


def changed(booking: Booking, mode: BillingMode, price: Price, change: Delta) -> Booking:
    """The booking once the change was paid and done."""
    return replace(
        booking,
        billing_mode=mode,
        price=price,
        paid_minor=booking.paid_minor + change.charge_minor,
        refunded_minor=booking.refunded_minor + change.refund_minor,
        token_lots=samples.burnt(
            booking.tokens_spent + change.charge_tokens - change.refund_tokens
        ),
    )


@pytest.mark.parametrize(
    ("cost", "now", "expected"),
    [
        (6000, FULL, Delta(charge_minor=2000)),
        (6000, NONE, Delta(charge_minor=2000)),
        (1000, FULL, Delta(refund_minor=3000)),
        (1000, HALF, Delta(refund_minor=1500)),
        (1000, NONE, Delta()),
        (4000, FULL, Delta()),
    ],
    ids=["dearer", "dearer-late", "cheaper", "cheaper-half", "cheaper-late", "the-same"],
)
def test_by_card(cost: int, now: datetime, expected: Delta) -> None:
    """contract.md, Edit: dearer is charged, cheaper refunded "as the frozen policy says"."""
    assert delta(booked(CARD, 4000), CARD, samples.price(cost), now) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CARD, TOKENS, Delta(charge_tokens=2, refund_minor=4000)),
        (CARD, INVOICE, Delta(refund_minor=4000)),
        (TOKENS, CARD, Delta(charge_minor=2, refund_tokens=4000)),
        (TOKENS, INVOICE, Delta(refund_tokens=4000)),
        (INVOICE, CARD, Delta(charge_minor=2)),
        (INVOICE, TOKENS, Delta(charge_tokens=2)),
        (INVOICE, INVOICE, Delta()),
        (TOKENS, TOKENS, Delta()),
    ],
)
def test_a_new_mode_reverses_the_old_leg(
    old: BillingMode, new: BillingMode, expected: Delta
) -> None:
    """contract.md, Edit: the old leg, in full, however late it is."""
    assert delta(booked(old, 4000), new, price_in(new, 2), NONE) == expected


def test_a_hold_has_paid_nothing_yet() -> None:
    """The whole of the new price is due, and nothing comes back."""
    hold = samples.hold(billing_mode=CARD, price=samples.price(4000))
    assert delta(hold, CARD, samples.price(3000), FULL) == Delta(charge_minor=3000)
    assert delta(hold, TOKENS, samples.price(0, 3), FULL) == Delta(charge_tokens=3)
    assert delta(hold, INVOICE, samples.price(3000), FULL) == Delta()


def test_what_is_not_paid_does_not_come_back() -> None:
    """A booking of 40.00 of which 10.00 are left, made cheaper by 20.00 and by 35.00."""
    booking = replace(booked(CARD, 4000), refunded_minor=3000)
    assert delta(booking, CARD, samples.price(2000), FULL) == Delta()
    assert delta(booking, CARD, samples.price(500), FULL) == Delta(refund_minor=500)


@given(st.sampled_from(BillingMode), costs, policies(), moments)
def test_a_repriced_unchanged_booking_costs_nothing(
    mode: BillingMode, cost: int, policy: CancellationPolicy, now: datetime
) -> None:
    booking = booked(mode, cost, policy)
    assert delta(booking, mode, booking.price, now) == Delta()


@given(
    st.sampled_from(BookingStatus),
    st.tuples(st.sampled_from(BillingMode), costs),
    st.tuples(st.sampled_from(BillingMode), costs),
    policies(),
    moments,
)
def test_nothing_is_negative_nor_more_than_was_paid(
    status: BookingStatus,
    before: tuple[BillingMode, int],
    after: tuple[BillingMode, int],
    policy: CancellationPolicy,
    now: datetime,
) -> None:
    booking = booked(*before, policy)
    if status is BookingStatus.PENDING_PAYMENT:
        booking = replace(booking, status=status, paid_minor=0, token_lots=())
    change = delta(booking, after[0], price_in(*after), now)
    assert change.charge_minor >= 0
    assert change.charge_tokens >= 0
    assert 0 <= change.refund_minor <= booking.settled_minor
    assert 0 <= change.refund_tokens <= booking.tokens_spent


@given(
    st.sampled_from([CARD, TOKENS]),
    st.lists(costs, min_size=2, max_size=6),
    policies(),
    st.lists(moments, min_size=6, max_size=6).map(sorted),
)
def test_many_small_changes_never_beat_one(
    mode: BillingMode, path: list[int], policy: CancellationPolicy, times: list[datetime]
) -> None:
    """Whatever way the cost takes to where it ends, a cancellation at last included.

    Straight down at one instant both ways give the same to the penny; a way that goes up, or
    takes its time, gives less.
    """

    def given_back(costs: list[int], when: list[datetime]) -> int:
        booking, net = booked(mode, costs[0], policy), 0
        for (_, cost), now in zip(pairwise(costs), when, strict=True):
            change = delta(booking, mode, price_in(mode, cost), now)
            booking = changed(booking, mode, price_in(mode, cost), change)
            net += change.refund_minor + change.refund_tokens
            net -= change.charge_minor + change.charge_tokens
        last = policy_refund(booking, when[-1])
        assert last.amount_minor <= booking.settled_minor
        assert last.tokens <= booking.tokens_spent
        return net + last.amount_minor + last.tokens

    moves, now = len(path) - 1, times[0]
    direct = given_back([path[0], path[-1]], [now])
    assert given_back(path, times[:moves]) <= direct
    if path == sorted(path, reverse=True):
        assert given_back(path, [now] * moves) == direct


def test_the_way_down_in_steps_gives_what_one_step_does() -> None:
    """Odd amounts at half: 5 → 4 → … → 0 gives 3 in all, as 5 → 0 does."""
    booking = booked(CARD, 5)
    back = 0
    for cost in (4, 3, 2, 1, 0):
        change = delta(booking, CARD, samples.price(cost), HALF)
        booking = changed(booking, CARD, samples.price(cost), change)
        back += change.refund_minor
    assert back == delta(booked(CARD, 5), CARD, samples.price(0), HALF).refund_minor == 3


@given(costs, costs, policies(), policies(), moments)
def test_the_frozen_policy_counts(
    old: int, new: int, frozen: CancellationPolicy, other: CancellationPolicy, now: datetime
) -> None:
    """Cheaper under two policies: each booking gets what its own policy says."""
    for policy in (frozen, other):
        change = delta(booked(CARD, old, policy), CARD, samples.price(new), now)
        due = policy.refund_of(old, start_at=START, now=now) - policy.refund_of(
            min(old, new), start_at=START, now=now
        )
        assert change.refund_minor == due
