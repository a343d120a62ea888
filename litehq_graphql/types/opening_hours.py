"""Opening hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import strawberry


@strawberry.type(description="A span of wall-clock time.")
class OpenSpan:
    """From one wall time to another."""

    opens: str = strawberry.field(description="Such as `07:00`.")
    closes: str = strawberry.field(
        description="Such as `22:00`; past `24:00` lies on the next day, so `26:00` is 2 a.m."
    )


@strawberry.type(description="The opening hours of a date that differs from its weekday.")
class OpeningException:
    """A date and its spans."""

    date: str = strawberry.field(description="The local date, such as `2026-12-25`.")
    spans: list[OpenSpan] = strawberry.field(description="Empty when closed all day.")


@strawberry.type(description="Opening hours in the location's own wall-clock time.")
class OpeningHours:
    """Weekly spans and dated exceptions."""

    weekly: list[list[OpenSpan]] = strawberry.field(description="Monday to Sunday.")
    exceptions: list[OpeningException] = strawberry.field(
        description="Dates on which other hours hold, in order."
    )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """From the core's stored form."""
        return cls(
            weekly=[_spans(spans) for spans in value["weekly"]],
            exceptions=[
                OpeningException(date=date, spans=_spans(spans))
                for date, spans in value["exceptions"].items()
            ],
        )


def _spans(spans: list[list[str]]) -> list[OpenSpan]:
    return [OpenSpan(opens=opens, closes=closes) for opens, closes in spans]
