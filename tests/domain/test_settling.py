"""What a provider's word about a checkout does: to the slot, to the money, to the record of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.decision import BookingContext, Decision
from litehq_core.domain.evaluation import Booker
from litehq_core.domain.events import EventType
from litehq_core.domain.interval import Interval
from litehq_core.domain.lots import Wallet
from litehq_core.domain.payment import PaymentKind, PaymentOutcome, PaymentStatus
from litehq_core.domain.room_calendar import BusyKind, Occupied, RoomCalendar
from litehq_core.domain.settling import decide_refunded, decide_settle
from tests.domain import samples

NOW = samples.NOW
LATER = samples.utc("2026-05-22 10:00")  # The holds of the samples lapse at 09:30.


def context(*occupied: Occupied, at: datetime = LATER, **room: Any) -> BookingContext:
    """All that stands in a room, at an instant."""
    calendar = RoomCalendar(room=samples.room(**room), occupied=occupied, blackouts=(), now=at)
    return BookingContext(
        workspace=samples.workspace(),
        calendar=calendar,
        rate_cards=(),
        member=None,
        company=None,
        booker=Booker(),
        wallet=Wallet(),
        now=at,
        new_id=lambda prefix: f"{prefix}_new",
    )


def taken(when: Interval, by: str = "bk_2", **fields: Any) -> Occupied:
    plain = Occupied(
        booking_id=by, room_id="rm_1", slot=when, buffer_minutes=0, kind=BusyKind.BOOKING
    )
    return replace(plain, **fields)


def settle(
    around: BookingContext,
    booking: Booking,
    outcome: PaymentOutcome = PaymentOutcome.PAID,
    said: str | None = "pi_1",
    **payment: Any,
) -> Decision:
    checkout = samples.payment(**{"status": PaymentStatus.OPEN, **payment})
    decision = decide_settle(around, booking, checkout, outcome, said)
    assert decision is not None
    return decision


def hold(**fields: Any) -> Booking:
    return samples.hold(
        **{"payment_id": "pay_1", "checkout_url": "https://checkout.example/pay_1", **fields}
    )


def changing(**fields: Any) -> Booking:
    return samples.booking(pending_change=samples.pending_change(**fields), payment_id="pay_0")


def kinds(decision: Decision) -> list[EventType]:
    return [event.type for event in decision.events]


def payments(decision: Decision) -> list[tuple[PaymentStatus, str | None, datetime]]:
    return [(p.status, p.reference, p.updated_at) for p in decision.changed_payments]


class TestExpired:
    """The provider closed a checkout."""

    def test_one_that_was_given_up_ends_alone(self) -> None:
        """The booking is as it was, and no event is told."""
        booking = samples.booking()
        decision = settle(context(), booking, PaymentOutcome.EXPIRED, status=PaymentStatus.CLOSING)
        assert decision.booking == booking
        assert decision.events == ()
        assert payments(decision) == [(PaymentStatus.EXPIRED, None, LATER)]

    def test_a_hold_ends_with_its_own(self) -> None:
        decision = settle(context(), hold(), PaymentOutcome.EXPIRED)
        assert decision.booking.status is BookingStatus.EXPIRED
        assert decision.booking.updated_at == LATER
        assert payments(decision) == [(PaymentStatus.EXPIRED, None, LATER)]

    def test_a_hold_outlives_the_one_that_it_superseded(self) -> None:
        held = hold(payment_id="pay_2")
        assert settle(context(), held, PaymentOutcome.EXPIRED).booking == held

    def test_a_confirmed_booking_outlives_its_own(self) -> None:
        booked = samples.booking(payment_id="pay_1")
        assert settle(context(), booked, PaymentOutcome.EXPIRED).booking == booked

    def test_a_change_is_dropped_with_its_own(self) -> None:
        decision = settle(context(), changing(), PaymentOutcome.EXPIRED)
        assert decision.booking.pending_change is None
        assert decision.booking.updated_at == LATER


class TestPaid:
    def test_the_payment_is_settled_under_the_providers_name_for_it(self) -> None:
        assert payments(settle(context(at=NOW), hold())) == [(PaymentStatus.SUCCEEDED, "pi_1", NOW)]

    def test_a_provider_that_gives_no_new_name_keeps_the_old_one(self) -> None:
        decision = settle(context(at=NOW), hold(), said=None, reference="cs_1")
        assert payments(decision) == [(PaymentStatus.SUCCEEDED, "cs_1", NOW)]

    def test_a_refund_is_settled_under_the_providers_name_for_it(self) -> None:
        refund = samples.payment(kind=PaymentKind.REFUND)
        decision = decide_refunded(samples.booking(), refund, "re_1", LATER)
        assert payments(decision) == [(PaymentStatus.SUCCEEDED, "re_1", LATER)]
        assert kinds(decision) == [EventType.CHARGE_REFUNDED]


# What stands in the room beside a slot of 14:00-15:00, or beside a change to 16:00-18:00.
BESIDE = {
    "booking": samples.slot("2026-06-01 15:15"),
    "change": samples.slot("2026-06-01 18:15"),
}
INSIDE = {
    "booking": samples.slot("2026-06-01 14:30"),
    "change": samples.slot("2026-06-01 17:00"),
}


@pytest.mark.parametrize("what", ["booking", "change"])
class TestPaidLate:
    """``contract.md``, States: what lands after expiry confirms while the slot is free.

    Otherwise it is refunded in full, and an event says so.
    """

    def late(self, what: str, **fields: Any) -> Booking:
        """A lapsed hold, or a booking whose change has lapsed; both by the sample's checkout."""
        return hold(**fields) if what == "booking" else changing(**fields)

    def happens(self, what: str, around: BookingContext, **fields: Any) -> bool:
        """Whether it takes place after all; if not, all the money must have gone back."""
        decision = settle(around, self.late(what, **fields))
        assert kinds(decision)[0] is EventType.CHARGE_SUCCEEDED
        assert decision.booking.pending_change is None
        if not decision.new_payments:
            slot = INSIDE[what].start
            assert decision.booking.slot.start <= slot < decision.booking.slot.end
            assert decision.booking.status is BookingStatus.CONFIRMED
            return True
        [refund] = decision.new_payments
        assert (refund.kind, refund.amount.amount_minor) == (PaymentKind.REFUND, 4000)
        assert refund.created_at == decision.booking.updated_at == LATER
        return False

    def test_it_happens_in_a_free_slot(self, what: str) -> None:
        assert self.happens(what, context())

    def test_not_in_one_that_another_has(self, what: str) -> None:
        assert not self.happens(what, context(taken(INSIDE[what])))

    def test_its_own_old_slot_is_not_in_its_way(self, what: str) -> None:
        assert self.happens(what, context(taken(INSIDE[what], by="bk_1")))

    def test_it_keeps_the_gap_that_was_frozen_with_it(self, what: str) -> None:
        """Not the one that the room asks for by now."""
        neighbour = taken(BESIDE[what])
        assert self.happens(what, context(neighbour, buffer_minutes=30), buffer_minutes=15)
        assert not self.happens(what, context(neighbour), buffer_minutes=20)

    def test_a_shared_room_needs_a_seat_for_each_who_comes(self, what: str) -> None:
        others = taken(INSIDE[what], seats=6)
        around = context(others, shared=True, capacity=8)
        assert self.happens(what, around, attendees=2)
        assert not self.happens(what, around, attendees=3)

    def test_not_once_its_start_has_come(self, what: str) -> None:
        start = {"booking": self.late(what).start_at, "change": samples.pending_change().slot.start}
        at = start[what] - timedelta(seconds=1)
        assert settle(context(at=at), self.late(what)).new_payments == ()
        assert len(settle(context(at=start[what]), self.late(what)).new_payments) == 1
