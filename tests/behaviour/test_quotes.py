"""Quotes: what a booking would cost, and a price that holds for a quarter of an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import CARDS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, studio, text, wish


async def _dearer(house: House) -> None:
    """From now on the Studio costs a hundred pounds an hour."""
    card = next(card for card in CARDS if card.room_id == "rm_studio")
    dear = replace(card, id="rc_dear", effective_from=date(2026, 5, 1), hourly_minor=10_000)
    await import_catalogue(house.ports, system_actor(WORKSPACE), [dear])


async def test_a_quote_books_nothing(house: House, driver: Driver) -> None:
    """Contract: "same body as create; 200 with validity …, price …, billing mode …, `quote_id`"."""
    quote = done(await driver.quote(studio()))
    assert quote["valid"] is True
    assert quote["violations"] == []
    assert quote["billing_mode"] == "card"
    assert quote["price"]["currency"] == "GBP"
    assert quote["price"]["amount_minor"] == 8400
    # "line by line with the rule that made each line".
    assert [line["amount_minor"] for line in quote["price"]["lines"]] == [8400]
    assert all(line["rule"] for line in quote["price"]["lines"])
    # "good for 15 min".
    assert quote["expires_at"] == text("2026-05-22 09:15")
    assert quote["quote_id"].startswith("qt_")
    assert house.bookings() == []
    assert house.events() == []
    assert house.payments.calls == []
    await booked(driver, studio(member=None))


async def test_a_quote_in_tokens(house: House, driver: Driver) -> None:
    """Contract: "paid in tokens: `amount_minor: 0`"."""
    quote = done(await driver.quote(wish(minutes=90, member="mem_lina_p")))
    assert (quote["billing_mode"], quote["tokens_charged"]) == ("tokens", 3)
    assert quote["price"]["amount_minor"] == 0
    assert house.tokens("mem_lina_p") == 20


async def test_reading_is_enough_for_a_quote(house: House, driver: Driver) -> None:
    """Contract: a quote books nothing, so `calendar:read` opens it."""
    done(await driver.quote(studio(), key=keys.READ_ONLY))


async def test_the_price_holds(house: House, driver: Driver) -> None:
    """Contract: "a create that names it charges exactly that"."""
    quote = done(await driver.quote(studio()))
    await _dearer(house)
    house.clock.advance(minutes=14, seconds=59)
    assert done(await driver.quote(studio()))["price"]["amount_minor"] == 15_000
    booking = await booked(driver, studio(quote_id=quote["quote_id"]))
    assert booking["price"] == quote["price"]
    assert house.checkout(booking["checkout_url"]).amount.amount_minor == 8400


async def test_an_old_quote_is_refused(house: House, driver: Driver) -> None:
    """Contract: "`409 quote_expired` after"."""
    quote = done(await driver.quote(studio()))
    house.clock.advance(minutes=15)
    await refusal(house, driver.create(studio(quote_id=quote["quote_id"])), "quote_expired")
    await booked(driver, studio())


@pytest.mark.parametrize(
    "other",
    [
        {"start": "2026-05-26 16:00"},
        {"minutes": 60},
        {"member": "mem_lina_p"},
        {"member": None},
    ],
    ids=["start", "length", "member", "guest"],
)
async def test_a_quote_for_something_else(
    house: House, driver: Driver, other: dict[str, Any]
) -> None:
    """Contract: the quote is for the "same body as create"; another body is not what it priced."""
    quote = done(await driver.quote(studio()))
    wanted = studio(**{"quote_id": quote["quote_id"], **other})
    await refusal(house, driver.create(wanted), "quote_expired")


async def test_what_stands_against_it_is_listed(house: House, driver: Driver) -> None:
    """Contract: "validity (`violations[]` with reason codes)": told, not refused."""
    quote = done(await driver.quote(wish("rm_quiet", minutes=255, attendees=3)))
    assert quote["valid"] is False
    assert {violation["reason"] for violation in quote["violations"]} == {
        "too_long",
        "over_capacity",
    }
    off_grid = done(await driver.quote(wish(start="2026-05-26 14:10")))
    assert [violation["reason"] for violation in off_grid["violations"]] == [
        "slot_misaligned",
        "slot_misaligned",
    ]


async def test_a_taken_slot_is_told(house: House, driver: Driver) -> None:
    """Contract: validity includes that the slot is free."""
    first = await booked(driver, wish())
    quote = done(await driver.quote(wish(member="mem_noor_n")))
    assert quote["valid"] is False
    assert {violation["reason"] for violation in quote["violations"]} == {"slot_unavailable"}
    assert quote["conflicting_booking_id"] == first["id"]
    assert len(quote["alternatives"]) == 5


async def test_too_few_tokens_are_told(house: House, driver: Driver) -> None:
    """Contract: validity includes that it can be paid as asked."""
    quote = done(await driver.quote(wish(member="mem_jonas_k", billing_mode="tokens")))
    assert quote["valid"] is False
    assert {violation["reason"] for violation in quote["violations"]} == {"insufficient_tokens"}


@pytest.mark.parametrize(
    "wanted",
    [
        wish(),
        wish(attendees=9),
        wish(start="2026-05-26 05:00"),
        wish(start="2026-05-26 14:15"),
        wish("rm_quiet", member="mem_jonas_k"),
        wish("rm_annex", start="2026-05-27 14:30"),
        wish(member="mem_jonas_k", billing_mode="tokens"),
        wish(member="mem_olga_o"),
        wish("rm_closed"),
    ],
    ids=["good", "seats", "hours", "grid", "tier", "taken", "tokens", "suspended", "closed"],
)
async def test_valid_means_bookable(house: House, driver: Driver, wanted: dict[str, Any]) -> None:
    """Contract: "validity": a wish is valid if and only if the create that follows succeeds."""
    await booked(driver, wish("rm_annex", at("2026-05-27 14:00")))
    quote = done(await driver.quote(wanted))
    outcome = await driver.create({**wanted, "quote_id": quote["quote_id"]})
    assert hasattr(outcome, "body") is quote["valid"]
