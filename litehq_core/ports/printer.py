"""What makes files of documents, as the core sees it. Called outside transactions only."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.errors import ServiceUnavailable
from litehq_core.domain.invoice_page import InvoicePage


class Printer(Protocol):
    """Makes PDF files."""

    async def invoice_pdf(self, page: InvoicePage) -> bytes:
        """The page as PDF; the same page, the same bytes.

        Raises:
            ServiceUnavailable: nothing that makes PDF files is installed.
        """


class NoPrinter:
    """The default: the extra ``pdf`` is not installed."""

    async def invoice_pdf(self, page: InvoicePage) -> bytes:
        """Nothing can be printed.

        Raises:
            ServiceUnavailable: always.
        """
        raise ServiceUnavailable("PDF files need the extra litehq-gateway[pdf] on the server.")
