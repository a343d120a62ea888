"""Lists of bookings: their window, their filters, and pages that lose and repeat nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, Facade, done
from tests.behaviour.drivers.rest import RestDriver
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, furnish, pages, refusal, studio, wish


async def _ids(
    driver: Driver, filters: dict[str, Any] | None = None, key: str = keys.FULL
) -> list[str]:
    page = done(await driver.bookings(filters, key=key))
    assert page["next_cursor"] is None
    return [booking["id"] for booking in page["data"]]


async def test_rows_are_the_bookings_themselves(house: House, driver: Driver) -> None:
    """Contract: "Lists are `{data, next_cursor}`", and a row is what `GET` shows."""
    booking = await booked(driver, studio(notes="x", attendees=2, metadata={"a": [1, "Ab"]}))
    page = done(await driver.bookings())
    assert page == {"data": [booking], "next_cursor": None}


async def test_by_start_and_id(house: House, driver: Driver) -> None:
    """Contract: "Ordered by `(start_at, id)`"."""
    starts = ["2026-05-27 10:00", "2026-05-26 10:00", "2026-05-28 10:00"]
    made = [await booked(driver, wish(start=start)) for start in starts]
    made += [await booked(driver, wish("rm_annex", start)) for start in reversed(starts)]
    expected = sorted((booking["start_at"], booking["id"]) for booking in made)
    page = done(await driver.bookings())
    assert [(booking["start_at"], booking["id"]) for booking in page["data"]] == expected


async def test_the_window_is_half_open(house: House, driver: Driver) -> None:
    """B: "from — inclusive", "to — exclusive"; contract: "both on `start_at`"."""
    days = [26, 27, 28]
    made = [(await booked(driver, wish(start=f"2026-05-{day} 10:00")))["id"] for day in days]
    ten = {day: at(f"2026-05-{day} 10:00") for day in days}
    second = timedelta(seconds=1)
    assert await _ids(driver, {"from": ten[26], "to": ten[28]}) == made[:2]
    assert await _ids(driver, {"from": ten[26] + second, "to": ten[28] + second}) == made[1:]
    # The middle one has begun by then, but "both on `start_at`".
    assert await _ids(driver, {"from": ten[27] + second, "to": ten[28]}) == []


async def test_default_window(house: House, driver: Driver) -> None:
    """Contract: "`from` (inclusive, default now), `to` (exclusive, default now + 30 days)"."""
    now = await booked(driver, wish(start="2026-05-22 09:00"))
    last = await booked(driver, wish(start="2026-06-21 08:30", minutes=30))
    beyond = await booked(driver, wish(start="2026-06-21 09:00", minutes=30))
    assert await _ids(driver) == [now["id"], last["id"]]
    house.clock.advance(seconds=1)
    assert await _ids(driver) == [last["id"], beyond["id"]]


async def test_to_defaults_to_thirty_days_from_now(house: House, driver: Driver) -> None:
    """B: "to — … Defaults to now + 30 days", wherever `from` lies."""
    past = await booked(driver, wish(start="2026-05-22 09:00"))
    last = await booked(driver, wish(start="2026-06-20 09:00"))
    assert await _ids(driver, {"from": at("2026-05-12 00:00")}) == [past["id"], last["id"]]


FILTERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "none": ({}, {"nadia", "noor", "lina", "hold", "guest", "gone"}),
    "confirmed": ({"status": "confirmed"}, {"nadia", "noor", "lina"}),
    "pending": ({"status": "pending_payment"}, {"hold", "guest"}),
    "cancelled": ({"status": "cancelled"}, {"gone"}),
    "expired": ({"status": "expired"}, set()),
    "room": ({"room_id": "rm_annex"}, {"noor", "guest", "gone"}),
    "resource": ({"resource_id": "rm_annex"}, {"noor", "guest", "gone"}),
    "member": ({"member_id": "mem_lina_p"}, {"lina", "gone"}),
    "company": ({"company_id": "co_northwind"}, {"nadia", "noor"}),
    "all": (
        {"status": "confirmed", "room_id": "rm_annex", "company_id": "co_northwind"},
        {"noor"},
    ),
    # "Unknown ids: … in a filter → an empty page."
    "unknown-room": ({"room_id": "rm_nowhere"}, set()),
    "unknown-member": ({"member_id": "mem_nobody"}, set()),
    "unknown-company": ({"company_id": "co_nowhere"}, set()),
    "nonsense": ({"room_id": "nonsense"}, set()),
    "wrong-noun": ({"member_id": "rm_annex"}, set()),
    "empty": ({"member_id": ""}, set()),
    # "What belongs to another workspace … answers exactly like an id never used."
    "strangers-room": ({"room_id": "rm_cellar"}, set()),
    "strangers-member": ({"member_id": "mem_stranger"}, set()),
}


@pytest.mark.parametrize(("filters", "names"), FILTERS.values(), ids=FILTERS)
async def test_filters(
    house: House, driver: Driver, filters: dict[str, Any], names: set[str]
) -> None:
    """A: "List bookings — filter by resource, member, date range, status"; B adds company."""
    made = await furnish(driver)
    done(await driver.create(wish(member="mem_stranger"), key=keys.STRANGER))
    assert set(await _ids(driver, filters)) == {made[name] for name in names}


BOUND: dict[str, tuple[str, set[str]]] = {
    "member": (keys.LINA, {"lina", "gone"}),
    "company": (keys.NORTHWIND, {"nadia", "noor"}),
}


@pytest.mark.parametrize(("key", "names"), BOUND.values(), ids=BOUND)
async def test_bound_keys_see_theirs(
    house: House, driver: Driver, key: str, names: set[str]
) -> None:
    """Contract: "A key may be bound to a member or to companies and then sees only theirs"."""
    made = await furnish(driver)
    expected = {made[name] for name in names}
    assert set(await _ids(driver, key=key)) == expected
    rows = await pages(driver, {"limit": 1}, key=key)
    assert {booking["id"] for booking in rows} == expected
    # Naming somebody else's finds nothing.
    assert await _ids(driver, {"member_id": "mem_jonas_k"}, key=key) == []


BAD: list[dict[str, Any]] = [
    {"status": "lost"},
    {"from": "yesterday"},
    {"to": 1779804000},
    {"limit": "many"},
    {"cursor": "nonsense"},
    {"cursor": "W10"},
]


@pytest.mark.parametrize("filters", BAD, ids=repr)
async def test_bad_filters(house: House, facade: Facade, filters: dict[str, Any]) -> None:
    """Contract: "a number or anything else is `422`"; statuses are those of B's list."""
    await refusal(house, facade.bookings(filters), "validation_failed")


async def test_unknown_filters(house: House, rest: RestDriver) -> None:
    """Contract: what is misspelt must not silently list everything."""
    await refusal(house, rest.bookings({"colour": "red"}), "validation_failed")


async def test_an_empty_window(house: House, driver: Driver) -> None:
    """Contract: `from` inclusive, `to` exclusive: a window that ends before it begins is none."""
    filters = {"from": at("2026-05-26 00:00"), "to": at("2026-05-25 00:00")}
    await refusal(house, driver.bookings(filters), "validation_failed")
