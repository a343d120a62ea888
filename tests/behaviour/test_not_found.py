"""Things that are not there, or not for this caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, Outcome, done
from tests.behaviour.house import House
from tests.behaviour.scenario import booked, refusal, shown, studio, wish

NOWHERE = "bk_01ks7ekdm0fknah5wc7fye9ypy"

Call = Callable[[Driver, str, str], Awaitable[Outcome]]

ON_A_BOOKING: dict[str, Call] = {
    "get": lambda driver, booking_id, key: driver.get(booking_id, key=key),
    "edit": lambda driver, booking_id, key: driver.edit(booking_id, {"notes": "x"}, key=key),
    "cancel": lambda driver, booking_id, key: driver.cancel(booking_id, key=key),
    "no-show": lambda driver, booking_id, key: driver.mark_no_show(booking_id, key=key),
}
calls_on_a_booking = pytest.mark.parametrize("call", ON_A_BOOKING.values(), ids=ON_A_BOOKING)


@calls_on_a_booking
@pytest.mark.parametrize("booking_id", [NOWHERE, "bk_x", "rm_atrium", "x" * 65, "bk_é"])
async def test_unknown_booking(house: House, driver: Driver, call: Call, booking_id: str) -> None:
    """B: "booking_not_found 404 — Booking id doesn't exist in this workspace"."""
    await refusal(house, call(driver, booking_id, keys.FULL), "booking_not_found")


@pytest.mark.parametrize(
    "wanted",
    [
        wish("rm_nowhere"),
        wish("nonsense"),
        wish("mem_lina_p"),
        wish(member="mem_nobody"),
        wish(member="co_northwind"),
        wish(quote_id="qt_nowhere"),
    ],
    ids=["room", "nonsense", "no-room", "member", "no-member", "quote"],
)
async def test_unknown_ids_in_a_wish(house: House, driver: Driver, wanted: dict[str, Any]) -> None:
    """Contract: "Unknown ids: in a path or a body → 404"."""
    await refusal(house, driver.create(wanted), "not_found")


async def test_unknown_room_in_an_edit(house: House, driver: Driver) -> None:
    """Contract: "Unknown ids: in a path or a body → 404"."""
    booking = await booked(driver, wish())
    await refusal(house, driver.edit(booking["id"], {"room_id": "rm_nowhere"}), "not_found")


@calls_on_a_booking
async def test_a_strangers_booking(house: House, driver: Driver, call: Call) -> None:
    """Contract: "What belongs to another workspace … answers exactly like an id never used"."""
    theirs = await booked(driver, wish(member="mem_stranger"), key=keys.STRANGER)
    unused = await shown(house, call(driver, NOWHERE, keys.FULL))
    assert await shown(house, call(driver, theirs["id"], keys.FULL)) == unused
    done(await driver.get(theirs["id"], key=keys.STRANGER))


@calls_on_a_booking
@pytest.mark.parametrize("key", [keys.LINA, keys.NORTHWIND])
async def test_a_booking_out_of_reach(house: House, driver: Driver, call: Call, key: str) -> None:
    """Contract: what "lies outside a bound key's reach, answers exactly like an id never used"."""
    theirs = await booked(driver, studio(member="mem_jonas_k"))
    unused = await shown(house, call(driver, NOWHERE, key))
    assert await shown(house, call(driver, theirs["id"], key)) == unused


@pytest.mark.parametrize(
    ("theirs", "unused", "key"),
    [
        (wish("rm_cellar"), wish("rm_nowhere"), keys.FULL),
        (wish(member="mem_stranger"), wish(member="mem_nobody"), keys.FULL),
        (wish(member="mem_jonas_k"), wish(member="mem_nobody"), keys.LINA),
        (wish(member="mem_lina_p"), wish(member="mem_nobody"), keys.NORTHWIND),
    ],
    ids=["room", "member", "bound-to-member", "bound-to-company"],
)
async def test_a_strangers_ids_in_a_wish(
    house: House, driver: Driver, theirs: dict[str, Any], unused: dict[str, Any], key: str
) -> None:
    """Contract: "answers exactly like an id never used"."""
    for call in (driver.create, driver.quote):
        expected = await shown(house, call(unused, key=key))
        assert expected["code"] == "not_found"
        assert await shown(house, call(theirs, key=key)) == expected


async def test_a_strangers_room_in_an_edit(house: House, driver: Driver) -> None:
    """Contract: "answers exactly like an id never used"."""
    booking = await booked(driver, wish())
    unused = await shown(house, driver.edit(booking["id"], {"room_id": "rm_nowhere"}))
    theirs = await shown(house, driver.edit(booking["id"], {"room_id": "rm_cellar"}))
    assert theirs == unused


async def test_a_strangers_quote(house: House, driver: Driver) -> None:
    """Contract: "answers exactly like an id never used"."""
    quoted = done(await driver.quote(wish(member="mem_stranger"), key=keys.STRANGER))
    unused = await shown(house, driver.create(wish(quote_id="qt_nowhere")))
    assert await shown(house, driver.create(wish(quote_id=quoted["quote_id"]))) == unused


async def test_a_quote_out_of_reach(house: House, driver: Driver) -> None:
    """Contract: what "lies outside a bound key's reach, answers exactly like an id never used"."""
    quoted = done(await driver.quote(wish(member="mem_jonas_k")))
    mine = wish(member="mem_lina_p")
    unused = await shown(house, driver.create({**mine, "quote_id": "qt_nowhere"}, key=keys.LINA))
    theirs = {**mine, "quote_id": quoted["quote_id"]}
    assert await shown(house, driver.create(theirs, key=keys.LINA)) == unused


async def test_a_bound_key_books_for_its_own(house: House, driver: Driver) -> None:
    """Contract: "A key may be bound to a member or to companies and then sees only theirs"."""
    lina = await booked(driver, wish(member="mem_lina_p"), key=keys.LINA)
    assert done(await driver.get(lina["id"], key=keys.LINA)) == lina
    noor = await booked(driver, wish("rm_annex", member="mem_noor_n"), key=keys.NORTHWIND)
    assert done(await driver.get(noor["id"], key=keys.NORTHWIND)) == noor
    await refusal(house, driver.get(noor["id"], key=keys.LINA), "booking_not_found")


@pytest.mark.parametrize("key", [keys.LINA, keys.NORTHWIND])
async def test_a_bound_key_books_for_no_guest(house: House, driver: Driver, key: str) -> None:
    """Contract: a bound key "sees only theirs", and a guest is nobody's."""
    await refusal(house, driver.create(wish(member=None), key=key), "validation_failed")
