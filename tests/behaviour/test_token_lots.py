"""Bookings paid from several lots: which is burnt, and where its tokens go back."""

from __future__ import annotations

from typing import Any

from litehq_core.domain.api_key import system_actor
from litehq_core.domain.lots import LotShare
from litehq_core.use_cases.tokens.grant_tokens import GrantTokens, grant_tokens
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.furniture import WORKSPACE
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, refusal, wish

JONAS = "mem_jonas_k"


async def _grant(house: House, amount: int, **fields: Any) -> str:
    """Tokens for Jonas, who has none; the id of their lot."""
    before = {held.lot.id for held in house.tables.lots.committed().values()}
    command = GrantTokens(member_id=JONAS, amount=amount, **fields)
    granted = await grant_tokens(house.ports, system_actor(WORKSPACE), command)
    (lot_id,) = {held.lot.id for held in granted.wallet.lots} - before
    return lot_id


def _left(house: House, *lot_ids: str) -> list[int]:
    lots = house.tables.lots.committed()
    return [lots[WORKSPACE, lot_id].balance.spendable for lot_id in lot_ids]


def _burnt(house: House, booking: dict[str, Any]) -> list[tuple[str, int]]:
    return [(s.lot_id, s.tokens) for s in house.booking(booking["id"]).token_lots]


async def test_a_lot_counts_for_its_rooms_alone(house: House, driver: Driver) -> None:
    """Contract: tokens if "the member's spendable balance covers it → tokens; else card"."""
    await _grant(house, 9, room_ids=frozenset({"rm_annex"}))
    atrium = await booked(driver, wish(member=JONAS))
    annex = await booked(driver, wish("rm_annex", member=JONAS))
    assert (atrium["billing_mode"], annex["billing_mode"]) == ("card", "tokens")
    wanted = wish(start="2026-05-27 14:00", member=JONAS, billing_mode="tokens")
    details = await refusal(house, driver.create(wanted), "insufficient_tokens")
    assert details == {"required": 2, "available": 0}


async def test_expiry_is_judged_when_it_is_booked(house: House, driver: Driver) -> None:
    """Not when the slot begins, and whether or not a duty has run since."""
    await _grant(house, 9, expires_at=at("2026-05-23 10:00"))
    before = await booked(driver, wish(member=JONAS))
    house.clock.now = at("2026-05-23 10:00")
    after = await booked(driver, wish(start="2026-05-27 14:00", member=JONAS))
    assert (before["billing_mode"], after["billing_mode"]) == ("tokens", "card")


async def test_several_lots_pay_one_booking_and_get_back_what_they_gave(
    house: House, driver: Driver
) -> None:
    """Issue: tokens go back to the lot they came from, last burnt first."""
    late = await _grant(house, 5)
    first = await _grant(house, 1, priority=1)
    soon = await _grant(house, 2, expires_at=at("2026-06-22 09:00"))
    booking = await booked(driver, wish(member=JONAS, minutes=120))
    assert _burnt(house, booking) == [(first, 1), (soon, 2), (late, 1)]
    assert _left(house, first, soon, late) == [0, 0, 4]
    longer = done(await driver.edit(booking["id"], {"duration_minutes": 180}))
    assert longer["tokens_charged"] == 6
    assert _burnt(house, booking) == [(first, 1), (soon, 2), (late, 1), (late, 2)]
    done(await driver.edit(booking["id"], {"duration_minutes": 60}))
    assert _burnt(house, booking) == [(first, 1), (soon, 1)]
    assert _left(house, first, soon, late) == [0, 1, 5]
    done(await driver.cancel(booking["id"]))
    assert _burnt(house, booking) == []
    assert _left(house, first, soon, late) == [1, 2, 5]


async def test_what_is_given_back_to_an_expired_lot_cannot_be_spent(
    house: House, driver: Driver
) -> None:
    """A cancelled booking must not turn old tokens into fresh ones."""
    soon = await _grant(house, 2, expires_at=at("2026-05-24 09:00"))
    booking = await booked(driver, wish(member=JONAS))
    house.clock.now = at("2026-05-24 09:00")
    done(await driver.cancel(booking["id"]))
    assert house.booking(booking["id"]).token_lots == ()
    assert _left(house, soon) == [2]
    again = wish(start="2026-05-27 14:00", member=JONAS, billing_mode="tokens")
    assert (await refusal(house, driver.create(again), "insufficient_tokens"))["available"] == 0


async def test_paid_otherwise_the_tokens_go_back_to_their_lots(
    house: House, driver: Driver
) -> None:
    """Contract: "A new billing mode reverses the old leg once the new one has succeeded"."""
    one = await _grant(house, 1)
    two = await _grant(house, 1)
    booking = await booked(driver, wish(member=JONAS))
    proposed = done(await driver.edit(booking["id"], {"billing_mode": "card"}))
    assert house.booking(booking["id"]).token_lots == (LotShare(one, 1), LotShare(two, 1))
    await house.pay(proposed["pending_change"]["checkout_url"])
    assert house.booking(booking["id"]).token_lots == ()
    assert _left(house, one, two) == [1, 1]
