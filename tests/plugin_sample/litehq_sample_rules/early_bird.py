"""Whoever comes before the receptionist pays for her early shift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from litehq_core import Extra, PriceQuestion, ValidationFailed


class EarlyBird:
    """A surcharge of ``percent`` on what starts before ``until``, minutes after midnight."""

    name = "early_bird"
    version = "1.2"

    def require_options(self, options: Mapping[str, Any]) -> None:
        """``{"until": 480, "percent": 25}``, both needed."""
        for option, most in (("until", 24 * 60), ("percent", 100)):
            value = options.get(option)
            if not isinstance(value, int) or not 0 < value <= most:
                raise ValidationFailed.of(option, f"must lie within 1–{most}")

    def extras(self, question: PriceQuestion) -> Iterable[Extra]:
        """One line, rounded up to a whole unit."""
        start = question.slot.start.astimezone(question.zone)
        if start.hour * 60 + start.minute < question.options["until"]:
            percent = question.options["percent"]
            amount = -(-question.subtotal * percent // 100)
            yield Extra(description=f"early bird, {percent} % more", amount=amount)
