"""What of an amount is tax, and at which rate: told by the lines of a frozen price."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from litehq_core.domain.money import divide_half_up
from litehq_core.domain.price import Price

# The two lines that ``domain.pricing`` writes of a tax: on top, or in the price already.
_ON_TOP = re.compile(r"(?P<name>.*) (?P<percent>\d+(?:\.\d{1,2})?) %", re.DOTALL)
_INSIDE = re.compile(
    r"(?P<name>.*) (?P<percent>\d+(?:\.\d{1,2})?) %: [A-Z]{3} \d+(?:\.\d+)? included", re.DOTALL
)
_SHAPES = {"tax": _ON_TOP, "tax_included": _INSIDE}


@dataclass(frozen=True, slots=True, order=True)
class TaxRate:
    """A tax by name, with ``basis_points`` of the net price; 2000 is 20 %."""

    name: str
    basis_points: int

    def inside(self, gross_minor: int) -> int:
        """How much of a gross amount, in minor units, is tax."""
        return divide_half_up(gross_minor * self.basis_points, 10_000 + self.basis_points)

    def as_json(self) -> dict[str, Any]:
        """The rate as stored and shown."""
        return {"name": self.name, "basis_points": self.basis_points}


# What a price without a tax is taxed at.
UNTAXED = TaxRate("", 0)


def rate_of(price: Price) -> TaxRate:
    """The rate at which a price was taxed when it was frozen; a rate card has one at most."""
    for line in price.lines:
        shape = _SHAPES.get(line.rule)
        found = shape.fullmatch(line.description) if shape else None
        if found:
            whole, _, rest = found["percent"].partition(".")
            return TaxRate(found["name"], int(whole) * 100 + int(rest.ljust(2, "0") or 0))
    return UNTAXED
