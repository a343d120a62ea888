"""Rate cards: what a room costs, and what a cancellation gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.money import require_amounts, require_currency
from litehq_core.domain.price_rules import PriceRules


class BillingMode(StrEnum):
    """How a booking is paid."""

    CARD = "card"
    TOKENS = "tokens"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """Prices of one room from ``effective_from`` (a local date) until the next card.

    Attributes:
        hourly_minor: the base price per hour in minor units of ``currency``.
        tokens_per_hour: the token price; None if tokens cannot pay.
        billing_modes: the modes that the card allows.
        rules: what it says beyond the base price.
    """

    id: str
    workspace_id: str
    room_id: str
    currency: str
    effective_from: date
    hourly_minor: int
    tokens_per_hour: int | None
    billing_modes: frozenset[BillingMode]
    cancellation: CancellationPolicy
    rules: PriceRules = field(default_factory=PriceRules)
    version: int = 1
    created_at: datetime

    def __post_init__(self) -> None:
        require_currency(self.currency)
        require_amounts(hourly_minor=self.hourly_minor, tokens_per_hour=self.tokens_per_hour)
        if BillingMode.TOKENS in self.billing_modes and self.tokens_per_hour is None:
            raise ValidationFailed.of("tokens_per_hour", "is needed to be paid in tokens")

    @property
    def is_free(self) -> bool:
        """Whether nothing that it lists costs anything."""
        listed = (
            self.hourly_minor,
            *(band.hourly_minor for band in self.rules.bands),
            *(fixed.amount_minor for fixed in self.rules.fixed_prices),
        )
        return not any(listed)


def card_on(cards: Iterable[RateCard], day: date) -> RateCard | None:
    """The card in force on a local date: the latest that has begun.

    Cards are never changed: of two that begin on the same date, the one made last corrects the
    other.
    """
    begun = [card for card in cards if card.effective_from <= day]
    return max(begun, key=lambda c: (c.effective_from, c.created_at, c.id), default=None)
