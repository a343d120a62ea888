"""What a booking of a room must keep to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from litehq_core.domain.booking_rules import complete_rules
from litehq_graphql.types.enums import QuotaHolder, QuotaMeasure, QuotaScope


@strawberry.type(description="At most so much of something for each member, or each company.")
class Quota:
    """One quota of a room."""

    measure: QuotaMeasure = strawberry.field(description="What is counted.")
    limit: int = strawberry.field(description="At most so many minutes, or bookings.")
    holder: QuotaHolder = strawberry.field(description="Whose bookings count together.")
    scope: QuotaScope = strawberry.field(description="Where bookings count.")

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's stored form."""
        return cls(
            measure=QuotaMeasure(value["measure"]),
            limit=value["limit"],
            holder=QuotaHolder(value["holder"]),
            scope=QuotaScope(value["scope"]),
        )


@strawberry.type(description="What holds for the members of one tier; null: as for everybody.")
class TierRules:
    """One tier's override of a room's rules."""

    tier: str = strawberry.field(description="The membership tier.")
    min_minutes: int | None = strawberry.field(description="The shortest booking.")
    max_minutes: int | None = strawberry.field(description="The longest booking.")
    lead_minutes: int | None = strawberry.field(
        description="A booking starts at least so long after it is made."
    )
    horizon_days: int | None = strawberry.field(
        description="A booking starts within so many times 24 hours."
    )
    edit_window_minutes: int | None = strawberry.field(
        description="Edits close so long before the start."
    )
    min_gap_minutes: int | None = strawberry.field(
        description="The shortest free time that a booking may leave beside it; 0 is off."
    )
    quotas: list[Quota] | None = strawberry.field(
        description="In place of all quotas of the room, be they none."
    )

    @classmethod
    def from_json(cls, tier: str, value: Mapping[str, Any]) -> Self:
        """From the core's stored form."""
        quotas = value["quotas"]
        return cls(
            tier=tier,
            **{
                **value,
                "quotas": None if quotas is None else [Quota.from_json(quota) for quota in quotas],
            },
        )


@strawberry.type(description="A rule that an installed plug-in brings, as a room uses it.")
class CustomRule:
    """A use of a rule that others bring."""

    name: str = strawberry.field(description="The rule's name.")
    options: strawberry.scalars.JSON = strawberry.field(
        description="What the room asks of it, as the rule understands it."
    )


@strawberry.type(description="What a booking of a room must keep to. Lengths are in minutes.")
class BookingRules:
    """A room's rules."""

    min_minutes: int = strawberry.field(description="The shortest booking.")
    max_minutes: int = strawberry.field(description="The longest booking.")
    lead_minutes: int = strawberry.field(
        description="A booking starts at least so long after it is made."
    )
    horizon_days: int = strawberry.field(
        description="A booking starts within so many times 24 hours."
    )
    edit_window_minutes: int = strawberry.field(description="Edits close so long before the start.")
    min_gap_minutes: int = strawberry.field(
        description=(
            "The shortest free time that a booking may leave beside it, unless it leaves none; "
            "0 is off."
        )
    )
    quotas: list[Quota] = strawberry.field(
        description="How much a member or a company may have booked."
    )
    allowed_tiers: list[str] | None = strawberry.field(
        description="The member tiers that may book; null means everyone, guests included."
    )
    tiers: list[TierRules] = strawberry.field(
        description="What holds for the members of some tiers instead, by the tier's name."
    )
    custom: list[CustomRule] = strawberry.field(
        description="Rules that plug-ins bring; their violations come last, in this order."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's stored form; absent rules as their defaults."""
        rules = complete_rules(value)
        tiers = rules["tiers"].items()
        return cls(
            **{
                **rules,
                "quotas": [Quota.from_json(quota) for quota in rules["quotas"]],
                "tiers": [TierRules.from_json(tier, override) for tier, override in tiers],
                "custom": [CustomRule(**use) for use in rules["custom"]],
            }
        )
