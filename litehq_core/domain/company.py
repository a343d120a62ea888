"""Tenant companies: billing entities that group members and own bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.price_rules import PricingOverride
from litehq_core.domain.text import MAX_NAME, require_text


class BillingTerms(StrEnum):
    """How a company pays."""

    CARD = "card"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A tenant company."""

    id: str
    workspace_id: str
    name: str
    billing_terms: BillingTerms
    pricing_overrides: tuple[PricingOverride, ...] = ()
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        require_text("name", self.name, least=1, most=MAX_NAME)
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
