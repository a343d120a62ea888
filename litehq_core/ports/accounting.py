"""The operator's accounting system, as the core sees it. Called outside transactions only."""

from __future__ import annotations

from typing import Protocol

from litehq_core.domain.company import Company
from litehq_core.domain.invoice import Invoice


class AccountingDeferred(Exception):
    """It did not work this time; another try may. The message says why, without any secret."""


class AccountingRejected(Exception):
    """It will never work. The message says why, without any secret."""


class Accounting(Protocol):
    """Keeps the operator's books."""

    def keeps_books_of(self, workspace_id: str) -> bool:
        """Whether documents of this workspace are to be told of at all."""

    async def put(self, invoice: Invoice, company: Company) -> str | None:
        """Make the books say what the document says now; the system's own id of it.

        None if they know nothing of it and need not: it was voided before they were told. It may
        be called again with the same document, whose id and ``sync.attempts`` tell.

        Raises:
            AccountingDeferred: try again later.
            AccountingRejected: do not try again.
        """


class NoAccounting:
    """The default: nobody keeps books, and documents say ``not_configured``."""

    def keeps_books_of(self, workspace_id: str) -> bool:
        """Of no workspace."""
        return False

    async def put(self, invoice: Invoice, company: Company) -> str | None:
        """Never called, unless books were kept when the document was opened.

        Raises:
            AccountingDeferred: always.
        """
        raise AccountingDeferred("no accounting system is configured any more")
