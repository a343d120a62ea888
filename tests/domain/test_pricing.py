"""Prices: integers, one rounding, line by line; and the billing-mode table."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litehq_core.domain.company import BillingTerms, Company
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.money import divide_half_up, divide_up
from litehq_core.domain.price import Payer, Price
from litehq_core.domain.pricing import choose_billing_mode, price_slot
from litehq_core.domain.rate_card import BillingMode, card_on
from tests.domain import samples
from tests.domain.samples import slot

CARD, TOKENS, INVOICE = BillingMode.CARD, BillingMode.TOKENS, BillingMode.INVOICE
EVERY_MODE = frozenset(BillingMode)
LONDON = ZoneInfo("Europe/London")
GUEST = Payer(is_guest=True)
amounts = st.integers(-(10**12), 10**12)
rates = st.integers(0, 10**7)
lengths = st.integers(1, 12 * 24).map(lambda n: 5 * n)


@given(amounts, st.integers(1, 10**4))
def test_the_one_rounding_goes_half_away_from_zero(numerator: int, denominator: int) -> None:
    """``domain.money``: the nearest integer, halves away from zero."""
    exact = Decimal(numerator) / Decimal(denominator)
    assert divide_half_up(numerator, denominator) == exact.to_integral_value(ROUND_HALF_UP)
    assert divide_up(numerator, denominator) == exact.to_integral_value(ROUND_CEILING)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (49, 100, 0), (50, 100, 1), (-50, 100, -1), (0, 7, 0)],
)
def test_halves(numerator: int, denominator: int, rounded: int) -> None:
    assert divide_half_up(numerator, denominator) == rounded


@pytest.mark.parametrize(
    ("hourly", "minutes", "amount"),
    [(4000, 60, 4000), (5600, 90, 8400), (1, 30, 1), (1, 25, 0), (999, 20, 333), (0, 60, 0)],
)
def test_a_price_by_elapsed_time(hourly: int, minutes: int, amount: int) -> None:
    """contract.md, Demo: ``rm_studio`` at GBP 56.00/h costs GBP 8400 for 90 minutes."""
    card = samples.rate_card(hourly_minor=hourly)
    price = price_slot(card, slot("2026-06-01 14:00", minutes), CARD, zone=LONDON, payer=GUEST)
    assert (price.currency, price.amount_minor, price.tokens) == ("GBP", amount, None)
    assert [(line.rule, line.minutes) for line in price.lines] == [("base_per_hour", minutes)]


@pytest.mark.parametrize(
    ("per_hour", "minutes", "tokens"), [(2, 90, 3), (2, 60, 2), (2, 5, 1), (1, 65, 2), (0, 60, 0)]
)
def test_a_price_in_tokens_is_rounded_up(per_hour: int, minutes: int, tokens: int) -> None:
    """contract.md: paid in tokens: ``amount_minor: 0``; 90 minutes at 2 tokens/h are 3."""
    card = samples.rate_card(tokens_per_hour=per_hour)
    price = price_slot(card, slot("2026-06-01 14:00", minutes), TOKENS, zone=LONDON, payer=GUEST)
    assert (price.amount_minor, price.tokens) == (0, tokens)
    assert [line.tokens for line in price.lines] == [tokens]


def test_an_hour_costs_an_hour_over_a_change_of_the_clocks() -> None:
    """contract.md: durations come from instants, never from wall times."""
    forward = slot("2026-03-29 00:30")  # 00:30–02:30 on the wall in London
    assert (
        price_slot(samples.rate_card(), forward, CARD, zone=LONDON, payer=GUEST).amount_minor
        == 4000
    )


@given(rates, lengths, st.sampled_from(BillingMode))
def test_a_price_is_the_sum_of_its_lines_and_never_negative(
    rate: int, minutes: int, mode: BillingMode
) -> None:
    card = samples.rate_card(hourly_minor=rate, tokens_per_hour=rate)
    price = price_slot(card, slot("2026-06-01 14:00", minutes), mode, zone=LONDON, payer=GUEST)
    assert price.amount_minor == sum(line.amount_minor for line in price.lines) >= 0
    assert all(line.rule and line.description for line in price.lines)
    assert sum(line.minutes for line in price.lines) == minutes
    in_tokens = sum(line.tokens or 0 for line in price.lines)
    assert price.tokens == (in_tokens if mode is TOKENS else None)
    assert Price.from_json(price.as_json(), price.tokens) == price


@given(rates, lengths, lengths)
def test_longer_is_never_cheaper_and_splitting_saves_a_unit_at_most(
    rate: int, one: int, two: int
) -> None:
    card = samples.rate_card(hourly_minor=rate, tokens_per_hour=rate)

    def cost(minutes: int, mode: BillingMode) -> int:
        price = price_slot(card, slot("2026-06-01 14:00", minutes), mode, zone=LONDON, payer=GUEST)
        return price.amount_minor if price.tokens is None else price.tokens

    for mode in (CARD, TOKENS):
        whole, parts = cost(one + two, mode), cost(one, mode) + cost(two, mode)
        assert whole >= cost(one, mode)
        assert abs(whole - parts) <= 1
    # Rounded up, so that many short bookings are never cheaper than one long one.
    assert cost(one, TOKENS) + cost(two, TOKENS) >= cost(one + two, TOKENS)


# contract.md, Billing mode: explicit if the rate card allows it; else: guest → card; company on
# invoice terms → invoice; the card has a token price and the balance covers it → tokens; else card.
RICH, POOR = Payer(is_guest=False, spendable_tokens=2), Payer(is_guest=False, spendable_tokens=1)


def _of_company(terms: BillingTerms, tokens: int = 0) -> Payer:
    company: Company = samples.company(billing_terms=terms)
    return Payer(is_guest=False, company=company, spendable_tokens=tokens)


@pytest.mark.parametrize(
    ("payer", "modes", "chosen"),
    [
        (GUEST, EVERY_MODE, CARD),
        (RICH, EVERY_MODE, TOKENS),
        (POOR, EVERY_MODE, CARD),
        (RICH, {CARD}, CARD),
        (RICH, {CARD, INVOICE}, CARD),
        (POOR, {TOKENS}, TOKENS),  # refused later, with insufficient_tokens
        (_of_company(BillingTerms.INVOICE), EVERY_MODE, INVOICE),
        (_of_company(BillingTerms.INVOICE, 2), EVERY_MODE, INVOICE),
        (_of_company(BillingTerms.INVOICE, 2), {CARD, TOKENS}, TOKENS),
        (_of_company(BillingTerms.INVOICE), {CARD}, CARD),
        (_of_company(BillingTerms.CARD), EVERY_MODE, CARD),
        (_of_company(BillingTerms.CARD, 2), EVERY_MODE, TOKENS),
    ],
)
def test_the_billing_mode_chosen(
    payer: Payer, modes: set[BillingMode], chosen: BillingMode
) -> None:
    card = samples.rate_card(billing_modes=frozenset(modes))
    assert choose_billing_mode(card, slot("2026-06-01 14:00"), payer, None, zone=LONDON) is chosen


@pytest.mark.parametrize(
    ("payer", "modes", "requested", "is_allowed"),
    [
        (RICH, EVERY_MODE, CARD, True),
        (POOR, EVERY_MODE, TOKENS, True),  # refused later, with insufficient_tokens
        (RICH, {CARD}, TOKENS, False),
        (GUEST, EVERY_MODE, TOKENS, False),
        (GUEST, EVERY_MODE, INVOICE, False),
        (GUEST, EVERY_MODE, CARD, True),
        (GUEST, {TOKENS}, CARD, False),
        (RICH, EVERY_MODE, INVOICE, False),
        (_of_company(BillingTerms.CARD), EVERY_MODE, INVOICE, False),
        (_of_company(BillingTerms.INVOICE), EVERY_MODE, INVOICE, True),
        (_of_company(BillingTerms.INVOICE), EVERY_MODE, CARD, True),
        (_of_company(BillingTerms.INVOICE), {CARD}, INVOICE, False),
    ],
)
def test_the_billing_mode_asked_for(
    payer: Payer, modes: set[BillingMode], requested: BillingMode, *, is_allowed: bool
) -> None:
    card, when = samples.rate_card(billing_modes=frozenset(modes)), slot("2026-06-01 14:00")
    if is_allowed:
        assert choose_billing_mode(card, when, payer, requested, zone=LONDON) is requested
        return
    with pytest.raises(ValidationFailed) as refusal:
        choose_billing_mode(card, when, payer, requested, zone=LONDON)
    assert [error.field for error in refusal.value.errors] == ["billing_mode"]


@pytest.mark.parametrize(
    ("payer", "modes"),
    [
        (GUEST, {TOKENS, INVOICE}),
        (RICH, {INVOICE}),
        (_of_company(BillingTerms.CARD), {INVOICE}),
        (_of_company(BillingTerms.INVOICE), set()),
    ],
)
def test_a_payer_without_an_allowed_mode_is_refused(payer: Payer, modes: set[BillingMode]) -> None:
    """``choose_billing_mode``: every mode of the payer's is not allowed."""
    card = samples.rate_card(billing_modes=frozenset(modes))
    with pytest.raises(ValidationFailed) as refusal:
        choose_billing_mode(card, slot("2026-06-01 14:00"), payer, None, zone=LONDON)
    assert [error.field for error in refusal.value.errors] == ["billing_mode"]


def test_the_card_in_force_is_the_latest_that_has_begun() -> None:
    cards = [
        samples.rate_card(id=f"rc_{month}", effective_from=date(2026, month, 1))
        for month in (3, 1, 2)
    ]

    def in_force(day: date) -> str | None:
        card = card_on(cards, day)
        return card.id if card else None

    assert in_force(date(2025, 12, 31)) is None
    assert in_force(date(2026, 1, 1)) == "rc_1"
    assert in_force(date(2026, 2, 28)) == "rc_2"
    assert in_force(date(2030, 1, 1)) == "rc_3"
    assert card_on([], date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"hourly_minor": -1},
        {"tokens_per_hour": -1},
        {"tokens_per_hour": None, "billing_modes": frozenset({CARD, TOKENS})},
    ],
)
def test_a_card_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationFailed):
        samples.rate_card(**fields)
