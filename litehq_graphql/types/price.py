"""Prices and cancellation policies: what a booking has agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import strawberry

from litehq_core.domain import cancellation
from litehq_core.domain.attributes import Record
from litehq_graphql.fields import resolved
from litehq_graphql.types.recorded import Recorded, needs


@strawberry.type(description="One line of a price, naming the rule that made it.")
class PriceLine:
    """A line as the core froze it."""

    rule: str = strawberry.field(description="The rule, such as `base_per_hour`.")
    description: str = strawberry.field(description="The rule at work, for people.")
    minutes: int = strawberry.field(description="How many minutes the line covers.")
    amount_minor: int = strawberry.field(description="The amount in minor units, such as pence.")
    tokens: int | None = strawberry.field(description="The tokens, when paid in tokens.")


@strawberry.type(description="What a slot costs, line by line.")
class Price(Recorded):
    """A part of a booking, of a quote or of a pending change."""

    currency: str = strawberry.field(description="An ISO 4217 currency.")
    amount_minor: int = strawberry.field(
        description="The sum in minor units, such as pence; 0 when paid in tokens."
    )

    @resolved("The lines that make the sum.", needs("price_lines"))
    def lines(self) -> list[PriceLine]:
        """The lines, in order."""
        return [PriceLine(**line) for line in self.read("price_lines")]


def price_record(price: Mapping[str, Any]) -> Record:
    """A price's JSON under the names that a booking's record has."""
    return {
        "currency": price["currency"],
        "amount_minor": price["amount_minor"],
        "price_lines": price["lines"],
    }


@strawberry.type(description="A step of a cancellation policy.")
class CancellationStep:
    """How much until when."""

    minutes_before: int = strawberry.field(
        description="The step holds until so many minutes before the start."
    )
    refund_percent: int = strawberry.field(description="The percentage that comes back.")
    until: datetime = strawberry.field(description="The same as an instant, for this booking.")


@strawberry.type(description="A named cancellation policy; after its last step nothing comes back.")
class CancellationPolicy:
    """The policy and its steps."""

    name: str = strawberry.field(description="The policy's name.")
    steps: list[CancellationStep] = strawberry.field(description="Farthest from the start first.")


@strawberry.type(description="What a cancellation gives back, frozen when the booking was made.")
class Cancellation:
    """A policy, applied to a start."""

    refundable_until: datetime | None = strawberry.field(
        description="The last instant at which anything comes back; null if nothing ever does."
    )
    policy: CancellationPolicy = strawberry.field(description="The policy behind it.")

    @classmethod
    def of(cls, policy: cancellation.CancellationPolicy, start_at: datetime) -> Self:
        """A policy as it applies to a booking that starts at ``start_at``."""
        return cls(
            refundable_until=policy.refundable_until(start_at),
            policy=CancellationPolicy(
                name=policy.name,
                steps=[
                    CancellationStep(
                        minutes_before=step.minutes_before,
                        refund_percent=step.refund_percent,
                        until=datetime.fromisoformat(entry["until"]),
                    )
                    for step, entry in zip(policy.steps, policy.schedule(start_at), strict=True)
                ],
            ),
        )
