"""PDF files by Typst, which brings its fonts: nothing is read from the machine or the network."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import Any

from litehq_core.domain.invoice_page import InvoicePage
from litehq_core.ports.boundary import require_outside
from litehq_core.ports.printer import NoPrinter, Printer


def printer() -> Printer:
    """What makes PDF files here; one that says what is missing without the extra ``pdf``."""
    return TypstPrinter() if find_spec("typst") else NoPrinter()


class TypstPrinter:
    """Lays pages out with the template beside this file."""

    async def invoice_pdf(self, page: InvoicePage) -> bytes:
        """The page as PDF; the same page, the same bytes."""
        require_outside("making a PDF")
        # It takes some milliseconds of one core, so it is no matter for the loop.
        return await asyncio.to_thread(_compiled, page)


def _compiled(page: InvoicePage) -> bytes:
    # Imported here: it is an extra, and large.
    import typst  # noqa: PLC0415

    found: Any = typst.compile(
        _template(),
        font_paths=_fonts(),
        # The words go in as a value: nothing in them can be markup.
        sys_inputs={"page": json.dumps(page.as_json())},
        timestamp=int(page.at.timestamp()),
    )
    return bytes(found)


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("invoice.typ").read_bytes()


@cache
def _fonts() -> Any:
    import typst  # noqa: PLC0415

    # Those that Typst brings, and no others: the same file on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
