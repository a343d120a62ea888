"""What a new rate card is given, and how it becomes the core's command."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import strawberry

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.ids import Prefix, normalise_id
from litehq_core.domain.new_rate_card import CreateRateCard
from litehq_core.domain.wall_clock import parse_date
from litehq_graphql.inputs import KEY
from litehq_graphql.room_inputs import CustomRuleInput
from litehq_graphql.types.enums import BillingMode


@strawberry.input(description="Another rate at some hours of the week, by the clock on the wall.")
class PriceBandInput:
    """A band of a new card."""

    name: str = strawberry.field(description="What its price lines are called by.")
    weekdays: list[int] = strawberry.field(description="0 (Monday) to 6, on which it begins.")
    opens: int = strawberry.field(description="Minutes after local midnight.")
    closes: int = strawberry.field(
        description="Minutes after local midnight; past 1440 is the next day."
    )
    hourly_minor: int = strawberry.field(description="The rate in minor units an hour.")
    tokens_per_hour: int | None = strawberry.field(
        description="The token rate; the card's own if left out.", default=None
    )


@strawberry.input(description="What a booking of exactly so many minutes is to cost.")
class FixedPriceInput:
    """A fixed price of a new card."""

    minutes: int = strawberry.field(description="The length.")
    amount_minor: int = strawberry.field(description="The price in minor units.")


@strawberry.input(description="A discount for the members of a tier.")
class TierDiscountInput:
    """A tier and its per cent."""

    tier: str = strawberry.field(description="The membership tier.")
    percent: int = strawberry.field(description="So much less, in per cent.")


@strawberry.input(description="A tax on the price.")
class TaxInput:
    """A tax of a new card."""

    name: str = strawberry.field(description="What it is called.")
    basis_points: int = strawberry.field(description="2000 is 20 %.")
    inclusive: bool = strawberry.field(
        description="Whether it is in the price already, or added on top."
    )


@strawberry.input(description="What a card says beyond its base price; what is left out, nothing.")
class PriceRulesInput:
    """The rules of a new card."""

    bands: list[PriceBandInput] = strawberry.field(
        description="Other rates at some hours; they do not overlap.", default_factory=list
    )
    fixed_prices: list[FixedPriceInput] = strawberry.field(
        description="Prices of some lengths.", default_factory=list
    )
    day_cap_minor: int | None = strawberry.field(
        description="The most that a local day costs, before discounts.", default=None
    )
    minimum_minor: int = strawberry.field(
        description="The least that a booking costs which is not free.", default=0
    )
    tier_discounts: list[TierDiscountInput] = strawberry.field(
        description="Discounts for the members of some tiers.", default_factory=list
    )
    tax: TaxInput | None = strawberry.field(description="A tax.", default=None)
    custom: list[CustomRuleInput] = strawberry.field(
        description="Rules that plug-ins bring, applied in this order.", default_factory=list
    )

    def as_json(self) -> dict[str, Any]:
        """The core's words for it.

        Raises:
            ValidationFailed: a tier is named twice.
        """
        discounts = {discount.tier: discount.percent for discount in self.tier_discounts}
        if len(discounts) < len(self.tier_discounts):
            raise ValidationFailed.of("rules.tier_discounts", "must differ in their tiers")
        return {
            "bands": [asdict(band) for band in self.bands],
            "fixed_prices": [asdict(fixed) for fixed in self.fixed_prices],
            "day_cap_minor": self.day_cap_minor,
            "minimum_minor": self.minimum_minor,
            "tier_discounts": discounts,
            "tax": None if self.tax is None else asdict(self.tax),
            "custom": [use.as_json() for use in self.custom],
        }


@strawberry.input(description="So much comes back until so long before the start.")
class RefundTermInput:
    """A step of a new policy."""

    minutes_before: int = strawberry.field(description="Until so many minutes before the start.")
    refund_percent: int = strawberry.field(description="The percentage that comes back.")


@strawberry.input(description="What a cancellation is to give back; after the last step nothing.")
class CancellationTermsInput:
    """A new policy."""

    name: str = strawberry.field(description="What it is called.")
    steps: list[RefundTermInput] = strawberry.field(
        description="Farthest from the start first, each giving less than the one before."
    )


@strawberry.input(description="A wish for other prices of a room. For operators.")
class CreateRateCardInput:
    """The fields of a new rate card."""

    room_id: strawberry.ID = strawberry.field(description="The room.")
    effective_from: str | None = strawberry.field(
        description="The local date from which slots cost so, such as `2026-12-01`; else today.",
        default=None,
    )
    hourly_minor: int = strawberry.field(
        description="The base price an hour, in minor units of the location's currency."
    )
    tokens_per_hour: int | None = strawberry.field(
        description="The token price; without one tokens cannot pay.", default=None
    )
    billing_modes: list[BillingMode] = strawberry.field(description="How it can be paid.")
    cancellation: CancellationTermsInput = strawberry.field(
        description="What a cancellation gives back."
    )
    rules: PriceRulesInput | None = strawberry.field(
        description="What it says beyond its base price.", default=None
    )
    idempotency_key: str | None = strawberry.field(description=KEY, default=None)

    def command(self) -> CreateRateCard:
        """The core's words for it.

        Raises:
            ValidationFailed: what is no date, or a tier named twice.
        """
        begins = self.effective_from
        return CreateRateCard(
            room_id=normalise_id(Prefix.ROOM, self.room_id),
            hourly_minor=self.hourly_minor,
            tokens_per_hour=self.tokens_per_hour,
            billing_modes=frozenset(self.billing_modes),
            cancellation=asdict(self.cancellation),
            rules={} if self.rules is None else self.rules.as_json(),
            effective_from=None if begins is None else parse_date(begins, "effective_from"),
        )
