"""Amounts and times as people read them."""

from __future__ import annotations

from datetime import datetime

from litehq_core.domain.interval import Interval
from litehq_core.domain.money import Money
from litehq_core.domain.wall_clock import local, zone_named

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}
# ISO 4217: the currencies whose minor unit is not a hundredth.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"


def amount_text(money: Money) -> str:
    """``£84.00``, ``¥8,400``, ``CHF 84.00``."""
    digits = 0 if money.currency in _NO_DIGITS else 3 if money.currency in _THREE_DIGITS else 2
    whole, rest = divmod(abs(money.amount_minor), 10**digits)
    number = f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    sign = "−" if money.amount_minor < 0 else ""
    symbol = _SYMBOLS.get(money.currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{money.currency} {number}"


def slot_text(slot: Interval, timezone: str) -> str:
    """``Tuesday 24 November 2026, 14:00–15:30 GMT``, on the clock on the room's wall."""
    zone = zone_named(timezone)
    start, end = local(zone, slot.start), local(zone, slot.end)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%A} {end.day} {end:%B %H:%M}"
    return f"{instant_words(slot.start, timezone)}–{until} {end:%Z}"


def instant_words(instant: datetime, timezone: str) -> str:
    """``Tuesday 24 November 2026, 14:00``, on the clock on the room's wall."""
    shown = local(zone_named(timezone), instant)
    return f"{shown:%A} {shown.day} {shown:%B %Y}, {shown:%H:%M}"
