"""Edits that make a confirmed booking dearer or cheaper, or pay it in another way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.cancellation import CancellationPolicy
from litehq_core.use_cases.workspaces.import_catalogue import import_catalogue
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import CARDS, WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, span, studio, text, wish


@pytest.mark.parametrize(
    ("now", "refunds"),
    [
        ("2026-05-25 14:00", [2800]),
        ("2026-05-25 14:00:01", [1400]),
        ("2026-05-26 12:00", [1400]),
        ("2026-05-26 12:00:01", []),
    ],
)
async def test_shorter_by_card(house: House, driver: Driver, now: str, refunds: list[int]) -> None:
    """Contract: "Shorter or cheaper → the difference is refunded as the frozen policy says"."""
    booking = await paid(house, driver, studio())
    house.clock.now = at(now)
    shorter = done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    assert shorter["price"]["amount_minor"] == 5600
    assert shorter["pending_change"] is None
    assert shorter["status"] == "confirmed"
    assert span(shorter) == (text("2026-05-26 14:00"), text("2026-05-26 15:00"))
    await house.run_due()
    assert house.refunds() == refunds
    assert house.types(booking["id"]).count("charge.refunded") == len(refunds)


async def test_the_policy_is_frozen(house: House, driver: Driver) -> None:
    """Contract: "The policy and the price are frozen on the booking when it is made"."""
    booking = await paid(house, driver, studio())
    card = next(card for card in CARDS if card.room_id == "rm_studio")
    strict = replace(
        card,
        id="rc_strict",
        effective_from=date(2026, 5, 1),
        hourly_minor=9000,
        cancellation=CancellationPolicy(name="strict", steps=()),
    )
    await import_catalogue(house.ports, system_actor(WORKSPACE), [strict])
    same = done(await driver.edit(booking["id"], {"notes": "x"}))
    assert same["price"] == booking["price"]
    assert same["cancellation"] == booking["cancellation"]
    done(await driver.cancel(booking["id"]))
    await house.run_due()
    assert house.refunds() == [8400]
    # Whoever books now gets the new one.
    new = await booked(driver, studio())
    assert new["price"]["amount_minor"] == 13500
    assert new["cancellation"]["policy"]["name"] == "strict"
    assert new["cancellation"]["refundable_until"] is None


async def test_a_cheaper_room_by_card(house: House, driver: Driver) -> None:
    """Contract: "Shorter or cheaper → the difference is refunded"."""
    booking = await paid(house, driver, studio(minutes=60))
    moved = done(await driver.edit(booking["id"], {"room_id": "rm_atrium"}))
    assert moved["billing_mode"] == "card"
    assert moved["price"]["amount_minor"] == 4000
    await house.run_due()
    assert house.refunds() == [1600]


async def test_as_dear_as_before_by_card(house: House, driver: Driver) -> None:
    """Contract: only what is "dearer" is charged, and what is "cheaper" refunded."""
    booking = await paid(house, driver, studio())
    moved = done(await driver.edit(booking["id"], {"start": at("2026-05-27 14:00")}))
    assert moved["pending_change"] is None
    assert span(moved) == (text("2026-05-27 14:00"), text("2026-05-27 15:30"))
    await house.run_due()
    assert house.refunds() == []
    assert len(house.payments.payments("open_checkout")) == 1


async def test_longer_by_tokens(house: House, driver: Driver) -> None:
    """Contract: "Longer or dearer → the difference is charged": here in tokens, at once."""
    booking = await booked(driver, wish(member="mem_lina_p"))
    assert house.tokens("mem_lina_p") == 18
    longer = done(await driver.edit(booking["id"], {"duration_minutes": 150}))
    assert longer["tokens_charged"] == 5
    assert longer["pending_change"] is None
    assert house.tokens("mem_lina_p") == 15


async def test_longer_than_the_tokens_last(house: House, driver: Driver) -> None:
    """Contract: `insufficient_tokens` 402; Carl has four tokens, and two of them are spent."""
    booking = await booked(driver, wish(member="mem_carl_c"))
    call = driver.edit(booking["id"], {"duration_minutes": 150})
    details = await refusal(house, call, "insufficient_tokens")
    assert details == {"required": 3, "available": 2}
    done(await driver.edit(booking["id"], {"duration_minutes": 120}))
    assert house.tokens("mem_carl_c") == 0


@pytest.mark.parametrize(
    ("now", "back"), [("2026-05-25 14:00", 4), ("2026-05-26 12:00", 2), ("2026-05-26 12:30", 0)]
)
async def test_shorter_by_tokens(house: House, driver: Driver, now: str, back: int) -> None:
    """Contract: "the difference is refunded as the frozen policy says", in tokens."""
    booking = await booked(driver, wish(minutes=180, member="mem_lina_p"))
    assert house.tokens("mem_lina_p") == 14
    house.clock.now = at(now)
    shorter = done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    assert shorter["tokens_charged"] == 2
    assert house.tokens("mem_lina_p") == 14 + back


async def test_tokens_to_invoice(house: House, driver: Driver) -> None:
    """Contract: "A new billing mode reverses the old leg once the new one has succeeded"."""
    booking = await booked(driver, wish(billing_mode="tokens"))
    assert house.tokens("mem_nadia_n") == 8
    invoiced = done(await driver.edit(booking["id"], {"billing_mode": "invoice"}))
    assert invoiced["billing_mode"] == "invoice"
    assert invoiced["tokens_charged"] is None
    assert invoiced["price"]["amount_minor"] == 4000
    assert invoiced["pending_change"] is None
    assert house.tokens("mem_nadia_n") == 10


async def test_invoice_to_tokens(house: House, driver: Driver) -> None:
    """A: "Reschedule or update billing mode"."""
    booking = await booked(driver, wish())
    spent = done(await driver.edit(booking["id"], {"billing_mode": "tokens"}))
    assert (spent["billing_mode"], spent["tokens_charged"]) == ("tokens", 2)
    assert spent["price"]["amount_minor"] == 0
    assert house.tokens("mem_nadia_n") == 8


@pytest.mark.parametrize("first", ["tokens", "invoice"])
async def test_to_card(house: House, driver: Driver, first: str) -> None:
    """Contract: the old leg is reversed "once the new one has succeeded", not before."""
    booking = await booked(driver, wish(billing_mode=first))
    tokens = house.tokens("mem_nadia_n")
    proposed = done(await driver.edit(booking["id"], {"billing_mode": "card"}))
    assert proposed["billing_mode"] == first
    assert proposed["price"] == booking["price"]
    assert proposed["pending_change"]["price"]["amount_minor"] == 4000
    assert house.tokens("mem_nadia_n") == tokens
    url = proposed["pending_change"]["checkout_url"]
    assert house.checkout(url).amount.amount_minor == 4000
    await house.pay(url)
    charged = done(await driver.get(booking["id"]))
    assert charged["billing_mode"] == "card"
    assert charged["tokens_charged"] is None
    assert charged["price"]["amount_minor"] == 4000
    assert charged["pending_change"] is None
    assert house.tokens("mem_nadia_n") == 10


async def test_to_card_unpaid(house: House, driver: Driver) -> None:
    """Contract: "once the new one has succeeded": it has not, so nothing is reversed."""
    booking = await booked(driver, wish(billing_mode="tokens"))
    done(await driver.edit(booking["id"], {"billing_mode": "card"}))
    house.clock.advance(minutes=30)
    await house.run_due()
    kept = done(await driver.get(booking["id"]))
    assert (kept["billing_mode"], kept["tokens_charged"]) == ("tokens", 2)
    assert kept["pending_change"] is None
    assert house.tokens("mem_nadia_n") == 8


@pytest.mark.parametrize("mode", ["tokens", "invoice"])
async def test_away_from_card(house: House, driver: Driver, mode: str) -> None:
    """Contract: "A new billing mode reverses the old leg": all the money goes back."""
    booking = await paid(house, driver, wish(billing_mode="card"))
    # Late: the policy, which is for cancelling, would give half.
    house.clock.now = at("2026-05-26 10:00")
    changed = done(await driver.edit(booking["id"], {"billing_mode": mode}))
    assert changed["billing_mode"] == mode
    await house.run_due()
    assert house.refunds() == [4000]
    assert house.tokens("mem_nadia_n") == (8 if mode == "tokens" else 10)


async def test_to_a_room_that_takes_the_card_alone(house: House, driver: Driver) -> None:
    """Contract: a mode holds "if the rate card … allow[s] it"; the Studio's does not."""
    booking = await booked(driver, wish(member="mem_lina_p"))
    proposed = done(await driver.edit(booking["id"], {"room_id": "rm_studio"}))
    assert proposed["room"]["id"] == "rm_atrium"
    assert proposed["pending_change"]["room_id"] == "rm_studio"
    await house.pay(proposed["pending_change"]["checkout_url"])
    moved = done(await driver.get(booking["id"]))
    assert moved["room"] == {"id": "rm_studio", "name": "Studio"}
    assert moved["billing_mode"] == "card"
    assert house.tokens("mem_lina_p") == 20


@pytest.mark.parametrize("changes", [{"duration_minutes": 120}, {"duration_minutes": 30}])
async def test_by_invoice(house: House, driver: Driver, changes: dict[str, Any]) -> None:
    """Contract: by invoice nothing is due at once, so the edit is done at once."""
    booking = await booked(driver, wish())
    edited = done(await driver.edit(booking["id"], changes))
    assert edited["pending_change"] is None
    assert edited["price"]["amount_minor"] == 4000 * changes["duration_minutes"] // 60
    assert house.payments.calls == []
