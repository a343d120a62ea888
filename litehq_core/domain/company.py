"""Tenant companies: billing entities that group members and own bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.json_fields import maybe, text, value_of
from litehq_core.domain.price_rules import PricingOverride
from litehq_core.domain.text import MAX_NAME, require_email, require_text

MAX_OVERRIDES = 200


class BillingTerms(StrEnum):
    """How a company pays."""

    CARD = "card"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingContact:
    """The person at a company whom bills, and a welcome, are written to."""

    name: str
    email: str

    def __post_init__(self) -> None:
        require_text("name", self.name, least=1, most=MAX_NAME)
        require_email("email", self.email)

    def as_json(self) -> dict[str, Any]:
        """The contact as stored and shown."""
        return {"name": self.name, "email": self.email}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a company is; ``country`` is a code of ISO 3166-1, such as GB.

    Raises:
        ValidationFailed: with every part that is too long, or missing.
    """

    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str | None = None
    country: str

    def __post_init__(self) -> None:
        wrong: list[FieldError] = []
        for name in ("line1", "line2", "city", "region", "postal_code"):
            value = getattr(self, name)
            if value is None:
                continue
            try:
                require_text(name, value, least=1, most=MAX_NAME)
            except ValidationFailed as refusal:
                wrong.extend(refusal.errors)
        is_code = len(self.country) == 2 and self.country.isascii() and self.country.isalpha()
        if not (is_code and self.country.isupper()):
            wrong.append(FieldError("country", "must be two capital letters of ISO 3166-1"))
        if wrong:
            raise ValidationFailed(*wrong)

    def as_json(self) -> dict[str, Any]:
        """The address as stored and shown."""
        return {
            "line1": self.line1,
            "line2": self.line2,
            "city": self.city,
            "region": self.region,
            "postal_code": self.postal_code,
            "country": self.country,
        }


# From JSON, as strictly as everything that people send; each names what is wrong by its path.
read_billing_contact = value_of(BillingContact, name=text, email=text)
read_address = value_of(
    Address,
    line1=text,
    line2=maybe(text),
    city=text,
    region=maybe(text),
    postal_code=maybe(text),
    country=text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A tenant company."""

    id: str
    workspace_id: str
    name: str
    billing_terms: BillingTerms
    billing_contact: BillingContact | None = None
    address: Address | None = None
    pricing_overrides: tuple[PricingOverride, ...] = ()
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        require_text("name", self.name, least=1, most=MAX_NAME)
        if len(self.pricing_overrides) > MAX_OVERRIDES:
            raise ValidationFailed.of("pricing_overrides", f"must be {MAX_OVERRIDES} at most")
        agreed = [(override.room_id, override.currency) for override in self.pricing_overrides]
        if len(set(agreed)) != len(agreed):
            raise ValidationFailed.of("pricing_overrides", "must differ in room or in currency")

    def override_for(self, room_id: str, currency: str) -> PricingOverride | None:
        """What the company pays for a room instead: the room's own override, else the general.

        Of each kind a rate in the room's currency goes before a percentage, so that an agreement
        may read "GBP 30.00 or EUR 35.00 an hour, and 10 % less wherever else".

        Args:
            currency: in which the room is priced.
        """
        concerned = [o for o in self.pricing_overrides if o.concerns(room_id, currency)]
        return max(
            concerned,
            key=lambda override: (override.room_id is not None, override.currency is not None),
            default=None,
        )
