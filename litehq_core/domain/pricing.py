"""Prices: pure functions of rate card, slot and payer, line by line, each naming its rule."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from litehq_core.domain.company import BillingTerms
from litehq_core.domain.errors import ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.money import divide_half_up, divide_up, money_text
from litehq_core.domain.price import Payer, Price, PriceLine
from litehq_core.domain.price_plugins import (
    NO_PRICE_RULES,
    PriceQuestion,
    PriceRuleSet,
    extra_lines,
)
from litehq_core.domain.price_rules import PriceBand, PricingOverride, Tax
from litehq_core.domain.rate_card import BillingMode, RateCard
from litehq_core.domain.slot_parts import band_parts


def refused_mode(card: RateCard, payer: Payer, mode: BillingMode) -> str | None:
    """Why ``payer`` cannot pay in ``mode`` under ``card``; None if he can."""
    if mode not in card.billing_modes:
        return "is not allowed by the room's rate card"
    if mode is BillingMode.TOKENS and payer.is_guest:
        return "a guest has no tokens"
    company = payer.company
    on_invoice = company is not None and company.billing_terms is BillingTerms.INVOICE
    if mode is BillingMode.INVOICE and not on_invoice:
        return "the payer has no invoice terms"
    return None


def price_slot(
    card: RateCard,
    slot: Interval,
    mode: BillingMode,
    *,
    zone: ZoneInfo,
    payer: Payer,
    installed: PriceRuleSet = NO_PRICE_RULES,
) -> Price:
    """The price of ``slot`` under ``card``, by elapsed time, paid in ``mode``.

    In this order: the company's own rate, or a fixed price for the length, or base and bands up
    to each day's cap; less the discounts; what the card's custom rules add; at least the minimum,
    unless it is free; tax (``docs/decisions/0008``). Tokens know bands and custom rules alone.

    Args:
        zone: the room's, in which bands and days are told.
        payer: whose tier and company count.
        installed: the rules that others brought, by name.

    Raises:
        CustomRuleFailed: a custom rule is missing, raises, or answers what makes no sense.
    """

    def with_extras(lines: list[PriceLine]) -> list[PriceLine]:
        if not card.rules.custom:
            return lines
        question = PriceQuestion(
            card=card, slot=slot, zone=zone, payer=payer, mode=mode, lines=tuple(lines), options={}
        )
        return lines + extra_lines(installed, question)

    if mode is BillingMode.TOKENS:
        lines = with_extras(_token_lines(card, slot, zone))
        tokens = sum(line.tokens or 0 for line in lines)
        return Price(currency=card.currency, lines=tuple(lines), tokens=tokens)
    override = _override(card, payer)
    lines = _list_lines(card, slot, zone, override)
    lines = with_extras(lines + _discount_lines(card, payer.tier, override, _total(lines)))
    subtotal = _total(lines)
    if 0 < subtotal < card.rules.minimum_minor:
        text = f"at least {money_text(card.currency, card.rules.minimum_minor)}"
        lines.append(_extra("minimum_charge", text, card.rules.minimum_minor - subtotal))
    if card.rules.tax:
        lines.append(_tax_line(card, card.rules.tax, _total(lines)))
    return Price(currency=card.currency, lines=tuple(lines))


def _override(card: RateCard, payer: Payer) -> PricingOverride | None:
    """What the payer's company pays instead; what is free to everybody stays free to it."""
    if payer.company is None or card.is_free:
        return None
    return payer.company.override_for(card.room_id, card.currency)


def _token_lines(card: RateCard, slot: Interval, zone: ZoneInfo) -> list[PriceLine]:
    """Bands may have a token rate of their own; the sum is rounded up once.

    A line takes what the sum, rounded up, grows by with it; so the lines make the whole.
    """
    sixtieths = tokens = 0
    lines: list[PriceLine] = []
    [parts] = band_parts(card.rules, zone, slot, by_day=False)
    for band, minutes in parts:
        own = None if band is None else band.tokens_per_hour
        rate = (card.tokens_per_hour or 0) if own is None else own
        sixtieths += rate * minutes
        share = divide_up(sixtieths, 60) - tokens
        tokens += share
        lines.append(
            PriceLine(
                rule="tokens_per_hour" if band is None else f"band:{band.name}",
                description=f"{minutes} min at {rate} tokens an hour",
                minutes=minutes,
                amount_minor=0,
                tokens=share,
            )
        )
    return lines


