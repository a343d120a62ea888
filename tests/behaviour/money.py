"""What holds of money and tokens whatever has happened: looked at after every step of a walk."""

from __future__ import annotations

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.ledger import AccountKind
from litehq_core.domain.payment import PaymentKind, PaymentStatus
from litehq_core.domain.rate_card import BillingMode
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House


def check_money(house: House) -> None:
    """Nothing is given back that was not paid; what is confirmed is paid; no token is lost."""
    for booking in house.bookings():
        _check_paid(booking)
        payments = [
            p for p in house.tables.payments.committed().values() if p.booking_id == booking.id
        ]
        paid = [
            p.amount.amount_minor
            for p in payments
            if p.kind is PaymentKind.CHECKOUT and p.status is PaymentStatus.SUCCEEDED
        ]
        back = [p.amount.amount_minor for p in payments if p.kind is PaymentKind.REFUND]
        assert booking.paid_minor == sum(paid), booking
        assert booking.refunded_minor == sum(back), booking
    by_kind: dict[AccountKind, int] = dict.fromkeys(AccountKind, 0)
    for (workspace_id, account), balance in house.tables.balances.committed().items():
        assert balance.spendable >= 0 or account.kind is not AccountKind.WALLET, account
        if workspace_id == WORKSPACE:
            by_kind[account.kind] += balance.posted
    assert sum(by_kind.values()) == 0
    # What was redeemed and not returned is what the bookings say they cost.
    spent = sum(booking.tokens_spent for booking in house.bookings())
    assert abs(by_kind[AccountKind.REDEEMED]) == spent


def _check_paid(booking: Booking) -> None:
    assert 0 <= booking.refunded_minor <= booking.paid_minor, booking
    assert booking.tokens_spent >= 0, booking
    if booking.status is BookingStatus.CONFIRMED:
        if booking.billing_mode is BillingMode.CARD:
            assert booking.settled_minor >= booking.price.amount_minor, booking
        assert booking.tokens_spent >= (booking.tokens_charged or 0), booking
