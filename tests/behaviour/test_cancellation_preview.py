"""What a cancellation would give back, and that cancelling then gives just that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, refusal, studio, text, wish

# The house's policy: all of it until a day before, half until two hours before, then nothing.
STEPS = [
    ("2026-05-25 14:00", 100, 8400, 3),
    ("2026-05-25 14:00:01", 50, 4200, 2),
    ("2026-05-26 12:00", 50, 4200, 2),
    ("2026-05-26 12:00:01", 0, 0, 0),
    ("2026-05-26 15:29:59", 0, 0, 0),
]
NOTHING = {"refund_amount_minor": 0, "refund_tokens": 0, "refund_percent": 0, "step": None}


async def previewed(house: House, driver: Driver, booking_id: str) -> dict[str, Any]:
    """A preview, which must change nothing."""
    with house.unchanged():
        return done(await driver.preview_cancellation(booking_id))


async def cancelled_as_told(house: House, driver: Driver, booking_id: str) -> dict[str, Any]:
    """A preview; cancelling right after it gives back what it says."""
    told = await previewed(house, driver, booking_id)
    before = house.booking(booking_id)
    assert told["cancellable"]
    done(await driver.cancel(booking_id, version=told["version"]))
    after = house.booking(booking_id)
    assert after.refunded_minor - before.refunded_minor == told["refund_amount_minor"]
    assert before.tokens_spent - after.tokens_spent == told["refund_tokens"]
    return told


def step(minutes: int, percent: int, until: str, minor: int, tokens: int) -> dict[str, Any]:
    """A step as it is shown."""
    return {
        "minutes_before": minutes,
        "refund_percent": percent,
        "until": text(until),
        "refund_amount_minor": minor,
        "refund_tokens": tokens,
    }


@pytest.mark.parametrize(("now", "percent", "minor", "tokens"), STEPS)
async def test_it_says_what_cancelling_gives(
    house: House, driver: Driver, now: str, percent: int, minor: int, tokens: int
) -> None:
    """Contract: "The policy and the price are frozen on the booking when it is made"."""
    by_card = await paid(house, driver, studio())
    by_tokens = await booked(driver, wish(minutes=90, member="mem_lina_p"))
    house.clock.now = at(now)
    for booking, given in ((by_card, (minor, 0)), (by_tokens, (0, tokens))):
        told = await cancelled_as_told(house, driver, booking["id"])
        assert (told["refund_amount_minor"], told["refund_tokens"]) == given
        assert told["refund_percent"] == percent
        assert (told["booking_id"], told["version"]) == (booking["id"], booking["version"])
        assert (told["at"], told["currency"]) == (text(now), "GBP")


async def test_the_schedule_says_how_much_until_when(house: House, driver: Driver) -> None:
    """Contract: the "cancellation schedule" of a quote, with the amounts of this booking."""
    booking = await paid(house, driver, studio())
    house.clock.now = at("2026-05-26 09:00")
    told = await previewed(house, driver, booking["id"])
    full = step(1440, 100, "2026-05-25 14:00", 8400, 0)
    half = step(120, 50, "2026-05-26 12:00", 4200, 0)
    assert told["schedule"] == [full, half]
    assert told["step"] == half


async def test_a_hold_has_paid_nothing(house: House, driver: Driver) -> None:
    """Contract: a hold may be cancelled; what was never paid does not come back."""
    hold = await booked(driver, studio())
    told = await cancelled_as_told(house, driver, hold["id"])
    assert told["refund_amount_minor"] == 0
    assert told["step"] == step(1440, 100, "2026-05-25 14:00", 0, 0)


async def test_an_invoice_gives_nothing_back_here(house: House, driver: Driver) -> None:
    """By invoice nothing has been paid through us."""
    booking = await booked(driver, wish())
    told = await cancelled_as_told(house, driver, booking["id"])
    assert (told["refund_percent"], told["refund_amount_minor"]) == (100, 0)


async def test_it_counts_from_the_present_price(house: House, driver: Driver) -> None:
    """What an earlier cut forfeited does not come back with the rest."""
    booking = await paid(house, driver, studio(minutes=120))
    house.clock.now = at("2026-05-26 10:00")
    done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    told = await cancelled_as_told(house, driver, booking["id"])
    assert told["refund_amount_minor"] == 2800


async def test_a_change_that_waits_is_not_counted(house: House, driver: Driver) -> None:
    """Contract: until it is paid the booking is unchanged, and so is what comes back."""
    booking = await paid(house, driver, studio())
    before = await previewed(house, driver, booking["id"])
    edited = done(await driver.edit(booking["id"], {"duration_minutes": 120}))
    assert edited["pending_change"]
    told = await cancelled_as_told(house, driver, booking["id"])
    assert told == {**before, "version": edited["version"]}


async def test_a_cancelled_one_gives_nothing_more(house: House, driver: Driver) -> None:
    """Contract: "Cancelling twice returns the cancelled booking", and gives nothing twice."""
    booking = await paid(house, driver, studio())
    done(await driver.cancel(booking["id"], {"refund_policy": "none"}))
    told = await previewed(house, driver, booking["id"])
    assert not told["cancellable"]
    assert {name: told[name] for name in NOTHING} == NOTHING
    assert [entry["refund_amount_minor"] for entry in told["schedule"]] == [0, 0]


@pytest.mark.parametrize("swept", [False, True])
async def test_one_that_is_over_gives_nothing(house: House, driver: Driver, swept: bool) -> None:
    """Contract: "Allowed until `end_at`", whether or not the sweep has completed it."""
    booking = await paid(house, driver, studio())
    house.clock.now = at("2026-05-26 15:30")
    if swept:
        house.clock.advance(hours=1)
        await house.run_due()
    told = await previewed(house, driver, booking["id"])
    assert not told["cancellable"]
    assert {name: told[name] for name in NOTHING} == NOTHING
    await refusal(house, driver.cancel(booking["id"]), "invalid_transition")


async def test_an_expired_hold_gives_nothing(house: House, driver: Driver) -> None:
    """Contract: `expired` leads nowhere but back to `confirmed`, by late payment."""
    hold = await booked(driver, studio())
    house.clock.advance(minutes=31)
    await house.run_due()
    told = await previewed(house, driver, hold["id"])
    assert not told["cancellable"]
    await refusal(house, driver.cancel(hold["id"]), "invalid_transition")


async def test_whoever_may_read_the_booking_may_ask(house: House, driver: Driver) -> None:
    """Contract: what lies outside a key's reach answers like an id never used."""
    booking = await booked(driver, wish(member="mem_lina_p"))
    for key in (keys.READ_ONLY, keys.LINA):
        assert done(await driver.preview_cancellation(booking["id"], key=key))["cancellable"]
    for key in (keys.NORTHWIND, keys.STRANGER):
        call = driver.preview_cancellation(booking["id"], key=key)
        await refusal(house, call, "booking_not_found")
    nowhere = driver.preview_cancellation("bk_nowhere")
    await refusal(house, nowhere, "booking_not_found")
    blind = driver.preview_cancellation(booking["id"], key=keys.MEMBERS_ONLY)
    await refusal(house, blind, "auth_scope_insufficient")
