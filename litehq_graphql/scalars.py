"""The schema's own scalars."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.wall_clock import instant_text, parse_instant


def write_instant(value: datetime) -> str:
    """RFC 3339 with ``Z``, in whole seconds."""
    return instant_text(value.replace(microsecond=0))


def read_instant(value: Any) -> datetime:
    """The instant that a client named (``contract.md``: GraphQL's ``DateTime`` needs an offset).

    Raises:
        ValueError: with the reason; graphql-core adds the place.
    """
    try:
        if not isinstance(value, str):
            raise ValidationFailed.of("", "must be text, an ISO 8601 date and time with an offset")
        return parse_instant(value, "", offset_needed=True)
    except ValidationFailed as refusal:
        raise ValueError(refusal.errors[0].reason) from None


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description=(
        "An instant. Written as RFC 3339 in UTC, in whole seconds, such as "
        '"2026-05-22T14:00:00Z"; read with any offset, but never without one.'
    ),
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    serialize=write_instant,
    parse_value=read_instant,
)

JSON = strawberry.scalar(
    name="JSON",
    description="Any JSON value.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
    serialize=lambda value: value,
    parse_value=lambda value: value,
)
