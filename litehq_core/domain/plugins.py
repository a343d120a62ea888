"""The registry of the rules that others bring: what is installed here, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from litehq_core.domain.custom_rule import CustomRule, is_rule_name, is_rule_version
from litehq_core.domain.errors import FieldError, ValidationFailed
from litehq_core.domain.evaluation import BookingRule, BookingRuleSet
from litehq_core.domain.price_plugins import PriceRule, PriceRuleSet
from litehq_core.domain.rate_card import RateCard
from litehq_core.domain.room import Room

Rule = TypeVar("Rule", PriceRule, BookingRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRules:
    """Uses of custom rules: by rate cards, and by rooms."""

    prices: tuple[CustomRule, ...] = ()
    bookings: tuple[CustomRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """The price rules and the booking rules that are installed, by name."""

    price_rules: PriceRuleSet = field(default_factory=dict)
    booking_rules: BookingRuleSet = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        price_rules: Iterable[PriceRule] = (),
        booking_rules: Iterable[BookingRule] = (),
    ) -> Plugins:
        """The registry of some rules.

        Raises:
            ValidationFailed: two of a kind have the same name, or a name or version makes no
                sense.
        """
        return cls(
            price_rules=_by_name("price_rules", price_rules),
            booking_rules=_by_name("booking_rules", booking_rules),
        )

    def require(self, used: CustomRules) -> None:
        """Refuse uses of rules that are not installed, or options that a rule cannot work with.

        Raises:
            ValidationFailed: with everything that is wrong.
        """
        wrong = [
            *_wrong("price_rules", self.price_rules, used.prices),
            *_wrong("booking_rules", self.booking_rules, used.bookings),
        ]
        if wrong:
            raise ValidationFailed(*wrong)


NO_PLUGINS = Plugins()


def used_by(items: Collection[object]) -> CustomRules:
    """What is used by the rate cards and the rooms among ``items``."""
    return CustomRules(
        prices=tuple(use for i in items if isinstance(i, RateCard) for use in i.rules.custom),
        bookings=tuple(use for i in items if isinstance(i, Room) for use in i.rules.custom),
    )


def _by_name(kind: str, rules: Iterable[Rule]) -> Mapping[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        if not is_rule_name(rule.name) or not is_rule_version(rule.version):
            raise ValidationFailed.of(kind, f"{rule!r} needs a name and a version")
        if rule.name in found:
            raise ValidationFailed.of(kind, f"two are called {rule.name}")
        found[rule.name] = rule
    return MappingProxyType(found)


def _wrong(
    kind: str, installed: Mapping[str, PriceRule | BookingRule], used: Iterable[CustomRule]
) -> Iterator[FieldError]:
    for use in used:
        rule = installed.get(use.name)
        if rule is None:
            yield FieldError(kind, f"{use.name} is not installed")
            continue
        try:
            rule.require_options(use.options)
        except ValidationFailed as refused:
            for error in refused.errors:
                yield FieldError(f"{kind}.{use.name}.{error.field}", error.reason)
