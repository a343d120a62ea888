"""Price rules that others bring: what they are asked, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from litehq_core.domain.custom_rule import CustomRule, CustomRuleFailed
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.money import MAX_AMOUNT
from litehq_core.domain.price import Payer, PriceLine
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.text import require_text

MAX_DESCRIPTION = 200
MAX_EXTRAS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceQuestion:
    """All that a price may depend on. There is no clock in it, and a rule must read none: the same
    booking, priced again, costs the same.

    Attributes:
        zone: the room's.
        mode: how it is paid. In tokens a rule answers in tokens, else in minor units of the
            card's currency.
        lines: what the rules before have made of it, discounts included, without minimum and tax.
        options: those of this use of the rule.
    """

    card: RateCard
    slot: Interval
    zone: ZoneInfo
    payer: Payer
    mode: BillingMode
    lines: tuple[PriceLine, ...]
    options: Mapping[str, Any]

    @property
    def in_tokens(self) -> bool:
        """Whether amounts are tokens."""
        return self.mode is BillingMode.TOKENS

    @property
    def subtotal(self) -> int:
        """What the lines so far make, in the unit of the answer."""
        return sum(
            (line.tokens or 0) if self.in_tokens else line.amount_minor for line in self.lines
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A line that a price rule adds: ``amount`` in minor units, or in tokens; negative for less."""

    description: str
    amount: int

    def __post_init__(self) -> None:
        require_text("description", self.description, least=1, most=MAX_DESCRIPTION)
        if type(self.amount) is not int or abs(self.amount) > MAX_AMOUNT:
            raise ValidationFailed.of("amount", "must be a whole number")


class PriceRule(Protocol):
    """A rule of prices that others bring.

    It must be pure: the same question, the same answer. ``name`` is what rate cards call it by
    and never changes; ``version`` changes when its answers do, and both stand on each of its
    lines, frozen with the booking.
    """

    @property
    def name(self) -> str:
        """Small letters, digits and underscores."""

    @property
    def version(self) -> str:
        """Such as ``1.2``."""

    def require_options(self, options: Mapping[str, Any]) -> None:
        """Refuse options that the rule cannot work with.

        Raises:
            ValidationFailed: naming the option.
        """

    def extras(self, question: PriceQuestion) -> Iterable[Extra]:
        """The lines that the rule adds; none if it has nothing to say."""


PriceRuleSet = Mapping[str, PriceRule]
NO_PRICE_RULES: PriceRuleSet = MappingProxyType({})


def extra_lines(rules: PriceRuleSet, question: PriceQuestion) -> list[PriceLine]:
    """What the card's custom rules add to ``question.lines``, each seeing the lines before it.

    They are asked in the order in which the card names them. No rule can take more than there is:
    a line that would make the sum negative is cut, and says so.

    Raises:
        CustomRuleFailed: one is missing, raises, or answers what makes no sense.
    """
    lines = list(question.lines)
    for use in question.card.rules.custom:
        rule = rules.get(use.name)
        if rule is None:
            raise CustomRuleFailed(use.name, "is not installed")
        asked = replace(question, lines=tuple(lines), options=use.options)
        left = asked.subtotal
        for extra in _answer(rule, use, asked):
            amount = max(extra.amount, -left)
            lines.append(_line(rule, extra, amount, in_tokens=asked.in_tokens))
            left += amount
    return lines[len(question.lines) :]


def _answer(rule: PriceRule, use: CustomRule, question: PriceQuestion) -> Sequence[Extra]:
    try:
        extras = tuple(rule.extras(question))
    except Exception as error:
        raise CustomRuleFailed(use.name, f"failed: {error}") from error
    if len(extras) > MAX_EXTRAS or not all(isinstance(extra, Extra) for extra in extras):
        raise CustomRuleFailed(use.name, f"must answer with at most {MAX_EXTRAS} Extra")
    return extras


def _line(rule: PriceRule, extra: Extra, amount: int, *, in_tokens: bool) -> PriceLine:
    cut = "" if amount == extra.amount else ", as far as there is anything left"
    return PriceLine(
        rule=f"plugin:{rule.name}@{rule.version}",
        description=f"{extra.description}{cut}",
        minutes=0,
        amount_minor=0 if in_tokens else amount,
        tokens=amount if in_tokens else None,
    )
