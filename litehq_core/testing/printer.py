"""A printer whose files only look like PDF."""

from __future__ import annotations

import json

from litehq_core.domain.invoice_page import InvoicePage
from litehq_core.ports.boundary import require_outside


class MemoryPrinter:
    """Makes files that begin as PDF does, and have the words of the page in them."""

    async def invoice_pdf(self, page: InvoicePage) -> bytes:
        """The page's words."""
        require_outside("making a PDF")
        return b"%PDF-1.7\n" + json.dumps(page.as_json()).encode()
