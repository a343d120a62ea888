"""Money: integers in minor units with an ISO 4217 currency, and the one rounding rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from litehq_core.domain.errors import FieldError, ValidationFailed

# The most that any rate or amount may be, in minor units or tokens. Ten thousand million pounds an
# hour, for a month and taxed, still fit into what JSON readers hold exactly (53 bits).
MAX_AMOUNT = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in minor units (pence, cents) of ``currency``.

    >>> Money(currency="GBP", amount_minor=8400)
    Money(currency='GBP', amount_minor=8400)
    """

    currency: str
    amount_minor: int

    def __post_init__(self) -> None:
        require_currency(self.currency)


_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)

# ISO 4217: how many decimals a currency's minor unit has, where it is not two.
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}


@lru_cache(maxsize=4_096)
def money_text(currency: str, amount_minor: int) -> str:
    """An amount as people read it, whatever their language.

    >>> money_text("GBP", 5600), money_text("JPY", 5600), money_text("GBP", -5)
    ('GBP 56.00', 'JPY 5600', 'GBP -0.05')
    """
    decimals = _DECIMALS.get(currency, 2)
    sign = "-" if amount_minor < 0 else ""
    whole, rest = divmod(abs(amount_minor), 10**decimals)
    return f"{currency} {sign}{whole}" + (f".{rest:0{decimals}d}" if decimals else "")


def require_currency(currency: str) -> None:
    """Refuse what cannot be a currency; whether it is one, ISO 4217 tells.

    Raises:
        ValidationFailed: not three capitals; the field is ``currency``.
    """
    if not _CURRENCY.fullmatch(currency):
        raise ValidationFailed.of("currency", "must be a code such as GBP")


def require_amounts(**amounts: int | None) -> None:
    """Refuse amounts (None: not said) that are negative, or more than any engine should hold.

    Raises:
        ValidationFailed: with the name of every such amount.
    """
    wrong = [
        FieldError(field, f"must lie within 0–{MAX_AMOUNT}")
        for field, amount in amounts.items()
        if amount is not None and not 0 <= amount <= MAX_AMOUNT
    ]
    if wrong:
        raise ValidationFailed(*wrong)


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, halves away from zero.

    The only place where money is rounded. ``denominator`` must be positive.

    >>> divide_half_up(5, 2), divide_half_up(-5, 2), divide_half_up(7, 3)
    (3, -3, 2)
    """
    quotient, remainder = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * remainder >= denominator)
    return rounded if numerator >= 0 else -rounded


def divide_up(numerator: int, denominator: int) -> int:
    """The quotient rounded up: the rule for tokens. ``denominator`` must be positive.

    >>> divide_up(90 * 2, 60), divide_up(100 * 2, 60)
    (3, 4)
    """
    return -(-numerator // denominator)
