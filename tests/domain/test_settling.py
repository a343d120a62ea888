"""What a provider's word about a checkout does that nothing waits for any more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from litehq_core.domain.payment import PaymentOutcome, PaymentStatus
from litehq_core.domain.settling import decide_settle
from tests.domain import samples


def test_a_checkout_that_was_given_up_ends_alone() -> None:
    """Closed by us and then by the provider: the booking is as it was, and no event is told."""
    booking = samples.booking()
    payment = samples.payment(status=PaymentStatus.CLOSING)
    context = cast("Any", SimpleNamespace(now=samples.NOW))
    decision = decide_settle(context, booking, payment, PaymentOutcome.EXPIRED, None)
    assert decision is not None
    assert decision.booking == booking
    assert decision.events == ()
    [ended] = decision.changed_payments
    assert ended.status is PaymentStatus.EXPIRED
