"""Slots that are refused: off the grid, against a rule, taken, or blacked out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.behaviour import keys
from tests.behaviour.drivers.protocol import Driver, done
from tests.behaviour.house import House, at
from tests.behaviour.scenario import booked, reasons, refusal, shown, studio, wish


@pytest.mark.parametrize(
    ("start", "minutes", "fields"),
    [
        ("2026-05-26 14:10", 50, ["start_at"]),
        ("2026-05-26 14:00", 50, ["end_at"]),
        ("2026-05-26 14:15", 60, ["start_at", "end_at"]),
        # On the grid but for one second.
        ("2026-05-26 14:00:01", 60, ["start_at", "end_at"]),
        ("2026-05-26 14:00:00.500", 60, ["start_at", "end_at"]),
    ],
)
async def test_off_the_grid(
    house: House, driver: Driver, start: str, minutes: int, fields: list[str]
) -> None:
    """B: "slot_misaligned — start_at / end_at don't sit on the room's slot grid"."""
    answer = await shown(house, driver.create(wish(start=start, minutes=minutes)))
    assert answer["code"] == "slot_misaligned"
    assert [name for name in ("start_at", "end_at") if name in answer["message"]] == fields
    call = driver.create(wish(start=start, minutes=minutes))
    assert (await refusal(house, call, "slot_misaligned"))["slot_minutes"] == 30


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        # London is an hour ahead of UTC, and opens at 07:00.
        (wish(start="2026-05-26 05:30"), "outside_opening_hours"),
        (wish(start="2026-05-26 20:30"), "outside_opening_hours"),
        # Overnight, although both ends lie within opening hours.
        (wish(start="2026-05-26 20:00", minutes=10 * 60 + 30), "outside_opening_hours"),
        (wish(start="2026-05-22 08:30"), "in_the_past"),
        (wish(start="2026-05-22 08:30", minutes=120), "in_the_past"),
        (wish(start="2026-05-26 06:00", minutes=12 * 60 + 30), "too_long"),
        (wish("rm_quiet", minutes=45), "too_short"),
        (wish("rm_quiet", minutes=255), "too_long"),
        (wish("rm_loft", "2026-05-22 10:30"), "lead_time"),
        (wish("rm_loft", "2026-05-29 09:30"), "horizon"),
        (wish(start="2026-08-20 09:30"), "horizon"),
        (wish(attendees=9), "over_capacity"),
        (wish("rm_quiet", member="mem_jonas_k"), "tier_not_allowed"),
        (wish("rm_quiet", member=None), "tier_not_allowed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_against_a_rule(
    house: House, driver: Driver, wanted: dict[str, Any], reason: str
) -> None:
    """Contract: "`booking_rule_violated` (hours, lead, length, capacity, tier, quota …)"."""
    assert await reasons(house, driver.create(wanted)) == {reason}


@pytest.mark.parametrize(
    "wanted",
    [
        wish(start="2026-05-26 06:00"),
        wish(start="2026-05-26 20:00"),
        wish(start="2026-05-22 09:00"),
        wish(start="2026-05-26 06:00", minutes=12 * 60),
        wish("rm_quiet", minutes=60),
        wish("rm_quiet", minutes=240),
        wish("rm_loft", "2026-05-22 11:00"),
        wish("rm_loft", "2026-05-29 09:00"),
        wish(start="2026-08-20 09:00"),
        wish(attendees=8),
        wish(attendees=1),
    ],
    ids=["opens", "closes", "now", "long", "short", "quiet", "lead", "week", "90d", "full", "one"],
)
async def test_on_the_edge_of_a_rule(house: House, driver: Driver, wanted: dict[str, Any]) -> None:
    """Contract: "half-open [start, end)"; "Hours 07:00–22:00 local"; "bookable 90 days ahead"."""
    assert (await booked(driver, wanted))["status"] == "confirmed"


async def test_hours_are_of_the_wall(house: House, driver: Driver) -> None:
    """Contract: "Opening hours … are wall-clock time": 07:00 in winter is 07:00 UTC."""
    house.clock.now = at("2026-11-02 09:00")
    assert await reasons(house, driver.create(wish("rm_studio", "2026-11-03 06:30"))) == {
        "outside_opening_hours"
    }
    done(await driver.create(wish("rm_studio", "2026-11-03 07:00", member=None)))


@pytest.mark.parametrize(
    ("start", "minutes", "aligned"),
    [
        # 01:00 and 01:30 on the wall, while it is still summer time.
        ("2026-10-25 00:00", 30, True),
        ("2026-10-25 00:30", 90, True),
        # The same wall times again, an hour later.
        ("2026-10-25 01:00", 60, False),
        ("2026-10-25 01:30", 30, False),
        ("2026-10-25 00:30", 30, False),
        ("2026-10-25 02:00", 30, True),
    ],
)
async def test_a_wall_time_that_exists_twice(
    house: House, driver: Driver, start: str, minutes: int, aligned: bool
) -> None:
    """Contract: a wall time "that exists twice means the first"; the second is no grid line."""
    house.clock.now = at("2026-10-24 09:00")
    call = driver.create(wish("rm_night", start, minutes))
    if aligned:
        done(await call)
    else:
        await refusal(house, call, "slot_misaligned")


async def test_all_violations_at_once(house: House, driver: Driver) -> None:
    """Contract: "all violations listed"."""
    wanted = wish("rm_quiet", "2026-05-22 04:00", 30, "mem_jonas_k", attendees=3)
    assert await reasons(house, driver.create(wanted)) == {
        "in_the_past",
        "outside_opening_hours",
        "too_short",
        "over_capacity",
        "tier_not_allowed",
    }


async def test_a_violation_says_its_bound(house: House, driver: Driver) -> None:
    """Contract: quote and refusal carry `violations[]` "with reason codes"."""
    call = driver.create(wish("rm_quiet", minutes=255, attendees=3))
    details = await refusal(house, call, "booking_rule_violated")
    limits = {v["reason"]: v["limit"] for v in details["violations"]}
    assert limits == {"too_long": 240, "over_capacity": 2}
    assert all(violation["message"] for violation in details["violations"])


OVERLAPS = [
    ("2026-05-26 14:00", 90),
    ("2026-05-26 13:00", 90),
    ("2026-05-26 15:00", 90),
    ("2026-05-26 14:30", 30),
    ("2026-05-26 13:00", 240),
]


@pytest.mark.parametrize(("start", "minutes"), OVERLAPS)
async def test_overlapping(house: House, driver: Driver, start: str, minutes: int) -> None:
    """A: "Conflicts return 409 with the offending booking id."."""
    first = await booked(driver, wish(minutes=90))
    call = driver.create(wish(start=start, minutes=minutes, member="mem_noor_n"))
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] == first["id"]


async def test_a_hold_stands_in_the_way(house: House, driver: Driver) -> None:
    """B: "the slot is held for the full checkout window"."""
    hold = await booked(driver, studio())
    details = await refusal(house, driver.create(studio(member=None)), "slot_unavailable")
    assert details["conflicting_booking_id"] == hold["id"]


async def test_touching_is_no_overlap(house: House, driver: Driver) -> None:
    """Contract: "Intervals are half-open [start, end)"."""
    await booked(driver, wish(start="2026-05-26 14:00"))
    await booked(driver, wish(start="2026-05-26 13:00"))
    await booked(driver, wish(start="2026-05-26 15:00"))
    # The same time in another room is another matter.
    await booked(driver, wish("rm_annex", "2026-05-26 14:00"))


@pytest.mark.parametrize(
    ("start", "free"),
    [
        ("2026-05-26 15:00", False),
        ("2026-05-26 15:15", True),
        ("2026-05-26 13:00", False),
        ("2026-05-26 12:45", True),
    ],
)
async def test_the_buffer_lies_between(
    house: House, driver: Driver, start: str, free: bool
) -> None:
    """Contract: "between them lies at least the room's buffer": here fifteen minutes."""
    first = await booked(driver, wish("rm_quiet", "2026-05-26 14:00"))
    call = driver.create(wish("rm_quiet", start))
    if free:
        done(await call)
    else:
        details = await refusal(house, call, "slot_unavailable")
        assert details["conflicting_booking_id"] == first["id"]


async def test_a_blackout_has_no_booking_id(house: House, driver: Driver) -> None:
    """Contract: "`conflicting_booking_id` (null for a blackout)"."""
    await house.black_out("rm_atrium", at("2026-05-26 14:30"), at("2026-05-26 15:30"))
    details = await refusal(house, driver.create(wish()), "slot_unavailable")
    assert details["conflicting_booking_id"] is None
    assert len(details["alternatives"]) == 5
    # It reaches neither before its start nor past its end.
    await booked(driver, wish(start="2026-05-26 13:30"))
    await booked(driver, wish(start="2026-05-26 15:30"))


async def test_the_other_booking_stays_hidden(house: House, driver: Driver) -> None:
    """Contract: "what the caller may not see of the other booking stays hidden (the id alone)"."""
    other = await booked(driver, wish(notes="Merger talks", metadata={"deal": "secret"}))
    call = driver.create(wish(member="mem_lina_p"), key=keys.LINA)
    details = await refusal(house, call, "slot_unavailable")
    assert details["conflicting_booking_id"] == other["id"]
    assert set(details) == {"conflicting_booking_id", "alternatives"}
    assert "Merger" not in repr(details)
    assert "nadia" not in repr(details)


async def test_the_same_room_elsewhere_is_another_room(house: House, driver: Driver) -> None:
    """Contract: the workspace is "the unit of isolation"; here both have an `rm_atrium`."""
    theirs = await booked(driver, wish(member="mem_stranger"), key=keys.STRANGER)
    ours = await booked(driver, wish())
    assert theirs["status"] == ours["status"] == "confirmed"
    assert house.bookings() == [house.booking(ours["id"])]


async def test_the_store_itself_refuses(house: House, driver: Driver) -> None:
    """Contract: "The store itself refuses it, under any concurrency": of ten wishes, one wins."""
    starts = [f"2026-05-26 {13 + n % 2}:{30 * (n % 2):02d}" for n in range(10)]
    wishes = [wish(start=start, minutes=120) for start in starts]
    outcomes = await asyncio.gather(*(driver.create(wanted) for wanted in wishes))
    assert sum(hasattr(outcome, "body") for outcome in outcomes) == 1
    assert len(house.bookings()) == 1
