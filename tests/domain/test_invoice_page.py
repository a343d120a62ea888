"""What stands on an invoice that is read or printed."""

from __future__ import annotations

from litehq_core.domain.company import Address, BillingContact
from litehq_core.domain.invoice import InvoiceKind, InvoiceLine, InvoiceStatus
from litehq_core.domain.invoice_page import InvoicePage, invoice_page
from litehq_core.domain.taxes import TaxRate
from tests.domain import samples
from tests.domain.samples import NOW

NORTHWIND = samples.company(
    name="Northwind",
    billing_contact=BillingContact(name="Ada Park", email="ada@example.com"),
    address=Address(line1="1 High Street", city="London", postal_code="W1 1AA", country="GB"),
)


def _page(**fields: object) -> InvoicePage:
    return invoice_page(samples.invoice(**fields), NORTHWIND, "Soho Works")


def test_an_invoice_in_words() -> None:
    page = _page(paid_minor=1_000, credited_minor=500, memo="Thank you")
    assert (page.name, page.title, page.at) == ("invoice-1", "Invoice 1", NOW)
    assert page.buyer == ("Northwind", "Ada Park", "1 High Street", "W1 1AA London", "GB")
    assert page.rows == (("Atrium", "VAT 20 %", "£40.00"),)
    assert page.totals == (
        ("Net", "£33.33"),
        ("VAT 20 % on £33.33", "£6.67"),
        ("Total", "£40.00"),
        ("Paid", "−£10.00"),
        ("Set off", "−£5.00"),
        ("Due", "£25.00"),
    )
    assert [name for name, _ in page.facts] == ["Date", "Due"]
    assert page.as_json()["memo"] == "Thank you"


def test_a_credit_note_has_no_due_date() -> None:
    line = InvoiceLine(
        booking_id=None,
        description="Credit",
        rate=TaxRate("VAT", 750),
        amount_minor=-500,
        tax_minor=-35,
    )
    page = _page(
        kind=InvoiceKind.CREDIT_NOTE,
        number=2,
        lines=(line,),
        status=InvoiceStatus.PAID,
        paid_at=NOW,
        credited_minor=-500,
    )
    assert (page.name, page.title) == ("credit-note-2", "Credit note 2")
    assert page.rows == (("Credit", "VAT 7.5 %", "−£5.00"),)
    assert [name for name, _ in page.facts] == ["Date"]
    assert ("Due", "£0.00") in page.totals


def test_drafts_and_void_ones_say_so() -> None:
    draft = _page(status=InvoiceStatus.DRAFT, number=None, opened_at=None, due_at=None)
    assert (draft.name, draft.title, draft.facts) == ("invoice-inv_1", "Invoice (draft)", ())
    assert _page(status=InvoiceStatus.VOID).title == "Invoice 1, void"
    plain = invoice_page(
        samples.invoice(
            lines=(InvoiceLine(booking_id=None, description="", amount_minor=5, tax_minor=0),)
        ),
        samples.company(name="Bare"),
        "Soho Works",
    )
    assert plain.buyer == ("Bare",)
    assert plain.rows == (("", "", "£0.05"),)