def _list_lines(
    card: RateCard, slot: Interval, zone: ZoneInfo, override: PricingOverride | None
) -> list[PriceLine]:
    """What the slot costs before any discount."""
    if override and override.hourly_minor is not None:
        return [_hourly("company_rate", card.currency, override.hourly_minor, slot.minutes)]
    for fixed in card.rules.fixed_prices:
        if fixed.minutes == slot.minutes:
            return [
                PriceLine(
                    rule="fixed_price",
                    description=f"{fixed.minutes} min",
                    minutes=fixed.minutes,
                    amount_minor=fixed.amount_minor,
                )
            ]
    cap = card.rules.day_cap_minor
    if cap is None:
        [parts] = band_parts(card.rules, zone, slot, by_day=False)
        return _band_lines(card, parts)
    # Day by day, so that what one day leaves of its cap is not spent on another.
    lines: list[PriceLine] = []
    for parts in band_parts(card.rules, zone, slot, by_day=True):
        of_day = _band_lines(card, parts)
        over = _total(of_day) - cap
        lines += of_day
        if over > 0:
            lines.append(
                _extra("day_cap", f"at most {money_text(card.currency, cap)} a day", -over)
            )
    return lines


def _band_lines(card: RateCard, parts: Iterable[tuple[PriceBand | None, int]]) -> list[PriceLine]:
    """A line for the base price, and one for each band that the slot touches."""
    return [
        _hourly("base_per_hour", card.currency, card.hourly_minor, minutes)
        if band is None
        else _hourly(f"band:{band.name}", card.currency, band.hourly_minor, minutes)
        for band, minutes in parts
    ]


def _discount_lines(
    card: RateCard, tier: str | None, override: PricingOverride | None, subtotal: int
) -> list[PriceLine]:
    """Percentages of the list price. They add up, so their order means nothing; 100 % at most."""
    left, left_percent = subtotal, 100
    lines: list[PriceLine] = []
    for rule, percent in (
        ("tier_discount", 0 if tier is None else card.rules.tier_discounts.get(tier, 0)),
        ("company_discount", (override.discount_percent if override else None) or 0),
    ):
        given = min(percent, left_percent)
        # Two halves of a penny are a penny each.
        less = min(divide_half_up(subtotal * given, 100), left)
        if less:
            cut = "" if given == percent else f": of {percent} %, so that all make 100 %"
            lines.append(_extra(rule, f"{given} % less{cut}", -less))
        left -= less
        left_percent -= given
    return lines


def _tax_line(card: RateCard, tax: Tax, net_or_gross: int) -> PriceLine:
    if not tax.inclusive:
        amount = divide_half_up(net_or_gross * tax.basis_points, 10_000)
        return _extra("tax", f"{tax.name} {_percent_text(tax.basis_points)}", amount)
    # It is in the price already, so the line only says how much of it there is.
    inside = divide_half_up(net_or_gross * tax.basis_points, 10_000 + tax.basis_points)
    text = f"{_percent_text(tax.basis_points)}: {money_text(card.currency, inside)} included"
    return _extra("tax_included", f"{tax.name} {text}", 0)


@lru_cache(maxsize=1_024)
def _percent_text(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %"


# The same few lines are made over and over, and none is ever changed.
@lru_cache(maxsize=4_096)
def _hourly(rule: str, currency: str, hourly_minor: int, minutes: int) -> PriceLine:
    return PriceLine(
        rule=rule,
        description=f"{minutes} min at {money_text(currency, hourly_minor)} an hour",
        minutes=minutes,
        amount_minor=divide_half_up(hourly_minor * minutes, 60),
    )


@lru_cache(maxsize=4_096)
def _extra(rule: str, description: str, amount_minor: int) -> PriceLine:
    return PriceLine(rule=rule, description=description, minutes=0, amount_minor=amount_minor)


def _total(lines: list[PriceLine]) -> int:
    return sum([line.amount_minor for line in lines])


def choose_billing_mode(
    card: RateCard,
    slot: Interval,
    payer: Payer,
    requested: BillingMode | None,
    *,
    zone: ZoneInfo,
    installed: PriceRuleSet = NO_PRICE_RULES,
) -> BillingMode:
    """The billing mode of a booking (``contract.md``, Billing mode).

    Args:
        zone, installed: as for :func:`price_slot`.

    Raises:
        ValidationFailed: ``requested``, or every mode of the payer's, is not allowed.
    """
    if requested is not None:
        reason = refused_mode(card, payer, requested)
        if reason:
            raise ValidationFailed.of("billing_mode", reason)
        return requested
    if payer.is_guest:
        return _card_or_refused(card)
    if refused_mode(card, payer, BillingMode.INVOICE) is None:
        return BillingMode.INVOICE
    if BillingMode.TOKENS in card.billing_modes:
        price = price_slot(
            card, slot, BillingMode.TOKENS, zone=zone, payer=payer, installed=installed
        )
        covered = payer.spendable_tokens >= (price.tokens or 0)
        if covered or BillingMode.CARD not in card.billing_modes:
            return BillingMode.TOKENS
    return _card_or_refused(card)


def _card_or_refused(card: RateCard) -> BillingMode:
    if BillingMode.CARD not in card.billing_modes:
        raise ValidationFailed.of("billing_mode", "the rate card allows none that this payer has")
    return BillingMode.CARD
