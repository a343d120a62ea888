"""What the mutations of companies are given, and how it becomes the core's commands.

Contacts, addresses and prices are handed to the core as JSON, which it reads as strictly as it
reads REST's.
"""

from __future__ import annotations

from typing import Any

import strawberry

from litehq_core.domain.company import (
    Address,
    BillingContact,
    read_address,
    read_billing_contact,
)
from litehq_core.domain.company_changes import CreateCompany, UpdateCompany
from litehq_core.domain.editing import UNSET, Unset
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.price_rules import PricingOverride, read_overrides
from litehq_graphql.arguments import id_or_none
from litehq_graphql.inputs import KEY, changed
from litehq_graphql.types.enums import BillingTerms

_VERSION = "The version that you saw; if the company has changed since, nothing is done."


@strawberry.input(description="The person at a company whom bills are written to.")
class BillingContactInput:
    """Name and e-mail."""

    name: str = strawberry.field(description="The person's name.")
    email: str = strawberry.field(description="The person's e-mail address.")

    def contact(self) -> BillingContact:
        """The core's words for it."""
        return read_billing_contact(vars(self), "billing_contact")


@strawberry.input(description="Where a company is.")
class AddressInput:
    """A postal address."""

    line1: str = strawberry.field(description="The first line.")
    line2: str | None = strawberry.field(description="The second line.", default=None)
    city: str = strawberry.field(description="The city.")
    region: str | None = strawberry.field(description="The region, state or county.", default=None)
    postal_code: str | None = strawberry.field(description="The postal code.", default=None)
    country: str = strawberry.field(description="The country's code in ISO 3166-1, such as GB.")

    def address(self) -> Address:
        """The core's words for it."""
        return read_address(vars(self), "address")


@strawberry.input(
    description="What a company pays instead: a rate in one currency, or a percentage less."
)
class PricingOverrideInput:
    """Exactly one of the two."""

    room_id: strawberry.ID | None = strawberry.field(
        description="The room; left out, it is about every room.", default=None
    )
    hourly_minor: int | None = strawberry.field(
        description="The rate, in minor units an hour.", default=None
    )
    currency: str | None = strawberry.field(
        description="The rate's currency, in ISO 4217.", default=None
    )
    discount_percent: int | None = strawberry.field(
        description="So many percent less.", default=None
    )

    def as_json(self) -> dict[str, Any]:
        """The core's words for it."""
        return {**vars(self), "room_id": id_or_none(Prefix.ROOM, self.room_id)}


def _cleared(given: object) -> Unset | None:
    """Null clears; what was left out stays."""
    return UNSET if given is strawberry.UNSET else None


def _overrides(given: list[PricingOverrideInput]) -> tuple[PricingOverride, ...]:
    return read_overrides([override.as_json() for override in given], "pricing_overrides")


@strawberry.input(description="A wish to take on a tenant. For operators.")
class CreateCompanyInput:
    """The fields of a new company."""

    name: str = strawberry.field(description="The company's name.")
    billing_terms: BillingTerms = strawberry.field(
        description="How it pays.", default=BillingTerms.CARD
    )
    billing_contact: BillingContactInput | None = strawberry.field(
        description="Whom bills are written to.", default=None
    )
    address: AddressInput | None = strawberry.field(description="Where it is.", default=None)
    pricing_overrides: list[PricingOverrideInput] = strawberry.field(
        description="What it pays instead.", default_factory=list
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateCompany:
        """The core's words for it."""
        contact, address = self.billing_contact, self.address
        return CreateCompany(
            name=self.name,
            billing_terms=self.billing_terms,
            billing_contact=contact.contact() if contact else None,
            address=address.address() if address else None,
            pricing_overrides=_overrides(self.pricing_overrides),
        )


@strawberry.input(description="A change of a company. What is left out stays.")
class UpdateCompanyInput:
    """The fields that a change may name."""

    id: strawberry.ID = strawberry.field(description="The company.")
    name: str | None = strawberry.field(description="The company's name.", default=strawberry.UNSET)
    billing_terms: BillingTerms | None = strawberry.field(
        description="How it pays. For operators.", default=strawberry.UNSET
    )
    billing_contact: BillingContactInput | None = strawberry.field(
        description="Whom bills are written to, or null.", default=strawberry.UNSET
    )
    address: AddressInput | None = strawberry.field(
        description="Where it is, or null.", default=strawberry.UNSET
    )
    pricing_overrides: list[PricingOverrideInput] | None = strawberry.field(
        description="What it pays instead, in place of all before. For operators.",
        default=strawberry.UNSET,
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> UpdateCompany:
        """The core's words for it."""
        contact, address = self.billing_contact, self.address
        overrides = changed("pricingOverrides", self.pricing_overrides)
        return UpdateCompany(
            company_id=normalise_id(Prefix.COMPANY, self.id),
            name=changed("name", self.name),
            billing_terms=changed("billingTerms", self.billing_terms),
            billing_contact=contact.contact() if contact else _cleared(contact),
            address=address.address() if address else _cleared(address),
            pricing_overrides=overrides if overrides is UNSET else _overrides(overrides),
            expected_version=self.expected_version,
        )
