"""Invoices as PDF: the same bytes every time, fonts inside, and a clear word without the extra."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litehq_app.pdf.typst_printer import TypstPrinter, printer
from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.domain.invoice_page import InvoicePage, invoice_page
from litehq_core.ports.printer import NoPrinter
from tests.domain import samples

# Words that would be markup, code or a broken page, if they were taken for anything but words.
HOSTILE = '#read("/etc/passwd") $x^2$ ]] *bold* "\\ 漢 é https://example.com'


def _page(lines: int = 1) -> InvoicePage:
    line = samples.invoice().lines[0]
    invoice = samples.invoice(
        lines=tuple(replace(line, description=f"{n} {HOSTILE}") for n in range(lines)),
        memo=HOSTILE,
    )
    return invoice_page(invoice, samples.company(name=HOSTILE), HOSTILE)


async def test_the_same_page_is_the_same_file() -> None:
    first, again = [await TypstPrinter().invoice_pdf(_page()) for _ in range(2)]
    assert first.startswith(b"%PDF-1.")
    assert first == again
    assert b"/FontFile" in first
    other = await TypstPrinter().invoice_pdf(replace(_page(), title="Invoice 2"))
    assert other != first


async def test_a_long_invoice_has_several_pages() -> None:
    short, long = [await TypstPrinter().invoice_pdf(_page(lines)) for lines in (1, 120)]
    assert b"/Count 1" in short
    assert b"/Count 4" in long


async def test_without_the_extra_it_says_so() -> None:
    assert isinstance(printer(), TypstPrinter)
    with pytest.raises(ServiceUnavailable, match=r"litehq-gateway\[pdf\]"):
        await NoPrinter().invoice_pdf(_page())
