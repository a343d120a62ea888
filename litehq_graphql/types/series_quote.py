"""Series that are not made: what they would come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import strawberry

from litehq_graphql.types.enums import BillingMode, Outcome
from litehq_graphql.types.price import Price
from litehq_graphql.types.recorded import Related
from litehq_graphql.types.refusal import Violation, violations
from litehq_graphql.types.series import RepeatRule


@strawberry.type(description="One date of a series that is not made.")
class QuotedOccurrence:
    """What would become of it."""

    occurrence: datetime = strawberry.field(description="Where the rule puts it.")
    outcome: Outcome = strawberry.field(description="What would become of it.")
    start_at: datetime = strawberry.field(description="When it would begin.")
    end_at: datetime = strawberry.field(description="When it would end, exclusive.")
    room_id: strawberry.ID = strawberry.field(description="The id of the room.")
    amount_minor: int | None = strawberry.field(
        description="What it would cost, in minor units; null if it cannot be had."
    )
    tokens_charged: int | None = strawberry.field(
        description="The tokens it would cost; null unless paid in tokens."
    )
    reason: str | None = strawberry.field(
        description="Why it cannot be had as wished: the code of the refusal."
    )
    message: str | None = strawberry.field(description="The same for people.")
    violations: list[Violation] = strawberry.field(description="Every rule that is broken.")
    conflicting_booking_id: strawberry.ID | None = strawberry.field(
        description="The booking in the way, if one is."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's JSON form."""
        return cls(
            **{
                **value,
                "occurrence": datetime.fromisoformat(value["occurrence"]),
                "start_at": datetime.fromisoformat(value["start_at"]),
                "end_at": datetime.fromisoformat(value["end_at"]),
                "outcome": Outcome(value["outcome"]),
                "violations": violations(value["violations"]),
            }
        )


@strawberry.type(
    description="What a series would come to now. It holds nothing until it is booked."
)
class BookingSeriesQuote:
    """A series that was not made."""

    valid: bool = strawberry.field(description="Whether every date can be had in some way.")
    rule: RepeatRule = strawberry.field(description="How it would repeat.")
    billing_mode: BillingMode = strawberry.field(description="How all of it would be paid.")
    price: Price = strawberry.field(description="What all that can be had would cost.")
    tokens_charged: int | None = strawberry.field(
        description="The tokens it would cost; null unless paid in tokens."
    )
    occurrences: list[QuotedOccurrence] = strawberry.field(description="Every date, in order.")

    @classmethod
    def of(cls, record: Mapping[str, Any], related: Related) -> Self:
        """From the core's answer."""
        return cls(
            valid=record["valid"],
            rule=RepeatRule.from_json(record["rule"]),
            billing_mode=BillingMode(record["billing_mode"]),
            price=Price.of(dict(record), related),
            tokens_charged=record["tokens_charged"],
            occurrences=[QuotedOccurrence.from_json(value) for value in record["occurrences"]],
        )
