"""Tenant companies."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.enums import BillingTerms
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs


@strawberry.type(description="The person at a company whom bills are written to.")
class BillingContact:
    """Name and e-mail."""

    name: str = strawberry.field(description="The person's name.")
    email: str = strawberry.field(description="The person's e-mail address.")


@strawberry.type(description="Where a company is.")
class Address:
    """A postal address."""

    line1: str = strawberry.field(description="The first line.")
    line2: str | None = strawberry.field(description="The second line.")
    city: str = strawberry.field(description="The city.")
    region: str | None = strawberry.field(description="The region, state or county.")
    postal_code: str | None = strawberry.field(description="The postal code.")
    country: str = strawberry.field(description="The country's code in ISO 3166-1, such as GB.")


@strawberry.type(
    description="What a company pays instead: a rate in one currency, or a percentage less."
)
class PricingOverride:
    """Exactly one of the two."""

    room_id: strawberry.ID | None = strawberry.field(
        description="The room; null means every room that has no override of its own."
    )
    hourly_minor: int | None = strawberry.field(description="The rate, in minor units an hour.")
    currency: str | None = strawberry.field(description="The rate's currency, in ISO 4217.")
    discount_percent: int | None = strawberry.field(description="So many percent less.")


@strawberry.type(description="A tenant company: it groups members and owns their bookings.")
class Company(Recorded, Node):
    """A company's attributes."""

    noun: ClassVar[Noun | None] = Noun.COMPANY

    name: str = strawberry.field(description="The company's name.")
    billing_terms: BillingTerms = strawberry.field(description="How it pays.")
    version: int = strawberry.field(description="Raised by one with every change.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    @resolved(
        "Whom bills are written to. Null, with an error, for a token bound to a member.",
        needs("billing_contact"),
    )
    def billing_contact(self) -> BillingContact | None:
        """From the record."""
        value = self.read("billing_contact")
        return None if value is None else BillingContact(**value)

    @resolved("Where it is. Null, with an error, for a token bound to a member.", needs("address"))
    def address(self) -> Address | None:
        """From the record."""
        value = self.read("address")
        return None if value is None else Address(**value)

    @resolved(
        "What it pays instead. Null, with an error, for a token bound to a member.",
        needs("pricing_overrides"),
    )
    def pricing_overrides(self) -> list[PricingOverride] | None:
        """From the record."""
        return [PricingOverride(**value) for value in self.read("pricing_overrides")]
