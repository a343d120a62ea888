"""Refunds telescope: in many steps comes back what comes back in one."""

from __future__ import annotations

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, paid, studio, wish

# Between a day and two hours ahead of 14:00 on the 26th, half of it comes back.
HALF = "2026-05-26 10:00"


@pytest.mark.parametrize("steps", [[], [30], [180, 30], [330, 270, 90, 60, 30]])
async def test_money_in_steps(house: House, driver: Driver, steps: list[int]) -> None:
    """Contract: "Shorter or cheaper → the difference is refunded as the frozen policy says"."""
    booking = await paid(house, driver, studio(minutes=360))
    assert booking["price"]["amount_minor"] == 33600
    house.clock.now = at(HALF)
    for minutes in steps:
        done(await driver.edit(booking["id"], {"duration_minutes": minutes}))
    done(await driver.cancel(booking["id"]))
    await house.run_due()
    assert sum(house.refunds()) == 16800


@pytest.mark.parametrize("minutes", [180, 150])
@pytest.mark.parametrize("step", [None, 30, 60])
async def test_tokens_in_steps(house: House, driver: Driver, minutes: int, step: int) -> None:
    """Contract: the same of tokens, of which there are no halves (they are rounded up)."""
    booking = await booked(driver, wish(minutes=minutes, member="mem_lina_p"))
    charged = booking["tokens_charged"]
    assert house.tokens("mem_lina_p") == 20 - charged
    house.clock.now = at(HALF)
    for shorter in range(minutes - step, 0, -step) if step else ():
        done(await driver.edit(booking["id"], {"duration_minutes": shorter}))
    done(await driver.cancel(booking["id"]))
    assert house.tokens("mem_lina_p") == 20 - charged + (charged + 1) // 2


async def test_what_was_forfeited_stays_so_when_the_mode_changes(
    house: House, driver: Driver
) -> None:
    """Contract: "A new billing mode reverses the old leg": that of the present price alone."""
    booking = await paid(house, driver, wish(minutes=180, billing_mode="card"))
    house.clock.now = at(HALF)
    done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    done(await driver.edit(booking["id"], {"billing_mode": "tokens"}))
    await house.run_due()
    # Half of the 80.00 that were given up, and the 40.00 that the hour costs.
    assert house.refunds() == [4000, 4000]
    assert house.tokens("mem_nadia_n") == 8


async def test_forfeited_tokens_stay_so_when_the_mode_changes(house: House, driver: Driver) -> None:
    """Contract: the same the other way round: by invoice from now on."""
    booking = await booked(driver, wish(minutes=180, billing_mode="tokens"))
    assert house.tokens("mem_nadia_n") == 4
    house.clock.now = at(HALF)
    done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    assert house.tokens("mem_nadia_n") == 6
    done(await driver.edit(booking["id"], {"billing_mode": "invoice"}))
    assert house.tokens("mem_nadia_n") == 8
