"""Which charges a refund is taken from: the newest first, and never above what is left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.money import Money
from litehq_core.domain.payment import Payment, PaymentKind, PaymentStatus, Source
from litehq_core.domain.refund_sources import known_refunds, spread
from tests.domain import samples


def gbp(amount_minor: int) -> Money:
    return Money(currency="GBP", amount_minor=amount_minor)


def charge(number: int, amount: int, **fields: Any) -> Payment:
    plain: dict[str, Any] = {
        "id": f"pay_{number}",
        "status": PaymentStatus.SUCCEEDED,
        "amount": gbp(amount),
        "reference": f"pi_{number}",
        "updated_at": samples.NOW + timedelta(minutes=number),
    }
    return samples.payment(**{**plain, **fields})


def refund(amount: int, *sources: Source, **fields: Any) -> Payment:
    plain: dict[str, Any] = {
        "id": "pay_refund",
        "kind": PaymentKind.REFUND,
        "amount": gbp(amount),
        "sources": sources,
    }
    return samples.payment(**{**plain, **fields})


def test_the_newest_charge_first() -> None:
    wanted = refund(50)
    found = spread(wanted, [charge(1, 40), charge(2, 30), wanted])
    assert found == (
        Source(reference="pi_2", amount_minor=30),
        Source(reference="pi_1", amount_minor=20),
    )


def test_what_others_take_is_not_there() -> None:
    other = refund(25, Source(reference="pi_2", amount_minor=25), id="pay_other")
    found = spread(refund(10), [charge(1, 40), charge(2, 30), other])
    assert found == (
        Source(reference="pi_2", amount_minor=5),
        Source(reference="pi_1", amount_minor=5),
    )


def test_what_came_back_is_there_again() -> None:
    source = Source(reference="pi_1", amount_minor=40)
    gone = refund(40, source, id="pay_a", status=PaymentStatus.SUCCEEDED)
    back = refund(40, source, id="pay_b", status=PaymentStatus.EXPIRED)
    assert spread(refund(10), [charge(1, 40), gone]) == ()
    assert spread(refund(10), [charge(1, 40), gone, back]) == (
        Source(reference="pi_1", amount_minor=10),
    )


def test_what_was_not_paid_is_no_source() -> None:
    unpaid = charge(1, 40, status=PaymentStatus.EXPIRED)
    nameless = charge(2, 40, reference=None)
    assert spread(refund(10), [unpaid, nameless]) == ()


def test_what_is_known_to_be_given_back() -> None:
    payments = [
        charge(1, 40),
        refund(10, Source(reference="pi_1", amount_minor=10)),
        refund(5, Source(reference="pi_2", amount_minor=5)),
        refund(7, Source(reference="pi_1", amount_minor=7, disputed=True)),
        refund(10, Source(reference="pi_1", amount_minor=10), status=PaymentStatus.EXPIRED),
    ]
    assert known_refunds("pi_1", payments) == 10


@settings(max_examples=50)
@given(
    charges=st.lists(st.integers(1, 100), max_size=4),
    refunds=st.lists(st.integers(1, 100), max_size=6),
)
def test_never_above_what_was_paid(charges: list[int], refunds: list[int]) -> None:
    """Issue 6: "never more than was paid"."""
    payments = [charge(number, amount) for number, amount in enumerate(charges)]
    left = sum(charges)
    for number, amount in enumerate(refunds):
        wanted = refund(amount, id=f"pay_r{number}")
        sources = spread(wanted, payments)
        assert sum(source.amount_minor for source in sources) == min(amount, left)
        left -= min(amount, left)
        payments.append(refund(amount, *sources, id=f"pay_r{number}"))
    for number, amount in enumerate(charges):
        taken = known_refunds(f"pi_{number}", payments)
        assert taken <= amount
