"""Amounts and times as people read them."""

from __future__ import annotations

import pytest

from litehq_core.domain.interval import Interval
from litehq_core.domain.money import Money
from litehq_core.domain.words import amount_text, slot_text
from tests.domain.samples import slot, utc


@pytest.mark.parametrize(
    ("currency", "minor", "text"),
    [
        ("GBP", 8_400, "£84.00"),
        ("GBP", -5, "−£0.05"),
        ("JPY", 8_400, "¥8,400"),
        ("CHF", 123_456, "CHF 1,234.56"),
        ("CHF", -123_456, "−CHF 1,234.56"),
        ("KWD", 1_500, "KWD 1.500"),
        ("XOF", 1_500, "XOF 1,500"),
    ],
)
def test_amounts(currency: str, minor: int, text: str) -> None:
    assert amount_text(Money(currency=currency, amount_minor=minor)) == text


def test_slots_are_told_on_the_clock_on_the_wall() -> None:
    assert slot_text(slot("2026-05-26 14:00", 90), "Europe/London") == (
        "Tuesday 26 May 2026, 15:00–16:30 BST"
    )
    overnight = Interval(utc("2026-05-26 22:30"), utc("2026-05-27 00:30"))
    assert slot_text(overnight, "Europe/London") == (
        "Tuesday 26 May 2026, 23:30–Wednesday 27 May 01:30 BST"
    )
