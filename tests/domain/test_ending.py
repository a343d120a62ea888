"""How bookings end: what the event tells, what closes with them, and who may have more back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from litehq_core.domain.api_key import Actor, Scope
from litehq_core.domain.booking import BookingStatus
from litehq_core.domain.cancellation import RefundPolicy
from litehq_core.domain.ending import (
    CancelBooking,
    decide_cancel,
    decide_complete,
    decide_expire,
    decide_no_show,
)
from litehq_core.domain.errors import (
    AuthScopeInsufficient,
    InvalidTransition,
    ValidationFailed,
)
from litehq_core.domain.payment import Payment, PaymentStatus
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples

NOW = samples.NOW
OPERATOR = Actor(workspace_id="ws_1", key_id="tok_1", scopes=frozenset({Scope.CALENDAR_WRITE}))
MEMBER = Actor(
    workspace_id="ws_1",
    key_id="tok_2",
    scopes=frozenset({Scope.CALENDAR_WRITE}),
    member_id="mem_1",
)
# The policy gives all until the day before, half until two hours before, then nothing.
HALF = samples.utc("2026-06-01 10:00")
NOTHING = samples.utc("2026-06-01 13:00")
OVER = samples.utc("2026-06-01 15:00")


def new_id(prefix: object) -> str:
    return f"{prefix}_new"


def cancelled(booking: Any, actor: Actor = OPERATOR, at: Any = NOW, **wish: Any) -> Any:
    decision = decide_cancel(
        booking, CancelBooking(booking_id=booking.id, **wish), actor, (), at, new_id
    )
    assert decision is not None
    return decision


def told(booking: Any, actor: Actor = OPERATOR, at: Any = NOW, **wish: Any) -> Any:
    [event] = cancelled(booking, actor, at, **wish).events
    return event.object["cancel"]


def paid(**fields: Any) -> Any:
    return samples.booking(paid_minor=4000, payment_id="pay_1", **fields)


def test_the_event_of_a_cancellation_says_who_gets_what_back_and_why() -> None:
    assert told(paid(), at=HALF, reason="ill", notify_attendees=False) == {
        "reason": "ill",
        "refund_policy": "policy",
        "refund_amount_minor": 2000,
        "refund_tokens": 0,
        "waived_minor": 0,
        "notify_attendees": False,
    }


def test_a_part_of_the_money_gives_no_tokens_back() -> None:
    part = told(paid(), refund_policy=RefundPolicy.PARTIAL, refund_amount_minor=1)
    assert (part["refund_amount_minor"], part["refund_tokens"]) == (1, 0)


def test_a_part_of_the_tokens_gives_no_money_back() -> None:
    spent = samples.booking(
        billing_mode=BillingMode.TOKENS,
        price=samples.price(0, tokens=2),
        token_lots=samples.burnt(2),
    )
    part = told(spent, refund_policy=RefundPolicy.PARTIAL, refund_tokens=1)
    assert (part["refund_amount_minor"], part["refund_tokens"]) == (0, 1)


@pytest.mark.parametrize("policy", RefundPolicy)
def test_what_was_never_to_be_invoiced_is_not_waived(policy: RefundPolicy) -> None:
    part = 10 if policy is RefundPolicy.PARTIAL else None
    assert told(paid(), refund_policy=policy, refund_amount_minor=part)["waived_minor"] == 0


@pytest.mark.parametrize(
    ("at", "waived"), [(NOW, 4000), (HALF, 2000), (NOTHING, 0)], ids=["all", "half", "none"]
)
def test_what_was_to_be_invoiced_is_waived_by_the_policy(at: Any, waived: int) -> None:
    due = samples.booking(billing_mode=BillingMode.INVOICE)
    decision = cancelled(due, at=at)
    assert decision.events[0].object["cancel"]["waived_minor"] == waived
    assert decision.booking.fee_minor == 4000 - waived


@pytest.mark.parametrize("mode", [BillingMode.CARD, BillingMode.INVOICE])
def test_only_more_than_the_policy_gives_needs_a_scope_of_a_bound_key(mode: BillingMode) -> None:
    """``contract.md``, Cancel: a bound key needs ``refunds:override`` for anything better."""
    booking = paid() if mode is BillingMode.CARD else samples.booking(billing_mode=mode)
    as_much = {"refund_policy": RefundPolicy.PARTIAL, "refund_amount_minor": 2000}
    cancelled(booking, MEMBER, HALF, **as_much)
    with pytest.raises(AuthScopeInsufficient) as refusal:
        cancelled(booking, MEMBER, HALF, **{**as_much, "refund_amount_minor": 2001})
    assert Scope.REFUNDS_OVERRIDE in str(refusal.value)
    cancelled(booking, OPERATOR, HALF, **{**as_much, "refund_amount_minor": 2001})


def test_a_bound_key_needs_it_for_more_tokens_too() -> None:
    spent = samples.booking(
        billing_mode=BillingMode.TOKENS,
        price=samples.price(0, tokens=2),
        token_lots=samples.burnt(2),
    )
    wish = {"refund_policy": RefundPolicy.PARTIAL, "refund_tokens": 1}
    assert told(spent, MEMBER, HALF, **wish)["refund_tokens"] == 1
    with pytest.raises(AuthScopeInsufficient):
        cancelled(spent, MEMBER, NOTHING, **wish)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (None, "is needed for a partial refund"),
        (-1, "must lie within 0–4000, what is paid or owed"),
        (4001, "must lie within 0–4000, what is paid or owed"),
    ],
)
def test_a_part_must_be_said_and_be_a_part(amount: int | None, reason: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        cancelled(paid(), refund_policy=RefundPolicy.PARTIAL, refund_amount_minor=amount)
    [error] = refusal.value.errors
    assert (error.field, error.reason) == ("refund_amount_minor", reason)


def test_what_is_over_counts_as_completed_before_the_sweep_says_so() -> None:
    with pytest.raises(InvalidTransition) as refusal:
        cancelled(paid(), at=OVER)
    assert str(refusal.value) == "A booking that is completed cannot be cancelled."


def open_checkout() -> Payment:
    return samples.payment(status=PaymentStatus.OPEN)


@pytest.mark.parametrize("status", [BookingStatus.PENDING_PAYMENT, BookingStatus.CONFIRMED])
def test_what_ends_by_itself_closes_its_checkouts_and_moves_once(status: BookingStatus) -> None:
    at = OVER + timedelta(minutes=1)
    if status is BookingStatus.PENDING_PAYMENT:
        before = samples.hold(checkout_url="https://checkout.example/pay_1", payment_id="pay_1")
        decision = decide_expire(before, (open_checkout(),), at)
    else:
        before = samples.booking(pending_change=samples.pending_change())
        decision = decide_complete(before, (open_checkout(),), at)
    after = decision.booking
    assert (after.version, after.updated_at) == (before.version + 1, at)
    assert (after.pending_change, after.checkout_url, after.expires_at) == (None, None, None)
    assert decision.claims == ()
    [closing] = decision.changed_payments
    assert (closing.status, closing.updated_at) == (PaymentStatus.CLOSING, at)
    [event] = decision.events
    assert event.previous is not None
    assert event.previous["status"] == status.value


def test_a_no_show_is_an_operators_word() -> None:
    with pytest.raises(AuthScopeInsufficient) as refusal:
        decide_no_show(paid(), True, MEMBER, None, OVER)
    assert "calendar:write of an operator" in str(refusal.value)


def test_nobody_is_a_no_show_before_the_start() -> None:
    with pytest.raises(InvalidTransition) as refusal:
        decide_no_show(paid(), True, OPERATOR, None, samples.utc("2026-06-01 13:59"))
    said = "A booking that is confirmed cannot be a no-show before its start."
    assert str(refusal.value) == said
