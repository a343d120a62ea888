"""Money that goes another way than we sent it: by hand, by a bank, or back again."""

from __future__ import annotations

from itertools import count

import pytest

from litehq_core.domain.booking import Booking
from litehq_core.domain.booking_ledger import money_entries, standing, standing_of
from litehq_core.domain.events import EventType
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import AccountKind, balances
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus, Source
from litehq_core.domain.settling import decide_paid_again
from litehq_core.domain.taking_back import decide_disputed, decide_returned, decide_taken_back
from tests.domain import samples

NOW = samples.NOW
PAID = samples.booking(paid_minor=4000)
CHARGE = samples.payment(status=PaymentStatus.SUCCEEDED, reference="pi_1")
_numbers = count()


def new_id(prefix: Prefix) -> str:
    return f"{prefix}_{next(_numbers)}"


def sent(amount_minor: int, *sources: Source) -> Payment:
    return samples.payment(
        id="pay_refund",
        kind=PaymentKind.REFUND,
        status=PaymentStatus.SUCCEEDED,
        amount=Money(currency="GBP", amount_minor=amount_minor),
        sources=sources,
    )


def test_given_back_by_hand() -> None:
    decision = decide_taken_back(PAID, CHARGE, 1500, NOW, new_id)
    assert decision is not None
    assert decision.booking.refunded_minor == 1500
    [row] = decision.new_payments
    assert (row.kind, row.status) == (PaymentKind.REFUND, PaymentStatus.SUCCEEDED)
    assert row.sources == (Source(reference="pi_1", amount_minor=1500),)
    assert [event.type for event in decision.events] == [EventType.CHARGE_REFUNDED]


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_is_no_decision(amount: int) -> None:
    assert decide_taken_back(PAID, CHARGE, amount, NOW, new_id) is None


def test_never_more_than_is_left() -> None:
    decision = decide_taken_back(PAID, CHARGE, 9000, NOW, new_id)
    assert decision is not None
    assert decision.booking.settled_minor == 0
    assert decide_taken_back(decision.booking, CHARGE, 1, NOW, new_id) is None


def test_a_bank_takes_it_and_gives_it_back() -> None:
    taken = decide_taken_back(PAID, CHARGE, 4000, NOW, new_id, dispute_id="du_1")
    assert taken is not None
    [row] = taken.new_payments
    assert (row.reference, row.sources[0].disputed) == ("du_1", True)
    back = decide_returned(taken.booking, row, 4000, "du_1", NOW, new_id)
    assert back.booking.settled_minor == 4000
    assert [event.type for event in back.events] == [EventType.CHARGE_SUCCEEDED]
    assert [payment.status for payment in back.new_payments] == [PaymentStatus.EXPIRED]


def test_a_refund_comes_back_in_part() -> None:
    booking = samples.booking(paid_minor=4000, refunded_minor=3000)
    first = Source(reference="pi_2", amount_minor=1000)
    refund = sent(3000, first, Source(reference="pi_1", amount_minor=2000))
    decision = decide_returned(booking, refund, 1000, "re_1", NOW, new_id)
    assert decision.booking.refunded_minor == 2000
    assert decision.new_payments[0].sources == (first,)
    assert [event.type for event in decision.events] == [EventType.REFUND_FAILED]


def test_a_dispute_moves_nothing_by_itself() -> None:
    decision = decide_disputed(PAID, CHARGE)
    assert decision.booking.settled_minor == 4000
    assert decision.new_payments == ()
    assert [event.type for event in decision.events] == [EventType.CHARGE_DISPUTED]


def test_a_second_charge_is_counted_and_given_back() -> None:
    decision = decide_paid_again(PAID, CHARGE, "pi_2", NOW, new_id)
    twin, refund = decision.new_payments
    assert (twin.reference, twin.status) == ("pi_2", PaymentStatus.SUCCEEDED)
    assert (refund.kind, refund.amount) == (PaymentKind.REFUND, CHARGE.amount)
    assert (decision.booking.paid_minor, decision.booking.refunded_minor) == (8000, 4000)


def test_the_ledger_agrees_all_the_way() -> None:
    """What is taken and comes back leaves no trace but its entries; no promise falls below 0."""
    start = samples.booking(paid_minor=0)
    entries = list(money_entries(None, start, (), new_id))

    def write(before: Booking, after: Booking, *payments: Payment) -> Booking:
        entries.extend(money_entries(before, after, payments, new_id))
        for number in range(1, len(entries) + 1):
            for account, balance in balances(entries[:number]).items():
                assert account.kind is not AccountKind.REFUNDS or balance.posted >= 0
        assert standing_of(entries) == standing(after)
        return after

    paid = write(start, PAID, CHARGE)
    taken = decide_taken_back(paid, CHARGE, 4000, NOW, new_id, dispute_id="du_1")
    assert taken is not None
    gone = write(paid, taken.booking, *taken.new_payments)
    back = decide_returned(gone, taken.new_payments[0], 4000, "du_1", NOW, new_id)
    write(gone, back.booking, *back.new_payments)
    cash = [b.posted for a, b in balances(entries).items() if a.kind is AccountKind.CASH]
    assert cash == [-4000]
