"""What all shapes of answers have in common."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Date = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Currency = Annotated[str, Meta(description="ISO 4217, such as GBP.")]
MinorUnits = Annotated[int, Meta(description="Minor units of the currency, such as pence.")]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of an answer: complete, and nothing else."""
