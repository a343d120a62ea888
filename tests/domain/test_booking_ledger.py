"""What a booking's money means in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.booking import Booking, BookingStatus, Guest
from litehq_core.domain.booking_ledger import (
    Standing,
    charged_minor,
    invoiced_minor,
    money_entries,
    standing,
    standing_of,
)
from litehq_core.domain.ids import Prefix
from litehq_core.domain.ledger import Account, AccountKind, Transfer, balances
from litehq_core.domain.lots import LotShare
from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples

CARD, INVOICE, TOKENS = BillingMode.CARD, BillingMode.INVOICE, BillingMode.TOKENS
HOLD = samples.hold(member_id="mem_1", guest=None)
CONFIRMED = samples.booking()


def _ids() -> Callable[[Prefix], str]:
    numbers = count()
    return lambda prefix: f"{prefix}_{next(numbers)}"


def _entries(before: Booking | None, after: Booking, *payments: Payment) -> tuple[Transfer, ...]:
    return money_entries(before, after, payments, _ids())


def _told(transfers: tuple[Transfer, ...]) -> list[tuple[str, str, int, str]]:
    return [(str(t.debit), str(t.credit), t.amount, t.cause) for t in transfers]


def _posted(*transfers: Transfer) -> dict[str, int]:
    return {str(account): b.posted for account, b in balances(transfers).items() if b.posted}


def test_a_hold_owes_nothing_yet() -> None:
    """Item 6: "price owed once confirmed"."""
    assert _entries(None, HOLD) == ()
    expired = replace(HOLD, status=BookingStatus.EXPIRED)
    assert _entries(HOLD, expired) == ()


def test_confirmed_by_its_payment_it_owes_and_has_paid() -> None:
    paid = replace(HOLD, status=BookingStatus.CONFIRMED, paid_minor=4000)
    assert _told(_entries(HOLD, paid)) == [
        ("mem_1/receivable/GBP", "ws_1/revenue/GBP", 4000, "owed"),
        ("ws_1/cash/GBP", "mem_1/receivable/GBP", 4000, "paid"),
    ]
    assert _posted(*_entries(HOLD, paid)) == {"ws_1/revenue/GBP": 4000, "ws_1/cash/GBP": -4000}
    assert _entries(paid, replace(paid, notes="x", status=BookingStatus.COMPLETED)) == ()


def test_a_refund_is_promised_first_and_sent_later() -> None:
    paid = replace(CONFIRMED, paid_minor=4000)
    cancelled = replace(paid, status=BookingStatus.CANCELLED, refunded_minor=2000)
    promised = _entries(paid, cancelled)
    assert _told(promised) == [
        ("ws_1/revenue/GBP", "mem_1/receivable/GBP", 2000, "owed"),
        ("mem_1/receivable/GBP", "ws_1/refunds/GBP", 2000, "refunded"),
    ]
    refund = samples.payment(
        kind=PaymentKind.REFUND, amount=Money(currency="GBP", amount_minor=2000)
    )
    assert _entries(cancelled, cancelled, refund) == ()
    sent = _entries(cancelled, cancelled, replace(refund, status=PaymentStatus.SUCCEEDED))
    assert _told(sent) == [("ws_1/refunds/GBP", "ws_1/cash/GBP", 2000, "refund_sent")]
    # A checkout that succeeded is told by the booking, not by the payment.
    checkout = samples.payment(status=PaymentStatus.SUCCEEDED)
    assert _entries(paid, paid, checkout) == ()
    everything = (*_entries(None, paid), *promised, *sent)
    assert _posted(*everything) == {"ws_1/revenue/GBP": 2000, "ws_1/cash/GBP": -2000}
    assert {t.booking_id for t in everything} == {"bk_1"}


def test_money_that_could_buy_nothing_is_owed_back() -> None:
    """Late payment: taken in and promised back in one decision, nothing earned."""
    expired = replace(HOLD, status=BookingStatus.EXPIRED)
    given_back = replace(expired, paid_minor=4000, refunded_minor=4000)
    assert _posted(*_entries(expired, given_back)) == {
        "ws_1/cash/GBP": -4000,
        "ws_1/refunds/GBP": 4000,
    }


def test_what_a_late_edit_forfeits_stays_earned() -> None:
    paid = replace(CONFIRMED, price=samples.price(8000), paid_minor=8000)
    shorter = replace(paid, price=samples.price(4000), refunded_minor=1000)
    assert standing(shorter).owed_minor == 7000
    assert _posted(*_entries(None, paid), *_entries(paid, shorter)) == {
        "ws_1/revenue/GBP": 7000,
        "ws_1/cash/GBP": -8000,
        "ws_1/refunds/GBP": 1000,
    }


def test_on_invoice_the_company_owes() -> None:
    booking = replace(CONFIRMED, billing_mode=INVOICE, company_id="co_1")
    assert _told(_entries(None, booking)) == [
        ("co_1/receivable/GBP", "ws_1/revenue/GBP", 4000, "invoiced")
    ]
    cheaper = replace(booking, price=samples.price(3000))
    assert _told(_entries(booking, cheaper)) == [
        ("ws_1/revenue/GBP", "co_1/receivable/GBP", 1000, "invoiced")
    ]
    kept = replace(cheaper, status=BookingStatus.CANCELLED, fee_minor=1200)
    assert _told(_entries(cheaper, kept)) == [
        ("ws_1/revenue/GBP", "co_1/receivable/GBP", 1800, "invoiced")
    ]
    # Somebody on invoice terms without a company pays himself.
    alone = replace(booking, company_id=None)
    assert _entries(None, alone)[0].debit == Account("mem_1", AccountKind.RECEIVABLE, "GBP")


def test_a_guest_owes_by_his_booking() -> None:
    guest = replace(CONFIRMED, member_id=None, guest=Guest(email="a@b.c", name="A"))
    (owed,) = _entries(None, guest)
    assert owed.debit == Account("bk_1", AccountKind.RECEIVABLE, "GBP")


def test_a_new_mode_moves_what_is_owed() -> None:
    by_card = replace(CONFIRMED, company_id="co_1", paid_minor=4000)
    on_invoice = replace(by_card, billing_mode=INVOICE, refunded_minor=4000)
    assert _posted(*_entries(None, by_card), *_entries(by_card, on_invoice)) == {
        "co_1/receivable/GBP": -4000,
        "ws_1/revenue/GBP": 4000,
        "ws_1/cash/GBP": -4000,
        "ws_1/refunds/GBP": 4000,
    }
    in_tokens = replace(on_invoice, billing_mode=TOKENS, price=samples.price(0, tokens=2))
    assert invoiced_minor(in_tokens) == charged_minor(in_tokens) == 0


@pytest.mark.parametrize(
    ("fields", "invoiced", "charged"),
    [
        ({"status": BookingStatus.PENDING_PAYMENT}, 0, 0),
        ({"status": BookingStatus.CONFIRMED}, 0, 4000),
        ({"status": BookingStatus.COMPLETED}, 0, 4000),
        ({"status": BookingStatus.CANCELLED}, 0, 0),
        ({"status": BookingStatus.EXPIRED}, 0, 0),
        ({"status": BookingStatus.CANCELLED, "paid_minor": 900, "refunded_minor": 400}, 0, 500),
        ({"billing_mode": INVOICE, "status": BookingStatus.PENDING_PAYMENT}, 0, 0),
        ({"billing_mode": INVOICE, "status": BookingStatus.CONFIRMED}, 4000, 0),
        ({"billing_mode": INVOICE, "status": BookingStatus.COMPLETED}, 4000, 0),
        ({"billing_mode": INVOICE, "status": BookingStatus.CANCELLED, "fee_minor": 5}, 5, 0),
        ({"billing_mode": INVOICE, "status": BookingStatus.EXPIRED, "fee_minor": 5}, 0, 0),
        ({"status": BookingStatus.CANCELLED, "fee_minor": 5}, 0, 0),
    ],
)
def test_what_is_owed_in_each_state(fields: dict[str, Any], invoiced: int, charged: int) -> None:
    booking = replace(CONFIRMED, **fields)
    assert (invoiced_minor(booking), charged_minor(booking)) == (invoiced, charged)


bookings = st.builds(
    lambda mode, status, price, paid, back, fee, company: replace(
        CONFIRMED,
        billing_mode=mode,
        status=status,
        price=samples.price(price),
        paid_minor=paid + back,
        refunded_minor=back,
        fee_minor=fee,
        company_id=company,
    ),
    st.sampled_from(BillingMode),
    st.sampled_from(BookingStatus),
    *(st.integers(0, 9000) for _ in range(4)),
    st.sampled_from([None, "co_1"]),
)


@given(st.lists(bookings, min_size=1, max_size=6))
def test_whatever_happens_the_ledger_says_what_the_booking_says(states: list[Booking]) -> None:
    """However a booking comes to stand so: the entries of all steps make how it stands."""
    transfers = list(_entries(None, states[0]))
    for before, after in pairwise(states):
        transfers += _entries(before, after)
    told = standing_of(transfers)
    last = standing(states[-1])
    assert told == last
    receivables = [
        balance.posted
        for account, balance in balances(transfers).items()
        if account.kind is AccountKind.RECEIVABLE
    ]
    # What is still to be paid is what is owed and not in hand.
    outstanding = last.owed_minor - (last.paid_minor - last.refunded_minor)
    assert -sum(receivables) == outstanding


def test_tokens_stand_by_lot() -> None:
    booking = replace(
        CONFIRMED,
        token_lots=(LotShare("lot_1", 2), LotShare("lot_2", 1), LotShare("lot_1", 3)),
        price=samples.price(0, tokens=6),
        billing_mode=TOKENS,
    )
    assert standing(booking) == Standing(token_lots={"lot_1": 5, "lot_2": 1})
