"""What mutations of invoices are given."""

from __future__ import annotations

from datetime import datetime

import strawberry

from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.use_cases.invoices import (
    charge_invoice,
    create_invoice,
    credit_invoice,
    open_invoice,
    void_invoice,
)
from litehq_graphql.inputs import KEY

_ID = "The invoice."
_VERSION = "The version that you saw; if the invoice has changed since, nothing is done."


@strawberry.input(description="A company to be invoiced.")
class CreateInvoiceInput:
    """What is to be invoiced."""

    company_id: strawberry.ID = strawberry.field(description="The company.")
    until: datetime | None = strawberry.field(
        description="Bookings that start before; by default those that have started by now.",
        default=None,
    )
    currency: str | None = strawberry.field(
        description="Needed where bookings in several currencies are to be invoiced.", default=None
    )
    draft: bool = strawberry.field(
        description="Whether it is to be looked at before it is opened.", default=False
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> create_invoice.CreateInvoice:
        """The core's words for it."""
        return create_invoice.CreateInvoice(
            company_id=normalise_id(Prefix.COMPANY, self.company_id),
            until_at=self.until,
            currency=self.currency,
            draft=self.draft,
        )


@strawberry.input(description="A draft to be opened.")
class OpenInvoiceInput:
    """An invoice."""

    id: strawberry.ID = strawberry.field(description=_ID)
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> open_invoice.OpenInvoice:
        """The core's words for it."""
        return open_invoice.OpenInvoice(
            invoice_id=normalise_id(Prefix.INVOICE, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="An invoice to be paid by the company's saved card.")
class ChargeInvoiceInput:
    """An invoice."""

    id: strawberry.ID = strawberry.field(description=_ID)
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> charge_invoice.ChargeInvoice:
        """The core's words for it."""
        return charge_invoice.ChargeInvoice(
            invoice_id=normalise_id(Prefix.INVOICE, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="An invoice to be voided, or a draft to be thrown away.")
class VoidInvoiceInput:
    """An invoice."""

    id: strawberry.ID = strawberry.field(description=_ID)
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> void_invoice.VoidInvoice:
        """The core's words for it."""
        return void_invoice.VoidInvoice(
            invoice_id=normalise_id(Prefix.INVOICE, self.id),
            expected_version=self.expected_version,
        )


@strawberry.input(description="An invoice of which something is given back.")
class CreditInvoiceInput:
    """An invoice, and how much."""

    id: strawberry.ID = strawberry.field(description=_ID)
    amount_minor: int | None = strawberry.field(
        description=(
            "How much, with tax, in minor units; all that is due, or of a paid one all, by default."
        ),
        default=None,
    )
    reason: str | None = strawberry.field(description="What the company reads.", default=None)
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> credit_invoice.CreditInvoice:
        """The core's words for it."""
        return credit_invoice.CreditInvoice(
            invoice_id=normalise_id(Prefix.INVOICE, self.id),
            amount_minor=self.amount_minor,
            reason=self.reason,
            expected_version=self.expected_version,
        )
