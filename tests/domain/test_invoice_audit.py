"""Verifying invoices: each way in which they may disagree, planted once, is found and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from litehq_core.domain.invoice import InvoiceKind, InvoiceLine, InvoiceStatus
from litehq_core.domain.invoice_audit import FiledInvoice, InvoiceAudit
from litehq_core.domain.invoice_ledger import invoice_entries
from litehq_core.domain.ledger import Transfer
from litehq_core.domain.ledger_chain import ChainHead, chained
from litehq_core.domain.ledger_findings import FindingKind
from tests.domain import samples
from tests.domain.samples import NOW

K = FindingKind
PAID = samples.invoice(
    status=InvoiceStatus.PAID, paid_minor=3_000, credited_minor=1_000, fees_minor=60
)
NOTE = samples.invoice(
    id="inv_2",
    number=2,
    kind=InvoiceKind.CREDIT_NOTE,
    status=InvoiceStatus.PAID,
    lines=(InvoiceLine(booking_id=None, description="", amount_minor=-1_000, tax_minor=0),),
    credited_minor=-1_000,
)
VOID = samples.invoice(id="inv_3", number=3, status=InvoiceStatus.VOID)
DRAFT = samples.invoice(id="inv_4", number=None, status=InvoiceStatus.DRAFT)
FILED = (
    FiledInvoice(invoice=PAID, billed={"bk_1": 4_000}, charged_minor=3_000),
    FiledInvoice(invoice=NOTE),
    FiledInvoice(invoice=VOID),
    FiledInvoice(invoice=DRAFT, billed={"bk_1": 4_000, "bk_2": 0}),
)


def _transfers() -> list[Transfer]:
    numbers = iter(range(100))
    return [
        transfer
        for filed in FILED
        for transfer in invoice_entries(None, filed.invoice, lambda p: f"{p}_{next(numbers)}")
    ]


def _found(
    filed: Sequence[FiledInvoice] = FILED,
    transfers: Sequence[Transfer] | None = None,
    last_number: int = 3,
) -> list[tuple[FindingKind, int | None, str]]:
    found: list[tuple[FindingKind, int | None, str]] = []
    audit = InvoiceAudit(lambda kind, position, subject, _: found.append((kind, position, subject)))
    written = _transfers() if transfers is None else transfers
    for entry in chained("ws_1", ChainHead(), written, NOW, {}):
        audit.read(entry)
    for each in filed:
        audit.compare(each)
    audit.finish(last_number)
    return found


def _with(place: int, **fields: Any) -> tuple[FiledInvoice, ...]:
    """One of the documents with other fields."""
    other = replace(FILED[place], invoice=replace(FILED[place].invoice, **fields))
    return (*FILED[:place], other, *FILED[place + 1 :])


def test_what_is_whole_has_no_findings() -> None:
    assert _found() == []
    assert len(_transfers()) == 3


@pytest.mark.parametrize(
    ("filed", "kinds"),
    [
        (_with(0, paid_minor=2_999), {K.INVOICE_DIFFERS, K.INVOICE_PAYMENT_DIFFERS}),
        (_with(0, fees_minor=0), {K.INVOICE_DIFFERS}),
        (_with(0, credited_minor=0), {K.INVOICE_CREDIT_DIFFERS}),
        (_with(0, lines=()), {K.INVOICE_LINES_DIFFER}),
        (_with(0, number=4), {K.INVOICE_NUMBER_DIFFERS}),
        (_with(1, status=InvoiceStatus.VOID), {K.INVOICE_DIFFERS}),
        (_with(2, status=InvoiceStatus.OPEN), {K.INVOICE_LINES_DIFFER}),
        ((replace(FILED[0], charged_minor=0), *FILED[1:]), {K.INVOICE_PAYMENT_DIFFERS}),
        ((replace(FILED[0], billed={}), *FILED[1:]), {K.INVOICE_LINES_DIFFER}),
        (FILED[:1], {K.INVOICE_UNKNOWN, K.INVOICE_NUMBER_DIFFERS, K.INVOICE_CREDIT_DIFFERS}),
    ],
)
def test_every_disagreement_is_found(
    filed: Sequence[FiledInvoice], kinds: set[FindingKind]
) -> None:
    assert {kind for kind, _, _ in _found(filed)} == kinds


def test_a_finding_names_the_last_entry() -> None:
    [found] = _found(transfers=_transfers()[:-1])
    assert found == (K.INVOICE_DIFFERS, None, "inv_2")
    [found] = _found(transfers=_transfers()[1:])
    assert found == (K.INVOICE_DIFFERS, 1, "inv_1")


def test_numbers_are_whole_up_to_the_last() -> None:
    for last, numbers in ((2, ["number 3"]), (5, ["number 4", "number 5"])):
        assert _found(last_number=last) == [
            (K.INVOICE_NUMBER_DIFFERS, None, subject) for subject in numbers
        ]
