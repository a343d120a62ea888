"""Drawing invoices up: which lines, what is set off, and what stays the same whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litehq_core.domain.booking import Booking, BookingStatus
from litehq_core.domain.booking_ledger import invoiced_minor
from litehq_core.domain.errors import InvalidTransition, ValidationFailed, VersionConflict
from litehq_core.domain.interval import Interval
from litehq_core.domain.invoice import (
    TRANSITIONS,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceMove,
    InvoiceStatus,
    move_invoice,
)
from litehq_core.domain.invoicing import (
    BilledPart,
    Billing,
    Opening,
    Unbilled,
    billed_at,
    booking_lines,
    decide_credit,
    decide_draft,
    decide_open,
    decide_void,
    draw_up,
)
from litehq_core.domain.price import Price, PriceLine
from litehq_core.domain.rate_card import BillingMode
from litehq_core.domain.taxes import UNTAXED, TaxRate, rate_of
from tests.domain import samples
from tests.domain.samples import NOW, utc

VAT, REDUCED = TaxRate("VAT", 2000), TaxRate("VAT 5 %", 500)
START = utc("2026-05-22 14:00")


def _price(gross: int, rate: TaxRate = UNTAXED) -> Price:
    """A price as ``domain.pricing`` freezes it, with its tax inside."""
    lines = [PriceLine(rule="base_per_hour", description="1 h", minutes=60, amount_minor=gross)]
    if rate != UNTAXED:
        percent = f"{rate.basis_points / 100:g}"
        text = f"{rate.name} {percent} %: GBP {rate.inside(gross) / 100:.2f} included"
        lines.append(PriceLine(rule="tax_included", description=text, minutes=0, amount_minor=0))
    return Price(currency="GBP", lines=tuple(lines))


def _booking(gross: int = 4000, rate: TaxRate = UNTAXED, **fields: Any) -> Booking:
    start = fields.pop("start", START)
    return samples.booking(
        Interval(start, start + timedelta(hours=1)),
        **{
            "company_id": "co_1",
            "billing_mode": BillingMode.INVOICE,
            "price": _price(gross, rate),
            **fields,
        },
    )


def _drawn(*found: Unbilled) -> Invoice:
    draft = draw_up("inv_1", "co_1", found, NOW)
    assert draft is not None
    return draft


def _opened(draft: Invoice, number: int = 1, others: Sequence[Invoice] = ()) -> Billing:
    return decide_open(draft, Opening(number=number, due_days=14, others=others), NOW)


def _note(amount: int, **fields: Any) -> Invoice:
    """An open credit note."""
    line = InvoiceLine(booking_id=None, description="", amount_minor=-amount, tax_minor=0)
    return samples.invoice(
        **{"id": "inv_note", "number": 7, "kind": InvoiceKind.CREDIT_NOTE, "lines": (line,)}
        | fields
    )


@pytest.mark.parametrize(
    ("rule", "description", "rate"),
    [
        ("tax", "VAT 20 %", TaxRate("VAT", 2000)),
        ("tax", "MwSt. 7.5 %", TaxRate("MwSt.", 750)),
        ("tax_included", "VAT 5 % 20 %: GBP 6.67 included", TaxRate("VAT 5 %", 2000)),
        ("tax_included", "VAT 0.05 %: JPY 6 included", TaxRate("VAT", 5)),
        ("tax", "something else", UNTAXED),
        ("company_discount", "VAT 20 %", UNTAXED),
    ],
)
def test_a_prices_tax_is_told_by_its_line(rule: str, description: str, rate: TaxRate) -> None:
    line = PriceLine(rule=rule, description=description, minutes=0, amount_minor=0)
    assert rate_of(Price(currency="GBP", lines=(line,))) == rate


def test_an_invoice_shows_tax_rate_by_rate() -> None:
    taxed = _booking(12_000, VAT)
    reduced = _booking(10_500, REDUCED, id="bk_2", start=START - timedelta(hours=2))
    plain = _booking(700, id="bk_3", start=START + timedelta(days=1))
    invoice = _drawn(*(Unbilled(booking=b) for b in (taxed, reduced, plain)))
    # By start.
    assert [line.booking_id for line in invoice.lines] == ["bk_2", "bk_1", "bk_3"]
    assert (invoice.amount_minor, invoice.tax_minor, invoice.kind) == (
        23_200,
        2_500,
        InvoiceKind.INVOICE,
    )
    assert [total.as_json() for total in invoice.taxes] == [
        {"name": "VAT", "basis_points": 2000, "net_minor": 10_000, "tax_minor": 2_000},
        {"name": "VAT 5 %", "basis_points": 500, "net_minor": 10_000, "tax_minor": 500},
    ]
    assert [InvoiceLine.from_json(line.as_json()) for line in invoice.lines] == list(invoice.lines)
    assert invoice.lines[1].description == "Atrium, Friday 22 May 2026, 15:00–16:00 BST"


def test_what_changed_is_invoiced_by_the_difference() -> None:
    """Decision 0030: a booking is invoiced once."""
    billed = (BilledPart(rate=VAT, amount_minor=12_000, tax_minor=2_000),)
    longer = booking_lines(Unbilled(booking=_booking(18_000, VAT), billed=billed))
    assert [(line.amount_minor, line.tax_minor) for line in longer] == [(6_000, 1_000)]
    assert longer[0].description.startswith("Correction: Atrium")
    gone = _booking(12_000, VAT, status=BookingStatus.CANCELLED, fee_minor=6_000)
    kept = booking_lines(Unbilled(booking=gone, billed=billed))
    assert [(line.amount_minor, line.tax_minor) for line in kept] == [(-6_000, -1_000)]
    assert kept[0].description.startswith("Cancelled: Atrium")
    # Another rate is another line, and the old one is taken back.
    moved = booking_lines(Unbilled(booking=_booking(10_500, REDUCED), billed=billed))
    assert [(line.rate, line.amount_minor) for line in moved] == [(VAT, -12_000), (REDUCED, 10_500)]
    assert booking_lines(Unbilled(booking=_booking(12_000, VAT), billed=billed)) == ()
    as_billed = Unbilled(booking=_booking(12_000, VAT), billed=billed)
    assert draw_up("inv_1", "co_1", [as_billed], NOW) is None


def test_what_gives_back_more_than_it_asks_for_is_a_credit_note() -> None:
    billed = (BilledPart(rate=UNTAXED, amount_minor=4_000, tax_minor=0),)
    gone = _booking(status=BookingStatus.CANCELLED)
    note = _drawn(
        Unbilled(booking=gone, billed=billed), Unbilled(booking=_booking(1_000, id="bk_2"))
    )
    assert (note.kind, note.amount_minor) == (InvoiceKind.CREDIT_NOTE, -3_000)


def test_a_booking_belongs_to_the_month_on_its_wall() -> None:
    """23:30 UTC on 30 June is July in London, and June in New York."""
    late = utc("2026-06-30 23:30")
    london = _booking(start=late)
    new_york = replace(london, room=replace(london.room, timezone="America/New_York"))
    july = utc("2026-07-01 00:00")
    assert not Unbilled(booking=london).is_of_past_month(july)
    assert not Unbilled(booking=new_york).is_of_past_month(july)
    assert Unbilled(booking=new_york).is_of_past_month(utc("2026-07-01 04:00"))
    assert billed_at(london, NOW) == utc("2026-07-31 23:00")
    assert billed_at(new_york, NOW) == utc("2026-07-01 04:00")
    # What changes later waits for the end of the month in which it changes.
    assert billed_at(london, utc("2026-12-24 12:00")) == utc("2027-01-01 00:00")


@pytest.mark.parametrize("status", list(InvoiceStatus))
@pytest.mark.parametrize("step", list(InvoiceMove))
def test_every_move_is_a_row_of_the_table(status: InvoiceStatus, step: InvoiceMove) -> None:
    invoice = samples.invoice(status=status)
    if (status, step) in TRANSITIONS:
        moved, _ = move_invoice(invoice, step, NOW)
        assert (moved.status, moved.version) == (TRANSITIONS[status, step][0], 2)
    else:
        with pytest.raises(InvalidTransition, match="invoice"):
            move_invoice(invoice, step, NOW)


def test_opening_gives_a_number_and_a_date() -> None:
    billing = _opened(_drawn(Unbilled(booking=_booking())), number=12)
    [opened] = billing.changed
    assert (opened.status, opened.number, opened.opened_at) == (InvoiceStatus.OPEN, 12, NOW)
    assert opened.due_at == NOW + timedelta(days=14)
    assert [event.type for event in billing.events] == ["invoice.opened"]
    with pytest.raises(InvalidTransition):
        _opened(opened)
    with pytest.raises(VersionConflict):
        opened.require_version(1)
    opened.require_version(2)
    opened.require_version(None)


def test_credit_notes_are_set_off_against_what_is_due() -> None:
    small, large = _note(1_000), _note(9_000, id="inv_large", number=8)
    billing = _opened(_drawn(Unbilled(booking=_booking())), 9, [small, large])
    invoice, first, second = billing.changed
    assert (invoice.status, invoice.due_minor, invoice.credited_minor) == (
        InvoiceStatus.PAID,
        0,
        4_000,
    )
    assert (first.status, first.due_minor) == (InvoiceStatus.PAID, 0)
    assert (second.status, second.due_minor, second.credited_minor) == (
        InvoiceStatus.OPEN,
        -6_000,
        -3_000,
    )
    by_subject: dict[str, list[int]] = {}
    for event in billing.events:
        by_subject.setdefault(event.subject_id, []).append(event.sequence)
    # Each version is one event.
    for invoice_after in billing.changed:
        assert by_subject[invoice_after.id][-1] == invoice_after.version
        assert len(set(by_subject[invoice_after.id])) == len(by_subject[invoice_after.id])


def test_a_credit_note_goes_first_against_its_own_invoice() -> None:
    older = samples.invoice(id="inv_older", number=1)
    newer = samples.invoice(id="inv_newer", number=2)
    note = decide_credit(newer, "inv_note", 5_000 - 1_000, "No heating", NOW)
    _, credited = _opened(note, 3, [older, newer]).changed
    assert (credited.id, credited.status) == ("inv_newer", InvoiceStatus.PAID)


def test_nothing_to_pay_is_settled_at_once() -> None:
    billed = (BilledPart(rate=UNTAXED, amount_minor=4_000, tax_minor=0),)
    gone = _booking(status=BookingStatus.CANCELLED)
    draft = _drawn(Unbilled(booking=gone, billed=billed), Unbilled(booking=_booking(id="bk_2")))
    billing = _opened(draft)
    assert billing.changed[0].status is InvoiceStatus.PAID
    assert [event.type for event in billing.events] == ["invoice.opened", "invoice.paid"]


def test_void_is_what_nothing_was_paid_on() -> None:
    draft = _drawn(Unbilled(booking=_booking()))
    for invoice in (draft, samples.invoice()):
        [void] = decide_void(invoice, NOW, is_charged=False).changed
        assert (void.status, void.due_minor, void.number) == (
            InvoiceStatus.VOID,
            0,
            invoice.number,
        )
    for touched in (
        samples.invoice(paid_minor=1),
        samples.invoice(credited_minor=1),
        samples.invoice(status=InvoiceStatus.PAID),
    ):
        with pytest.raises(InvalidTransition):
            decide_void(touched, NOW, is_charged=False)
    with pytest.raises(InvalidTransition):
        decide_void(samples.invoice(), NOW, is_charged=True)


def test_a_credit_is_shared_out_over_the_rates() -> None:
    taxed, reduced = _booking(12_000, VAT), _booking(4_000, REDUCED, id="bk_2")
    draft = _drawn(Unbilled(booking=taxed), Unbilled(booking=reduced))
    [invoice] = _opened(draft).changed
    note = decide_credit(invoice, "inv_note", 1_001, None, NOW)
    assert [(line.rate, line.amount_minor) for line in note.lines] == [(VAT, -750), (REDUCED, -251)]
    assert (note.kind, note.credited_invoice_id, note.amount_minor) == (
        InvoiceKind.CREDIT_NOTE,
        invoice.id,
        -1_001,
    )
    tiny = decide_credit(invoice, "inv_note", 1, "x", NOW)
    assert [(line.rate, line.amount_minor) for line in tiny.lines] == [(REDUCED, -1)]
    assert tiny.lines[0].description == "Credit for invoice 1: x"


@pytest.mark.parametrize(
    ("fields", "given", "amount"),
    [
        ({}, 0, 4_000),
        ({"paid_minor": 1_500}, 0, 2_500),
        ({"paid_minor": 4_000, "status": InvoiceStatus.PAID}, 0, 4_000),
        ({"paid_minor": 4_000, "status": InvoiceStatus.PAID}, 1_000, 3_000),
    ],
)
def test_what_a_credit_gives_by_default(fields: dict[str, Any], given: int, amount: int) -> None:
    note = decide_credit(samples.invoice(**fields), "inv_n", None, None, NOW, given_minor=given)
    assert note.amount_minor == -amount


def test_no_more_is_credited_than_was_invoiced() -> None:
    for amount, before in ((0, 0), (-1, 0), (4_001, 0), (1_001, 3_000), (None, 4_000)):
        with pytest.raises(ValidationFailed, match="amount_minor"):
            decide_credit(samples.invoice(), "inv_n", amount, None, NOW, given_minor=before)
    with pytest.raises(ValidationFailed, match="reason"):
        decide_credit(samples.invoice(), "inv_n", 1, "x" * 201, NOW)
    for wrong in (_note(5), samples.invoice(status=InvoiceStatus.VOID)):
        with pytest.raises(InvalidTransition):
            decide_credit(wrong, "inv_n", 1, None, NOW)


def test_a_draft_is_told_of() -> None:
    draft = _drawn(Unbilled(booking=_booking()))
    billing = decide_draft(draft)
    assert billing.added == (draft,)
    assert [(event.type, event.company_id) for event in billing.events] == [
        ("invoice.created", "co_1")
    ]


RATES = (UNTAXED, VAT, REDUCED)
STATES = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.CANCELLED)
changes = st.tuples(
    st.sampled_from(["bk_1", "bk_2"]),
    st.integers(0, 9_999),
    st.sampled_from(RATES),
    st.sampled_from(STATES),
    st.integers(0, 5_000),
    st.sampled_from([BillingMode.INVOICE, BillingMode.CARD]),
)


@settings(max_examples=60)
@given(st.lists(st.one_of(changes, st.sampled_from(["invoice", "void"])), max_size=14))
def test_all_lines_make_what_the_bookings_owe(story: list[Any]) -> None:
    """However bookings change between runs, and whatever is voided: once all is invoiced, the
    lines of every document that stands make what the bookings owe, and their tax is that of it."""
    bookings: dict[str, Booking] = {}
    documents: list[Invoice] = []
    ids = count()

    def invoice() -> None:
        found = [Unbilled(booking=b, billed=_billed(b.id, documents)) for b in bookings.values()]
        draft = draw_up(f"inv_{next(ids)}", "co_1", [f for f in found if f.difference_minor], NOW)
        if draft is not None:
            documents.append(draft)

    for step in story:
        if step == "invoice":
            invoice()
        elif step == "void":
            documents[-1:] = []
        else:
            booking_id, gross, rate, status, fee, mode = step
            bookings[booking_id] = _booking(
                gross, rate, id=booking_id, status=status, fee_minor=fee, billing_mode=mode
            )
    invoice()
    for booking in bookings.values():
        lines = [each for d in documents for each in d.lines if each.booking_id == booking.id]
        assert sum(line.amount_minor for line in lines) == invoiced_minor(booking)


def _billed(booking_id: str, documents: Sequence[Invoice]) -> tuple[BilledPart, ...]:
    amounts: Counter[TaxRate] = Counter()
    taxes: Counter[TaxRate] = Counter()
    for line in (line for d in documents for line in d.lines if line.booking_id == booking_id):
        amounts[line.rate] += line.amount_minor
        taxes[line.rate] += line.tax_minor
    return tuple(
        BilledPart(rate=rate, amount_minor=amounts[rate], tax_minor=taxes[rate]) for rate in amounts
    )
