"""Invoices and credit notes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.company import Company
from litehq_graphql.types.enums import AccountingSyncStatus, InvoiceKind, InvoiceStatus
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs, relation


@strawberry.type(description="A line of an invoice; below zero where something is taken back.")
class InvoiceLine:
    """A line as it was drawn up."""

    booking_id: strawberry.ID | None = strawberry.field(
        description="The id of the booking that it is for; null for a credit by hand."
    )
    description: str = strawberry.field(description="What it is for, for people.")
    tax_name: str = strawberry.field(description="The tax's name; empty if there is none.")
    tax_basis_points: int = strawberry.field(description="Its rate; 2000 is 20 %.")
    net_minor: int = strawberry.field(description="The amount without tax, in minor units.")
    tax_minor: int = strawberry.field(description="The tax, in minor units.")
    amount_minor: int = strawberry.field(description="The amount with tax, in minor units.")


@strawberry.type(description="What the lines of one tax rate add up to.")
class InvoiceTax:
    """A rate and its sums."""

    name: str = strawberry.field(description="The tax's name.")
    basis_points: int = strawberry.field(description="Its rate; 2000 is 20 %.")
    net_minor: int = strawberry.field(description="What is taxed so, in minor units.")
    tax_minor: int = strawberry.field(description="The tax, in minor units.")


@strawberry.type(description="An invoice, or a credit note, whose amounts are below zero.")
class Invoice(Recorded, Node):
    """An invoice's attributes."""

    noun: ClassVar[Noun | None] = Noun.INVOICE

    kind: InvoiceKind = strawberry.field(description="Something to be paid, or given back.")
    status: InvoiceStatus = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="Raised by one with every change.")
    number: int | None = strawberry.field(
        description="Its number in the workspace, without gaps; null before it is opened."
    )
    company_id: strawberry.ID = strawberry.field(description="The id of the company.")
    currency: str = strawberry.field(description="An ISO 4217 currency.")
    net_minor: int = strawberry.field(description="The sum without tax, in minor units.")
    tax_minor: int = strawberry.field(description="The tax, in minor units.")
    amount_minor: int = strawberry.field(description="The sum with tax, in minor units.")
    paid_minor: int = strawberry.field(description="What was paid, in minor units.")
    credited_minor: int = strawberry.field(
        description="What was set off against documents of the other kind, in minor units."
    )
    due_minor: int = strawberry.field(description="What is still to be paid, in minor units.")
    credited_invoice_id: strawberry.ID | None = strawberry.field(
        description="Of a credit note: the id of the invoice that it was issued for."
    )
    memo: str | None = strawberry.field(description="Why an operator issued it.")
    stripe_payment_intent_id: str | None = strawberry.field(
        description="The provider's id of the last charge."
    )
    xero_sync_status: AccountingSyncStatus = strawberry.field(
        description="How far it has got into the operator's books."
    )
    opened_at: datetime | None = strawberry.field(description="When it was opened.")
    due_at: datetime | None = strawberry.field(description="When it is to be paid.")
    paid_at: datetime | None = strawberry.field(description="When it was settled.")
    voided_at: datetime | None = strawberry.field(description="When it was voided.")
    created_at: datetime = strawberry.field(description="When it was drawn up.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved("The lines that make the sum.", needs("lines"))
    def lines(self) -> list[InvoiceLine]:
        """The lines, in order."""
        return [InvoiceLine(**line) for line in self.read("lines")]

    @resolved("The tax, rate by rate.", needs("taxes"))
    def taxes(self) -> list[InvoiceTax]:
        """The sums, by rate."""
        return [InvoiceTax(**total) for total in self.read("taxes")]

    @resolved("The company.", relation("company"))
    def company(self) -> Company:
        """From the row, or loaded."""
        return self.to_one(Company, "company")
