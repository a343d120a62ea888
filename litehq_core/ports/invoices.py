"""Invoices, their charges, and what is to be invoiced, as a transaction offers them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from litehq_core.domain.invoice import Invoice
from litehq_core.domain.invoice_charge import InvoiceCharge
from litehq_core.domain.invoicing import Unbilled


class Invoices(Protocol):
    """Invoices and credit notes by id."""

    async def get(self, invoice_id: str, *, lock: bool = False) -> Invoice | None:
        """A document; with ``lock`` nobody else changes it until the transaction ends."""

    async def add(self, invoice: Invoice) -> None:
        """Insert a new document; its lines stand as invoiced of their bookings."""

    async def save(self, invoice: Invoice) -> None:
        """Write all of a document that exists. Of a void one nothing stands as invoiced."""

    async def given_for(self, invoice_id: str) -> int:
        """What the credit notes for an invoice give in all, in minor units; void ones nothing."""

    async def next_number(self) -> int:
        """The next number of the workspace's, from 1; nobody else gets one meanwhile.

        If the transaction is undone, so is the number: there are no gaps.
        """

    async def to_set_off(self, company_id: str, currency: str) -> Sequence[Invoice]:
        """The company's open documents that nobody is charging, locked, by number."""


class Billing(Protocol):
    """What is to be invoiced, company by company."""

    async def await_run(self, company_id: str, at: datetime) -> None:
        """What a booking of the company owes has changed: it is invoiced at ``at``, or before.

        Written when the transaction ends, so that whoever books waits for no invoice for long.
        """

    async def lock(self, company_id: str) -> datetime | None:
        """When the next run is due, if one is; nobody else invoices the company meanwhile."""

    async def plan(self, company_id: str, at: datetime | None) -> None:
        """The next run of a company that is locked; None: there is none."""

    async def unbilled(self, company_id: str) -> Sequence[Unbilled]:
        """The company's bookings that owe another sum by invoice than stands invoiced of them.

        By id; nothing of them is locked: what changes meanwhile awaits the next run.
        """


class InvoiceCharges(Protocol):
    """Charges of saved cards, by id. They are written under the lock of their invoice."""

    async def get(self, charge_id: str) -> InvoiceCharge | None:
        """A charge."""

    async def add(self, charge: InvoiceCharge) -> None:
        """Insert a new charge."""

    async def save(self, charge: InvoiceCharge) -> None:
        """Write all of a charge that exists."""

    async def under_way(self, invoice_id: str) -> InvoiceCharge | None:
        """The charge of an invoice that may still bring money in, if there is one."""
