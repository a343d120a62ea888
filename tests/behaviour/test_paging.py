"""Pages of a list: a cursor that loses and repeats nothing, and carries what was asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, furnish, pages, refusal, wish

EVERYTHING = {"from": at("2026-01-01 00:00"), "to": at("2026-12-31 00:00"), "limit": 200}


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_paging_while_rows_are_inserted(house: House, driver: Driver, limit: int) -> None:
    """Contract: "no row twice or skipped while others are inserted"."""
    starts = [at("2026-05-26 06:00") + timedelta(hours=2 * n) for n in range(7)]
    there = [(await booked(driver, wish(start=start)))["id"] for start in starts]
    page = done(await driver.bookings({**EVERYTHING, "limit": limit}))
    seen = [booking["id"] for booking in page["data"]]
    gaps = iter([*starts[::2], *starts[1::2]])
    while page["next_cursor"]:
        # Some lie behind, some ahead of where the reader is.
        gap = next(gaps, None)
        if gap:
            await booked(driver, wish(start=gap + timedelta(hours=1)))
        page = done(await driver.bookings({"cursor": page["next_cursor"], "limit": limit}))
        seen += [booking["id"] for booking in page["data"]]
    assert len(seen) == len(set(seen))
    assert [booking_id for booking_id in seen if booking_id in there] == there


async def test_twins_in_start_are_neither_lost_nor_repeated(house: House, driver: Driver) -> None:
    """Contract: "keyset cursor"; the id decides between two of one start."""
    rooms = ("rm_atrium", "rm_annex", "rm_night")
    made = {(await booked(driver, wish(room)))["id"] for room in rooms}
    rows = await pages(driver, {**EVERYTHING, "limit": 1})
    assert [booking["id"] for booking in rows] == sorted(made)


async def test_the_last_full_page_ends_the_list(house: House, driver: Driver) -> None:
    """B: "next_cursor … null when you're at the end of the list"."""
    for start in ("2026-05-26 10:00", "2026-05-26 12:00"):
        await booked(driver, wish(start=start))
    page = done(await driver.bookings({"limit": 2}))
    assert len(page["data"]) == 2
    assert page["next_cursor"] is None


async def test_the_cursor_carries_the_filters(house: House, driver: Driver) -> None:
    """Contract: "carries the resolved filters, so the cursor alone suffices"."""
    made = await furnish(driver)
    filters = {"room_id": "rm_annex", "limit": 1}
    rows = await pages(driver, filters)
    assert {booking["id"] for booking in rows} == {made[n] for n in ("noor", "guest", "gone")}


async def test_the_cursor_carries_the_window(house: House, driver: Driver) -> None:
    """Contract: "resolved filters": now is what it was when the list began."""
    first = await booked(driver, wish(start="2026-05-22 09:30", minutes=30))
    second = await booked(driver, wish(start="2026-05-22 10:00"))
    await booked(driver, wish(start="2026-06-21 09:30"))
    page = done(await driver.bookings({"limit": 1}))
    assert [booking["id"] for booking in page["data"]] == [first["id"]]
    house.clock.advance(hours=2)
    page = done(await driver.bookings({"limit": 1, "cursor": page["next_cursor"]}))
    assert [booking["id"] for booking in page["data"]] == [second["id"]]
    assert page["next_cursor"] is None


SAME: list[dict[str, Any]] = [
    {"room_id": "rm_atrium"},
    {"from": at("2026-05-20 00:00"), "to": at("2026-06-20 00:00")},
    {"from": at("2026-05-20 00:00") + timedelta(milliseconds=250)},
    {"status": "confirmed"},
]


@pytest.mark.parametrize("filters", SAME, ids=["room", "window", "fraction", "status"])
async def test_the_same_filter_beside_the_cursor(
    house: House, driver: Driver, filters: dict[str, Any]
) -> None:
    """Contract: only "a differing filter beside it is `422`"; B's SDK repeats its parameters."""
    made = [await booked(driver, wish(start=f"2026-05-26 1{hour}:00")) for hour in range(3)]
    page = done(await driver.bookings({**filters, "limit": 2}))
    again = {**filters, "limit": 2, "cursor": page["next_cursor"]}
    page = done(await driver.bookings(again))
    assert [booking["id"] for booking in page["data"]] == [made[2]["id"]]


OTHER: list[dict[str, Any]] = [
    {"room_id": "rm_annex"},
    {"from": at("2026-05-20 00:00")},
    {"to": at("2026-06-20 00:00")},
    {"status": "cancelled"},
    {"member_id": "mem_lina_p"},
]


@pytest.mark.parametrize("other", OTHER, ids=["room", "from", "to", "status", "member"])
async def test_a_differing_filter_beside_the_cursor(
    house: House, driver: Driver, other: dict[str, Any]
) -> None:
    """Contract: "a differing filter beside it is `422`"."""
    for hour in range(2):
        await booked(driver, wish(start=f"2026-05-26 1{hour}:00"))
    page = done(await driver.bookings({"room_id": "rm_atrium", "limit": 1}))
    again = {**other, "limit": 1, "cursor": page["next_cursor"]}
    await refusal(house, driver.bookings(again), "validation_failed")


@pytest.mark.parametrize("limit", [0, -1, 201])
async def test_limits(house: House, driver: Driver, limit: int) -> None:
    """Contract: "`limit` 1–200 (default 50, out of range `422`)"."""
    await refusal(house, driver.bookings({"limit": limit}), "validation_failed")
    done(await driver.bookings({"limit": 200}))


async def test_fifty_by_default(house: House, driver: Driver) -> None:
    """B: "50 per page by default, max 200"."""
    start = at("2026-05-26 00:00")
    for half_hour in range(51):
        slot = start + timedelta(minutes=30 * half_hour)
        await booked(driver, wish("rm_night", slot, 30))
    page = done(await driver.bookings())
    assert len(page["data"]) == 50
    rest = done(await driver.bookings({"cursor": page["next_cursor"]}))
    assert len(rest["data"]) == 1
    assert len(done(await driver.bookings({"limit": 200}))["data"]) == 51
