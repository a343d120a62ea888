"""What a quote says against a wish: each violation with its reason, its words and its limit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, studio, wish


def _told(quote: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(v["reason"], v["message"], v["limit"]) for v in quote["violations"]]


async def test_off_the_grid(driver: Driver) -> None:
    """Contract: 200 "with validity (`violations[]` with reason codes)"."""
    quote = done(await driver.quote(studio("2026-05-26 14:10", 85)))
    assert _told(quote) == [
        ("slot_misaligned", "start_at is off the room's 30-minute grid.", 30),
        ("slot_misaligned", "end_at is off the room's 30-minute grid.", 30),
    ]


async def test_not_free(driver: Driver) -> None:
    """Contract: `conflicting_booking_id`, and the violation that goes with it."""
    taken = await booked(driver, studio())
    quote = done(await driver.quote(studio(member=None)))
    assert _told(quote) == [("slot_unavailable", "The slot is not free.", None)]
    assert quote["conflicting_booking_id"] == taken["id"]


@pytest.mark.parametrize(("minutes", "tokens"), [(120, 4), (150, 5)])
async def test_as_many_tokens_as_there_are_are_enough(
    driver: Driver, minutes: int, tokens: int
) -> None:
    """Contract: the "spendable balance covers it"; Carl's is four."""
    wanted = wish(minutes=minutes, member="mem_carl_c", billing_mode="tokens")
    quote = done(await driver.quote(wanted))
    assert quote["tokens_charged"] == tokens
    short = [("insufficient_tokens", f"The booking needs {tokens} tokens.", 4)]
    assert _told(quote) == (short if tokens > 4 else [])
    assert quote["valid"] is (tokens <= 4)


async def test_a_quote_is_dated(house: House, driver: Driver) -> None:
    """Contract: "good for 15 min", counted from when it was given."""
    done(await driver.quote(studio()))
    (stored,) = house.tables.quotes.committed().values()
    assert (stored.created_at, stored.expires_at) == (
        at("2026-05-22 09:00"),
        at("2026-05-22 09:15"),
    )
