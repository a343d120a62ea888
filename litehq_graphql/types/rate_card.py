"""Rate cards: what rooms cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, cast

import strawberry

from litehq_core.domain import price_rules
from litehq_core.domain.attributes import Noun
from litehq_graphql.fields import resolved
from litehq_graphql.types.booking_rules import CustomRule
from litehq_graphql.types.enums import BillingMode
from litehq_graphql.types.node import Node
from litehq_graphql.types.recorded import Recorded, needs

if TYPE_CHECKING:
    from litehq_graphql.types.room import Room


@strawberry.type(description="Another rate at some hours of the week, by the clock on the wall.")
class PriceBand:
    """A band of a rate card."""

    name: str = strawberry.field(description="What its price lines are called by.")
    weekdays: list[int] = strawberry.field(
        description="0 (Monday) to 6; the days on which the band begins."
    )
    opens: int = strawberry.field(description="Minutes after local midnight.")
    closes: int = strawberry.field(
        description="Minutes after local midnight; past 1440 is the next day."
    )
    hourly_minor: int = strawberry.field(description="The rate in minor units an hour.")
    tokens_per_hour: int | None = strawberry.field(
        description="The token rate; null: the card's own."
    )


@strawberry.type(description="What a booking of exactly so many minutes costs.")
class FixedPrice:
    """A fixed price of a rate card."""

    minutes: int = strawberry.field(description="The length.")
    amount_minor: int = strawberry.field(description="The price in minor units.")


@strawberry.type(description="A discount for the members of a tier.")
class TierDiscount:
    """A tier and its per cent."""

    tier: str = strawberry.field(description="The membership tier.")
    percent: int = strawberry.field(description="So much less, in per cent.")


@strawberry.type(description="A tax on the price.")
class Tax:
    """A tax of a rate card."""

    name: str = strawberry.field(description="What it is called.")
    basis_points: int = strawberry.field(description="2000 is 20 %.")
    inclusive: bool = strawberry.field(
        description="Whether it is in the price already, or added on top."
    )


@strawberry.type(description="All that a rate card says beyond its base price.")
class PriceRules:
    """A card's rules."""

    bands: list[PriceBand] = strawberry.field(description="Other rates at some hours.")
    fixed_prices: list[FixedPrice] = strawberry.field(description="Prices of some lengths.")
    day_cap_minor: int | None = strawberry.field(
        description="The most that a local day costs, before discounts, in minor units."
    )
    minimum_minor: int = strawberry.field(
        description="The least that a booking costs which is not free, in minor units."
    )
    tier_discounts: list[TierDiscount] = strawberry.field(description="By the tier's name.")
    tax: Tax | None = strawberry.field(description="The tax, if there is one.")
    custom: list[CustomRule] = strawberry.field(
        description="Rules that plug-ins bring, applied in this order."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's stored form; what it does not name says nothing."""
        rules = price_rules.PriceRules.from_json(value).as_json()
        discounts = sorted(rules["tier_discounts"].items())
        return cls(
            **{
                **rules,
                "bands": [PriceBand(**band) for band in rules["bands"]],
                "fixed_prices": [FixedPrice(**fixed) for fixed in rules["fixed_prices"]],
                "tier_discounts": [TierDiscount(tier=t, percent=p) for t, p in discounts],
                "tax": rules["tax"] and Tax(**rules["tax"]),
                "custom": [CustomRule(**use) for use in rules["custom"]],
            }
        )


@strawberry.type(description="A part of a price comes back until so long before the start.")
class RefundTerm:
    """A step of a card's cancellation terms."""

    minutes_before: int = strawberry.field(description="Until so many minutes before the start.")
    refund_percent: int = strawberry.field(description="The percentage that comes back.")


@strawberry.type(description="What a cancellation gives back; after the last step nothing.")
class CancellationTerms:
    """A card's policy."""

    name: str = strawberry.field(description="The policy's name.")
    steps: list[RefundTerm] = strawberry.field(description="Farthest from the start first.")


@strawberry.type(
    description="What a room costs from a date until its next card begins. It is never changed."
)
class RateCard(Recorded, Node):
    """A rate card's attributes."""

    noun: ClassVar[Noun | None] = Noun.RATE_CARD

    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    currency: str = strawberry.field(description="The ISO 4217 currency of its location.")
    effective_from: str = strawberry.field(
        description=(
            "The local date from which slots cost so, such as `2026-12-01`. Of two cards of one "
            "date the later one holds."
        )
    )
    hourly_minor: int = strawberry.field(description="The base price in minor units an hour.")
    tokens_per_hour: int | None = strawberry.field(
        description="The token price; null if tokens cannot pay."
    )
    billing_modes: list[BillingMode] = strawberry.field(description="How it can be paid.")
    version: int = strawberry.field(description="Always 1: other prices are another card.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @resolved("What a cancellation gives back.", needs("cancellation"))
    def cancellation(self) -> CancellationTerms:
        """The policy that bookings freeze."""
        policy = self.read("cancellation")
        steps = [RefundTerm(**step) for step in policy["steps"]]
        return CancellationTerms(name=policy["name"], steps=steps)

    @resolved("What it says beyond its base price.", needs("rules"))
    def rules(self) -> PriceRules:
        """The rules, absent ones as their defaults."""
        return PriceRules.from_json(self.read("rules"))

    @resolved("The room.", needs("room_id"))
    def room(self) -> Annotated[Room, strawberry.lazy("litehq_graphql.types.room")]:
        """Loaded."""
        return cast("Room", self.load(Noun.ROOM, self.read("room_id")))
