"""The shapes of rate cards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from litehq_core.domain.rate_card import BillingMode
from litehq_rest.schemas.catalogue import CustomRule
from litehq_rest.schemas.shape import Currency, Date, Instant, MinorUnits, Shape

Weekday = Annotated[int, Meta(ge=0, le=6, description="0 is Monday.")]
OfDay = Annotated[int, Meta(description="Minutes after local midnight.")]
Percent = Annotated[int, Meta(ge=0, le=100)]


class PriceBand(Shape, kw_only=True, forbid_unknown_fields=True):
    """Another rate at some hours of the week; ``closes`` past 1440 is on the next day."""

    name: str
    weekdays: list[Weekday]
    opens: OfDay
    closes: OfDay
    hourly_minor: MinorUnits
    tokens_per_hour: int | None


class FixedPrice(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a booking of exactly so many minutes costs."""

    minutes: int
    amount_minor: MinorUnits


class Tax(Shape, kw_only=True, forbid_unknown_fields=True):
    """``basis_points`` of the price (2000 is 20 %), in it already or added on top."""

    name: str
    basis_points: Annotated[int, Meta(ge=0, le=10_000)]
    inclusive: bool


class PriceRules(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a card says beyond its base price; discounts are per cent, by tier."""

    bands: list[PriceBand]
    fixed_prices: list[FixedPrice]
    day_cap_minor: MinorUnits | None
    minimum_minor: MinorUnits
    tier_discounts: dict[str, Percent]
    tax: Tax | None
    custom: list[CustomRule]


class PriceBandEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A band as it is asked for; without a token rate of its own, the card's holds."""

    name: str
    weekdays: list[Weekday]
    opens: OfDay
    closes: OfDay
    hourly_minor: MinorUnits
    tokens_per_hour: int | None = None


class CustomRuleEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One use of a rule that an installed plug-in brings."""

    name: str
    options: dict[str, Any] | UnsetType = UNSET


class PriceRulesEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a new card is to say beyond its base price; what is left out, says nothing."""

    bands: list[PriceBandEdit] | UnsetType = UNSET
    fixed_prices: list[FixedPrice] | UnsetType = UNSET
    day_cap_minor: MinorUnits | UnsetType | None = UNSET
    minimum_minor: MinorUnits | UnsetType = UNSET
    tier_discounts: dict[str, Percent] | UnsetType = UNSET
    tax: Tax | UnsetType | None = UNSET
    custom: list[CustomRuleEdit] | UnsetType = UNSET


class RefundTerm(Shape, kw_only=True, forbid_unknown_fields=True):
    """So much comes back until so many minutes before the start."""

    minutes_before: int
    refund_percent: Annotated[int, Meta(ge=1, le=100)]


class CancellationTerms(Shape, kw_only=True, forbid_unknown_fields=True):
    """A policy, its steps farthest from the start first; after the last, nothing comes back."""

    name: str
    steps: list[RefundTerm]


class RateCard(Shape, kw_only=True, forbid_unknown_fields=True):
    """What a room costs from a local date until the next card; it is never changed."""

    id: str
    object: Literal["rate_card"]
    version: int
    room_id: str
    resource_id: str
    currency: Currency
    effective_from: Date
    hourly_minor: MinorUnits
    tokens_per_hour: int | None
    billing_modes: list[BillingMode]
    cancellation: CancellationTerms
    rules: PriceRules
    created_at: Instant


class RateCardPage(Shape, kw_only=True, forbid_unknown_fields=True):
    """A part of the list of rate cards."""

    data: list[RateCard]
    next_cursor: str | None
