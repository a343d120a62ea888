"""Charging invoices: what came of it is taken in once, and what it means in the ledger."""

from __future__ import annotations

from typing import Any

import pytest

from litehq_core.domain.errors import InvalidTransition
from litehq_core.domain.invoice import InvoiceKind, InvoiceLine, InvoiceStatus
from litehq_core.domain.invoice_charge import (
    ChargedInvoice,
    ChargeOutcome,
    InvoiceChargeStatus,
    begin_charge,
    decide_charged,
    payment_intent,
)
from litehq_core.domain.invoice_ledger import (
    InvoiceStanding,
    invoice_entries,
    invoice_standing,
    invoice_standing_of,
)
from tests.domain import samples
from tests.domain.samples import NOW

S = InvoiceChargeStatus
PAID = ChargeOutcome(status=S.SUCCEEDED, reference="pi_1", fee_minor=80)
DECLINED = ChargeOutcome(status=S.FAILED, failure="declined")
ACTION = ChargeOutcome(status=S.REQUIRES_ACTION, reference="pi_1")


def test_a_charge_is_of_all_that_is_due() -> None:
    charge = begin_charge(samples.invoice(paid_minor=1_000), "pay_1", NOW)
    assert (charge.amount.amount_minor, charge.status) == (3_000, S.PENDING)
    for wrong in (
        samples.invoice(status=InvoiceStatus.DRAFT),
        samples.invoice(status=InvoiceStatus.PAID),
        samples.invoice(kind=InvoiceKind.CREDIT_NOTE),
    ):
        with pytest.raises(InvalidTransition, match="be charged"):
            begin_charge(wrong, "pay_1", NOW)


def test_success_pays_the_invoice_once() -> None:
    charged = decide_charged(samples.invoice(), samples.invoice_charge(), PAID, NOW)
    assert (charged.invoice.status, charged.invoice.due_minor) == (InvoiceStatus.PAID, 0)
    assert (charged.invoice.stripe_payment_intent_id, charged.charge.reference) == ("pi_1", "pi_1")
    assert [event.type for event in charged.events] == ["invoice.paid"]
    for late in (PAID, DECLINED, ACTION):
        again = decide_charged(charged.invoice, charged.charge, late, NOW)
        assert (again.invoice, again.charge, again.events) == (charged.invoice, charged.charge, ())


def test_what_failed_may_turn_out_to_have_succeeded() -> None:
    waits = decide_charged(samples.invoice(), samples.invoice_charge(), ACTION, NOW)
    assert [event.type for event in waits.events] == ["invoice.payment_action_required"]
    assert waits.invoice.stripe_payment_intent_id == "pi_1"
    assert decide_charged(waits.invoice, waits.charge, ACTION, NOW).events == ()
    failed = decide_charged(waits.invoice, waits.charge, DECLINED, NOW)
    assert [event.type for event in failed.events] == ["invoice.payment_failed"]
    assert (failed.charge.failure, failed.charge.reference) == ("declined", "pi_1")
    assert decide_charged(failed.invoice, failed.charge, ACTION, NOW).charge == failed.charge
    paid = decide_charged(failed.invoice, failed.charge, PAID, NOW)
    assert (paid.invoice.status, paid.charge.failure) == (InvoiceStatus.PAID, None)


def test_money_beyond_what_is_due_is_seen() -> None:
    """Settled otherwise meanwhile: what is due falls below zero, and nothing is lost."""
    settled = samples.invoice(status=InvoiceStatus.PAID, paid_minor=4_000)
    twice = decide_charged(settled, samples.invoice_charge(), PAID, NOW)
    assert (twice.invoice.due_minor, twice.invoice.status) == (-4_000, InvoiceStatus.PAID)
    assert [event.type for event in twice.events] == ["invoice.updated"]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (S.PENDING, "processing"),
        (S.REQUIRES_ACTION, "requires_action"),
        (S.SUCCEEDED, "succeeded"),
        (S.FAILED, "requires_payment_method"),
    ],
)
def test_the_answer_is_a_payment_intent(status: S, word: str) -> None:
    """Page A: "Returns the PaymentIntent"."""
    charge = samples.invoice_charge(status=status)
    shown = payment_intent(ChargedInvoice(invoice=samples.invoice(), charge=charge))
    assert shown["status"] == word
    assert (shown["object"], shown["amount"], shown["currency"]) == ("payment_intent", 4_000, "gbp")
    assert shown["metadata"] == {"invoice_id": "inv_1"}


def _ids() -> Any:
    numbers = iter(range(100))
    return lambda prefix: f"{prefix}_{next(numbers)}"


def test_entries_are_the_difference_between_how_a_document_stood_and_stands() -> None:
    """Decision 0018: no decision has to think of the ledger."""
    new_id = _ids()
    opened = samples.invoice()
    assert invoice_entries(None, opened, new_id) == ()
    paid = decide_charged(opened, samples.invoice_charge(), PAID, NOW).invoice
    entries = invoice_entries(opened, paid, new_id)
    assert [(str(e.debit), str(e.credit), e.amount, e.cause) for e in entries] == [
        ("ws_1/cash/GBP", "co_1/receivable/GBP", 4_000, "invoice_paid"),
        ("ws_1/fees/GBP", "ws_1/cash/GBP", 80, "provider_fee"),
    ]
    assert {e.invoice_id for e in entries} == {"inv_1"}
    assert invoice_standing_of(entries) == invoice_standing(paid)
    assert invoice_standing(paid) == InvoiceStanding(paid_minor=4_000, fees_minor=80)


def test_a_credit_by_hand_takes_revenue_back_until_it_is_void() -> None:
    new_id = _ids()
    line = InvoiceLine(booking_id=None, description="", amount_minor=-500, tax_minor=0)
    draft = samples.invoice(status=InvoiceStatus.DRAFT, lines=(line,))
    opened = samples.invoice(lines=(line,))
    given = invoice_entries(draft, opened, new_id)
    assert [(str(e.debit), str(e.credit), e.amount) for e in given] == [
        ("ws_1/revenue/GBP", "co_1/receivable/GBP", 500)
    ]
    void = samples.invoice(status=InvoiceStatus.VOID, lines=(line,))
    back = invoice_entries(opened, void, new_id)
    assert invoice_standing_of([*given, *back]) == InvoiceStanding() == invoice_standing(void)
