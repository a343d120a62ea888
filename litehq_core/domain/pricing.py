"""Prices: pure functions of rate card, slot and payer, line by line, each naming its rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litehq_core.domain.company import BillingTerms, Company
from litehq_core.domain.errors import InsufficientTokens, ValidationFailed
from litehq_core.domain.interval import Interval
from litehq_core.domain.money import divide_half_up, divide_up, money_text
from litehq_core.domain.rate_card import BillingMode, RateCard


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


def price_slot(card: RateCard, slot: Interval, mode: BillingMode) -> Price:
    """The price of ``slot`` under ``card``, by elapsed time, paid in ``mode``."""
    minutes = slot.minutes
    if mode is BillingMode.TOKENS:
        tokens = divide_up((card.tokens_per_hour or 0) * minutes, 60)
        line = PriceLine(
            rule="tokens_per_hour",
            description=f"{minutes} min at {card.tokens_per_hour} tokens an hour",
            minutes=minutes,
            amount_minor=0,
            tokens=tokens,
        )
        return Price(currency=card.currency, lines=(line,), tokens=tokens)
    line = PriceLine(
        rule="base_per_hour",
        description=f"{minutes} min at {money_text(card.currency, card.hourly_minor)} an hour",
        minutes=minutes,
        amount_minor=divide_half_up(card.hourly_minor * minutes, 60),
    )
    return Price(currency=card.currency, lines=(line,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays: nobody known (a guest), or a member with a wallet, maybe of a company."""

    is_guest: bool
    company: Company | None = None
    spendable_tokens: int = 0


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


def choose_billing_mode(
    card: RateCard, slot: Interval, payer: Payer, requested: BillingMode | None
) -> BillingMode:
    """The billing mode of a booking (``contract.md``, Billing mode).

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
        tokens = price_slot(card, slot, BillingMode.TOKENS).tokens or 0
        if payer.spendable_tokens >= tokens or BillingMode.CARD not in card.billing_modes:
            return BillingMode.TOKENS
    return _card_or_refused(card)


def _card_or_refused(card: RateCard) -> BillingMode:
    if BillingMode.CARD not in card.billing_modes:
        raise ValidationFailed.of("billing_mode", "the rate card allows none that this payer has")
    return BillingMode.CARD


def require_tokens(price: Price, spendable: int) -> None:
    """Refuse a token price that the wallet does not cover.

    Raises:
        InsufficientTokens: with what is needed and what can be spent.
    """
    if price.tokens is not None and price.tokens > spendable:
        raise InsufficientTokens(required=price.tokens, available=spendable)
