"""Price rules that others bring: asked in order, cut at nothing, and never trusted blindly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.custom_rule import CustomRule, CustomRuleFailed
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.price import Payer, Price
from litehq_core.domain.price_plugins import Extra, PriceQuestion, PriceRule
from litehq_core.domain.price_rules import PriceRules, Tax
from litehq_core.domain.pricing import choose_billing_mode, price_slot
from litehq_core.domain.rate_card import BillingMode
from tests.domain import samples
from tests.domain.samples import slot
from tests.domain.strategies import payers, price_rules, rates, zoned_slots
from tests.plugin_sample.litehq_sample_rules.early_bird import EarlyBird

CARD, TOKENS = BillingMode.CARD, BillingMode.TOKENS
LONDON = ZoneInfo("Europe/London")
LINA = Payer(is_guest=False, tier="resident", spendable_tokens=100)
# An hour from 07:00 on the wall.
EARLY = slot("2026-06-01 06:00")


@dataclass(frozen=True)
class Answering:
    """A price rule that answers with whatever a function makes of the question."""

    name: str
    answer: Callable[[PriceQuestion], Any]
    version: str = "1"

    def require_options(self, options: Mapping[str, Any]) -> None:
        """Any will do."""

    def extras(self, question: PriceQuestion) -> Iterable[Extra]:
        """What the function says."""
        found: Iterable[Extra] = self.answer(question)
        return found


def adding(name: str, *amounts: int) -> Answering:
    """A rule that adds the same whatever it is asked."""
    return Answering(name, lambda _: [Extra(description=name, amount=a) for a in amounts])


def remembering(asked: list[PriceQuestion]) -> Answering:
    """A rule that adds nothing, and puts what it is asked into ``asked``."""

    def answer(question: PriceQuestion) -> list[Extra]:
        asked.append(question)
        return []

    return Answering("spy", answer)


def pay(
    *rules: PriceRule,
    used: tuple[CustomRule, ...] | None = None,
    mode: BillingMode = CARD,
    **says: Any,
) -> Price:
    """The price of the early hour, at 40.00 or two tokens, under a card that uses ``rules``."""
    custom = tuple(CustomRule(name=rule.name) for rule in rules) if used is None else used
    card = samples.rate_card(rules=PriceRules(custom=custom, **says))
    installed = {rule.name: rule for rule in rules}
    return price_slot(card, EARLY, mode, zone=LONDON, payer=LINA, installed=installed)


def lines(price: Price) -> list[tuple[str, int]]:
    """The rules and amounts of a price."""
    return [(line.rule, line.amount_minor) for line in price.lines]


def test_a_rule_adds_a_line_under_its_name_and_version() -> None:
    """Frozen with the price, so that it can be told later which rule made it."""
    used = (CustomRule(name="early_bird", options={"until": 480, "percent": 25}),)
    price = pay(EarlyBird(), used=used)
    assert lines(price) == [("base_per_hour", 4000), ("plugin:early_bird@1.2", 1000)]
    assert [line.description for line in price.lines][-1] == "early bird, 25 % more"
    assert Price.from_json(price.as_json(), None) == price
    late = (CustomRule(name="early_bird", options={"until": 420, "percent": 25}),)
    assert lines(pay(EarlyBird(), used=late)) == [("base_per_hour", 4000)]


def test_rules_are_asked_after_the_discounts_and_before_minimum_and_tax() -> None:
    """``docs/decisions/0008``: so that the minimum and the tax keep what they promise."""
    price = pay(
        adding("less", -2500),
        tier_discounts={"resident": 25},
        minimum_minor=1000,
        tax=Tax(name="VAT", basis_points=2000, inclusive=False),
    )
    assert lines(price) == [
        ("base_per_hour", 4000),
        ("tier_discount", -1000),
        ("plugin:less@1", -2500),
        ("minimum_charge", 500),
        ("tax", 200),
    ]


def test_rules_are_asked_in_the_order_of_the_card_and_see_what_came_before() -> None:
    double = Answering("double", lambda q: [Extra(description="x 2", amount=q.subtotal)])
    one = adding("one", 100)
    assert pay(double, one).amount_minor == 8100
    assert pay(one, double).amount_minor == 8200
    twice = (CustomRule(name="double"), CustomRule(name="double"))
    assert pay(double, used=twice).amount_minor == 16000


def test_each_use_has_its_own_options() -> None:
    asked: list[PriceQuestion] = []
    spy = remembering(asked)
    uses = (CustomRule(name="spy", options={"n": 1}), CustomRule(name="spy", options={"n": [2]}))
    pay(spy, used=uses)
    assert [question.options for question in asked] == [{"n": 1}, {"n": [2]}]


def test_a_rule_sees_everything_a_price_may_depend_on() -> None:
    asked: list[PriceQuestion] = []
    pay(remembering(asked))
    [question] = asked
    assert (question.slot, question.zone, question.payer, question.mode) == (
        EARLY,
        LONDON,
        LINA,
        CARD,
    )
    assert question.card.hourly_minor == 4000
    assert [line.rule for line in question.lines] == ["base_per_hour"]


def test_no_rule_takes_more_than_there_is() -> None:
    price = pay(adding("much", -3000, -3000, -1), adding("more", 500))
    assert lines(price)[1:] == [
        ("plugin:much@1", -3000),
        ("plugin:much@1", -1000),
        ("plugin:much@1", 0),
        ("plugin:more@1", 500),
    ]
    assert [line.description for line in price.lines][1:3] == [
        "much",
        "much, as far as there is anything left",
    ]


def test_what_a_rule_makes_free_is_free() -> None:
    """The minimum is for what is not free."""
    assert pay(adding("gift", -4000), minimum_minor=1000).amount_minor == 0


def test_in_tokens_a_rule_answers_in_tokens() -> None:
    price = pay(adding("more", 3), adding("less", -100), adding("last", 1), mode=TOKENS)
    assert (price.amount_minor, price.tokens) == (0, 1)
    assert [(line.rule, line.tokens) for line in price.lines] == [
        ("tokens_per_hour", 2),
        ("plugin:more@1", 3),
        ("plugin:less@1", -5),
        ("plugin:last@1", 1),
    ]


@pytest.mark.parametrize(("spendable", "chosen"), [(5, TOKENS), (4, CARD)])
def test_the_balance_must_cover_what_rules_add(spendable: int, chosen: BillingMode) -> None:
    """contract.md, Billing mode: tokens if "the member's spendable balance covers it"."""
    card = samples.rate_card(rules=PriceRules(custom=(CustomRule(name="more"),)))
    payer = Payer(is_guest=False, spendable_tokens=spendable)
    installed = {"more": adding("more", 3)}
    found = choose_billing_mode(card, EARLY, payer, None, zone=LONDON, installed=installed)
    assert found is chosen


def _raising(_: PriceQuestion) -> Any:
    raise KeyError("until")


FAULTS: dict[str, Callable[[PriceQuestion], Any]] = {
    "raises": _raising,
    "refuses": lambda _: (_ for _ in ()).throw(ValidationFailed.of("x", "no")),
    "nothing": lambda _: None,
    "a number": lambda _: [5],
    "a float": lambda _: [Extra(description="x", amount=1.5)],  # type: ignore[arg-type]
    "a flag": lambda _: [Extra(description="x", amount=True)],
    "a fortune": lambda _: [Extra(description="x", amount=10**13)],
    "no words": lambda _: [Extra(description="", amount=1)],
    "a NUL": lambda _: [Extra(description="\0", amount=1)],
    "too much": lambda _: [Extra(description="x", amount=1)] * 21,
}


@pytest.mark.parametrize("answer", FAULTS.values(), ids=FAULTS)
def test_a_rule_that_fails_makes_no_price(answer: Callable[[PriceQuestion], Any]) -> None:
    """Rather none than a wrong one; and no refusal, for the caller did nothing wrong."""
    with pytest.raises(CustomRuleFailed, match="odd") as failed:
        pay(Answering("odd", answer))
    assert failed.value.name == "odd"


def test_a_rule_that_is_missing_makes_no_price() -> None:
    with pytest.raises(CustomRuleFailed, match="The rule gone is not installed"):
        pay(used=(CustomRule(name="gone"),))


@given(
    price_rules,
    rates,
    zoned_slots(),
    payers(),
    st.sampled_from(BillingMode),
    st.lists(st.lists(st.integers(-(10**6), 10**6), max_size=3), max_size=3),
)
def test_with_any_rules_a_price_is_the_sum_of_its_lines_and_never_negative(
    says: PriceRules,
    hourly: int,
    where: tuple[ZoneInfo, Any],
    payer: Payer,
    mode: BillingMode,
    amounts: list[list[int]],
) -> None:
    zone, when = where
    rules = [adding(f"r{n}", *several) for n, several in enumerate(amounts)]
    custom = tuple(CustomRule(name=rule.name) for rule in rules)
    card = samples.rate_card(
        hourly_minor=hourly,
        rules=replace(says, custom=custom),
    )
    installed: dict[str, PriceRule] = {rule.name: rule for rule in rules}
    price = price_slot(card, when, mode, zone=zone, payer=payer, installed=installed)
    running = 0
    for line in price.lines:
        running += (line.tokens or 0) if mode is TOKENS else line.amount_minor
        assert running >= 0
    assert running == (price.tokens if mode is TOKENS else price.amount_minor)
    again = price_slot(card, when, mode, zone=zone, payer=payer, installed=installed)
    assert again == price
    named = [line.rule for line in price.lines if line.rule.startswith("plugin:")]
    assert named == [f"plugin:r{n}@1" for n, several in enumerate(amounts) for _ in several]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Early"}, "name"),
        ({"name": "a" * 65}, "name"),
        ({"name": "x", "options": {"n": 2**64}}, "options"),
        ({"name": "x", "options": {"n": float("nan")}}, "options"),
        ({"name": "x", "options": {"n": "\0"}}, "options"),
        ({"name": "x", "options": {"n": "x" * 9000}}, "options"),
        ({"name": "x", "options": [1]}, "options"),
    ],
)
def test_a_use_that_makes_no_sense_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        CustomRule(**fields)
    assert [error.field for error in refusal.value.errors] == [field]
