"""Prices as values: lines that each name their rule, and who pays them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litehq_core.domain.company import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line of a price: the ``rule`` that made it, for how long, and how much."""

    rule: str
    description: str
    minutes: int
    amount_minor: int
    tokens: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The line as stored and shown."""
        return {
            "rule": self.rule,
            "description": self.description,
            "minutes": self.minutes,
            "amount_minor": self.amount_minor,
            "tokens": self.tokens,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a slot costs. Paid in tokens: ``amount_minor`` is 0 and ``tokens`` is set."""

    currency: str
    lines: tuple[PriceLine, ...]
    tokens: int | None = None

    @property
    def amount_minor(self) -> int:
        """The sum of the lines, in minor units of ``currency``."""
        return sum(line.amount_minor for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """``{currency, amount_minor, lines[]}``."""
        return {
            "currency": self.currency,
            "amount_minor": self.amount_minor,
            "lines": [line.as_json() for line in self.lines],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], tokens: int | None) -> Price:
        """The inverse of :meth:`as_json`."""
        lines = tuple(PriceLine(**line) for line in value["lines"])
        return cls(currency=value["currency"], lines=lines, tokens=tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays: nobody known (a guest), or a member with a wallet, maybe of a company."""

    is_guest: bool
    tier: str | None = None
    company: Company | None = None
    spendable_tokens: int = 0
